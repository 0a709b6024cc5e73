/* median.h - the median, and what is known of it without assuming a distribution. */
#ifndef HARNESS_DRIVER_MEDIAN_H
#define HARNESS_DRIVER_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>

/* Sorts ascending. */
void median_sort(double *values, size_t count);

/* Of sorted values, count above 0; of an even number the mean of the middle two. */
double median_of_sorted(const double *sorted, size_t count);

/*
 * Ranks, counted from 1, of the order statistics between which the median lies with at least 95 % confidence:
 * the largest low with 1 - 2 * sum over k < low of C(n, k) / 2^n >= 0.95, and its mirror image. False where
 * there is none: below 6 values.
 */
bool median_interval(size_t count, size_t *low, size_t *high);

#endif
