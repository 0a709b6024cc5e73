/* rates.h - how sure a rate of crashes is, and whether two of them differ. */
#ifndef HARNESS_STATS_RATES_H
#define HARNESS_STATS_RATES_H

#include <stdint.h>

/*
 * The exact interval of a rate of which k of n were seen: what cannot be ruled out at 95 %, both ends.
 * Shape:   k <= n
 * Source:  Clopper and Pearson 1934, by quantiles of the beta distribution
 */
void rate_interval(uint64_t k, uint64_t n, double *low, double *high);

/*
 * The probability, if both rates are the same, of two samples that differ at least as much as k1 of n1 and k2
 * of n2 do; two-sided: all tables that are no more likely than this one.
 * Shape:   k1 <= n1, k2 <= n2, n1 + n2 below 2^32; 1 where one of them is empty
 * Source:  Fisher 1934, the exact test
 */
double fisher_two_sided(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

#endif
