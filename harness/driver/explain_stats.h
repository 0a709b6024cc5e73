/* explain_stats.h - whether two crash rates differ, and what is left of that where many are compared. */
#ifndef HARNESS_DRIVER_EXPLAIN_STATS_H
#define HARNESS_DRIVER_EXPLAIN_STATS_H

#include <stddef.h>
#include <stdint.h>

enum { HOLM_MAX = 64 };

/*
 * The probability, if both rates are the same, of two samples that differ at least as much as k1 of n1 and k2
 * of n2 do; two-sided: all tables that are no more likely than this one.
 * Shape:   k1 <= n1, k2 <= n2, n1 + n2 below 2^32; 1 where one of them is empty
 * Source:  Fisher 1934, the exact test
 */
double fisher_two_sided(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

/*
 * Replaces p[count] by what they are worth together: the chance of even one false alarm among them stays
 * below the level that they are compared with. The order is kept.
 * Shape:   count <= HOLM_MAX; more are left as they are
 * Source:  Holm 1979, the step-down procedure
 */
void holm_correct(double *p, size_t count);

#endif
