/* suggest.h - the name that somebody probably meant. */
#ifndef HARNESS_DRIVER_SUGGEST_H
#define HARNESS_DRIVER_SUGGEST_H

#include <stddef.h>

/*
 * The candidate nearest to word (fewest insertions, deletions, substitutions and swaps of neighbours), or
 * NULL if none is near: more than a third of the letters would have to change. Names longer than 63 bytes are
 * near to nothing.
 */
const char *suggest(const char *word, const char *const *candidates, size_t count);

#endif
