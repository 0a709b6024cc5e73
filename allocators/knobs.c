/* knobs.c - see knobs.h. */
#include "allocators/knobs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool allocator_fail(char *reason, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, size, format, arguments);
    va_end(arguments);
    return false;
}

bool knob_number(const char *value, int64_t low, int64_t high, int64_t *number)
{
    const char *digits = value + (value[0] == '-');
    size_t length = strspn(digits, "0123456789");
    if (length == 0 || digits[length] != '\0')
        return false;
    if (digits[0] == '0' && (length > 1 || digits != value))
        return false;
    errno = 0;
    long long read = strtoll(value, NULL, 10);
    if (errno != 0 || read < low || read > high)
        return false;
    if (number != NULL)
        *number = read;
    return true;
}

bool knob_word(const char *value, const char *words)
{
    size_t length = strlen(value);
    for (const char *word = words; word != NULL;) {
        size_t word_length = strcspn(word, "|");
        if (length == word_length && memcmp(word, value, length) == 0)
            return true;
        word = word[word_length] == '|' ? word + word_length + 1 : NULL;
    }
    return false;
}

/* Prints behind what entry holds already; an entry that would be cut is an error, since half a value is
 * another value. */
static bool print(char *entry, char *reason, size_t size, const char *format, va_list arguments)
{
    size_t used = strlen(entry);
    int added = vsnprintf(entry + used, ALLOCATOR_ENV_BYTES - used, format, arguments);
    if (added >= 0 && (size_t)added < ALLOCATOR_ENV_BYTES - used)
        return true;
    return allocator_fail(reason, size, "the environment entry '%.40s...' is longer than %d bytes", entry,
                          ALLOCATOR_ENV_BYTES - 1);
}

bool environment_add(struct allocator_environment *environment, char *reason, size_t size, const char *format,
                     ...)
{
    if (environment->count >= ALLOCATOR_ENV_MAX)
        return allocator_fail(reason, size, "more than %d environment variables are needed",
                              ALLOCATOR_ENV_MAX);
    char *entry = environment->entry[environment->count];
    entry[0] = '\0';
    va_list arguments;
    va_start(arguments, format);
    bool fits = print(entry, reason, size, format, arguments);
    va_end(arguments);
    environment->count += fits;
    return fits;
}

bool environment_extend(struct allocator_environment *environment, char *reason, size_t size,
                        const char *format, ...)
{
    if (environment->count == 0)
        return allocator_fail(reason, size, "there is no environment entry to lengthen");
    va_list arguments;
    va_start(arguments, format);
    bool fits = print(environment->entry[environment->count - 1], reason, size, format, arguments);
    va_end(arguments);
    return fits;
}

bool environment_of_variables(const struct allocator_setting *settings, size_t count,
                              struct allocator_environment *out, char *reason, size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (!environment_add(out, reason, size, "%s=%s", settings[i].knob->variable, settings[i].value))
            return false;
    return true;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
