/*
 * tunables.h - what glibc's loader knows about the tunables of malloc. Private to allocators/.
 *
 * malloc itself has no call that reports them, but the loader, which parses them, prints its list on demand.
 */
#ifndef ALLOCATORS_TUNABLES_H
#define ALLOCATORS_TUNABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a tunable ("glibc.malloc.arena_max") as GLIBC_TUNABLES of this process has it. false: it is
 * not in it. */
bool tunables_asked(const char *tunable, uint64_t *value);

/*
 * Runs this process's loader with --list-tunables (glibc 2.33 and later) under this process's environment,
 * and gives the value that it takes a tunable for. Starts a child and waits for it: never within a
 * measurement. Errors: false, with a sentence, if the loader cannot be run or does not know the tunable.
 */
bool tunables_loader(const char *tunable, uint64_t *value, char *reason, size_t size);

#endif
