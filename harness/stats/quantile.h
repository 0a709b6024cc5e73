/* quantile.h - the median and other quantiles, and what is known of them without assuming a distribution. */
#ifndef HARNESS_STATS_QUANTILE_H
#define HARNESS_STATS_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>

/* Sorts ascending. */
void median_sort(double *values, size_t count);

/* Of sorted values, count above 0; of an even number the mean of the middle two. */
double median_of_sorted(const double *sorted, size_t count);

/* The median of values in any order, which it sorts; -1 where there are none. */
double median_sorting(double *values, size_t count);

/*
 * Ranks, counted from 1, of the order statistics between which a quantile lies with a confidence of at least
 * 1 - alpha: the largest low, and the smallest high, with at most alpha / 2 of the binomial distribution
 * (count, share) below low and from high on.
 * Shape:   0 < share < 1 (the median: 0.5), 0 < alpha < 1
 * Errors:  false: there are too few values (quantile_needed())
 */
bool quantile_interval(double share, size_t count, double alpha, size_t *low, size_t *high);

/* How many values it takes for quantile_interval() to give one. */
size_t quantile_needed(double share, double alpha);

#endif
