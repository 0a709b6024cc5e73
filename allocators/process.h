/*
 * process.h - what this very process runs on, for the worker's half of allocators/.
 *
 * Private to allocators/. Any thread may call these; none allocates.
 */
#ifndef ALLOCATORS_PROCESS_H
#define ALLOCATORS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* The address of a symbol in any loaded object, NULL if there is none. Cast it to what it is. */
void *process_symbol(const char *name);

/*
 * The file that a symbol resolves into, as the loader knows it (dladdr), into path[size].
 * Errors: false, and an empty path, if nothing defines it or the path is too long.
 */
bool process_object(const char *symbol, char *path, size_t size);

/* Whether both paths lead to the same existing file. */
bool process_same_file(const char *path, const char *other);

/* Whether a sanitizer (address, thread, leak, memory) is part of this process and thereby has malloc for
 * itself. */
bool process_sanitized(void);

/* Whether path is a sanitizer's run-time library or this executable, which may have one linked into it. */
bool process_sanitizer_object(const char *path);

/* Whether the environment has variable with exactly this value. */
bool process_variable_is(const char *variable, const char *value);

#endif
