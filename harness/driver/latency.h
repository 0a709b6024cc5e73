/* latency.h - the order statistics of a trial's samples. */
#ifndef HARNESS_DRIVER_LATENCY_H
#define HARNESS_DRIVER_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Nanoseconds. p50 is the median (of an even number of samples the mean of the middle two); the others are by
 * nearest rank, the smallest sample that at least that share of all samples does not exceed. What too few
 * samples cannot tell is LATENCY_UNKNOWN: p90 takes 10 samples, p99 100, p999 1000, all others 1.
 */
struct latency {
    uint64_t min, p90, p99, p999, max;
    double p50; /* -1: unknown */
};
#define LATENCY_UNKNOWN UINT64_MAX

/* Leaves samples_ns as it is. Errors: false if there is no memory for a sorted copy. */
bool latency_summarise(const uint64_t *samples_ns, size_t count, struct latency *latency);

#endif
