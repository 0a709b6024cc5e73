/* median.h - how well the median of the samples is known, without allocating: the question that ends the
 * sampling. */
#ifndef HARNESS_WORKER_MEDIAN_H
#define HARNESS_WORKER_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct median {
    uint64_t middle;
    uint64_t low, high; /* 95 % interval; 0 and UINT64_MAX when there are too few values for one */
};

/*
 * The lower median of values[count], count > 0, and its distribution-free interval: the order statistics at
 * ranks n/2 -+ 1.96 sqrt(n)/2, by the normal approximation of the sign test (Conover, Practical Nonparametric
 * Statistics). Sorts values in place.
 */
struct median median_of(uint64_t *values, size_t count);

/* Whether both ends of the interval are within `share` of the median. */
bool median_within(const struct median *median, double share);

#endif
