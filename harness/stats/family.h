/* family.h - whether anything at all changed among cells that were measured in the same rounds. */
#ifndef HARNESS_STATS_FAMILY_H
#define HARNESS_STATS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The probability, if before and after are the same, of a cell that stands out as much as the one that does
 * so most: the largest |mean / standard error| of a cell's differences, over all ways to swap before and
 * after within rounds. All cells of a round are swapped together, so what disturbed them all is not counted
 * once a cell. All ways are tried up to 13 rounds, else 10,000 that seed draws. Shape:   log_ratios[cell *
 * rounds + round]; NAN where a cell has no pair in a round Errors:  false: no memory. Where no cell has 2
 * pairs, *p is 1. Source:  permutation of blocks: Fisher 1935; maximum over cells: Westfall and Young 1993
 */
bool family_p(const double *log_ratios, size_t cells, size_t rounds, uint64_t seed, double *p);

#endif
