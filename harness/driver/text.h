/* text.h - lists of texts and of numbers, as options take them. */
#ifndef HARNESS_DRIVER_TEXT_H
#define HARNESS_DRIVER_TEXT_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_LIST_MAX = 1024 };

/* All zero bytes are the empty list. Texts are owned by the list. */
struct text_list {
    char **items;
    size_t count;
};

struct number_list {
    uint64_t *items;
    size_t count;
};

/* Whether text is UTF-8 without control characters: what may stand in a record, a terminal and a command
 * line. */
bool text_plain(const char *text);

/* Puts a question mark in place of each byte for which a text is not text_plain(). */
void text_make_plain(char *text);

/* A copy from malloc(), or NULL. */
char *text_copy(const char *text);

/*
 * Splits text at its commas; a backslash takes the next byte as it is (so that a path may hold a comma). The
 * list replaces what was in *list. Errors: an empty item, one of item_bytes or more, one that is not
 * text_plain(), one that stands there twice, too many, or no memory; *list is then untouched.
 */
bool text_list_read(const char *what, const char *text, size_t item_bytes, struct text_list *list,
                    struct error *error);

/* Adds a copy. Errors: too many, no memory. */
bool text_list_add(struct text_list *list, const char *item, struct error *error);

bool text_list_has(const struct text_list *list, const char *item);

void text_list_free(struct text_list *list);

/* As text_list_read(), for whole numbers from min to max. */
bool number_list_read(const char *what, const char *text, uint64_t min, uint64_t max,
                      struct number_list *list, struct error *error);

/* The list of one number. Errors: no memory. */
bool number_list_set(struct number_list *list, const uint64_t *items, size_t count, struct error *error);

void number_list_free(struct number_list *list);

/* The last line of a text that is not blank, without the blanks behind it; *length is 0 if there is none. */
const char *text_last_line(const char *text, size_t *length);

#endif
