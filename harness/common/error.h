/*
 * error.h - why something failed, for people: the first cause, with what was being done put in front of it on
 * the way up.
 */
#ifndef HARNESS_COMMON_ERROR_H
#define HARNESS_COMMON_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct error {
    char text[1024];
};

/* Sets the text; always returns false, so that `return error_set(...)` fails. Too long a text ends in "...".
 */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As error_set(), with ": " and the text of errno behind it. */
bool error_errno(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "format: " in front of what is there. Always returns false. */
bool error_context(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
