/*
 * knobs.h - what the allocators' files share: checking a knob's value, building an environment, saying why
 * not.
 *
 * Private to allocators/. Everything here is pure: it reads its arguments and nothing else.
 */
#ifndef ALLOCATORS_KNOBS_H
#define ALLOCATORS_KNOBS_H

#include "allocators/allocator.h"

/* Writes a sentence to reason[size], cut if it must be; always returns false, so that `return
 * allocator_fail(...)` fails. */
bool allocator_fail(char *reason, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Whether value is a whole decimal number from low to high in its only spelling: no sign but '-', no blank,
 * no leading zero (which several allocators would read as octal). *number, unless NULL, is then the number.
 */
bool knob_number(const char *value, int64_t low, int64_t high, int64_t *number);

/* Whether value is one of the words of "a|b|c". */
bool knob_word(const char *value, const char *words);

/* Defines NAME_valid() for a knob that takes the whole numbers from low to high. */
#define KNOB_NUMBER_VALID(name, low, high)                                                                   \
    static bool name##_valid(const char *value)                                                              \
    {                                                                                                        \
        return knob_number(value, low, high, NULL);                                                          \
    }

/* Defines NAME_valid() for a knob that takes one of the words of "a|b|c". */
#define KNOB_WORD_VALID(name, words)                                                                         \
    static bool name##_valid(const char *value)                                                              \
    {                                                                                                        \
        return knob_word(value, words);                                                                      \
    }

/* Adds one NAME=value entry. Errors: false, with a sentence, if the environment is full or the entry is too
 * long. */
bool environment_add(struct allocator_environment *environment, char *reason, size_t size, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

/* Lengthens the entry that was added last. Errors: as environment_add(); also if there is no entry yet. */
bool environment_extend(struct allocator_environment *environment, char *reason, size_t size,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds variable=value for every setting: the environment() of an allocator whose knobs are variables of their
 * own. */
bool environment_of_variables(const struct allocator_setting *settings, size_t count,
                              struct allocator_environment *out, char *reason, size_t size);

/* The last part of a path. */
const char *path_base(const char *path);

#endif
