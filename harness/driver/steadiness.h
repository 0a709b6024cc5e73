/* steadiness.h - whether a trial's samples stayed where they were. */
#ifndef HARNESS_DRIVER_STEADINESS_H
#define HARNESS_DRIVER_STEADINESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct steadiness {
    bool known; /* false: too few samples */
    bool steady;
    double first_ns, second_ns; /* medians of the halves */
};

/*
 * Compares the second half of the samples, in the order in which they were taken, with the first (of an odd
 * number the middle one is in neither): unsteady if the medians are more than 5 % apart and their 99.9 %
 * intervals, by order statistics, do not meet. A few samples gone wrong change neither. It takes 22 samples.
 * Errors: false: no memory.
 */
bool steadiness_judge(const uint64_t *samples_ns, size_t count, struct steadiness *steadiness);

#endif
