/* clock.h - the clock of the worker: monotonic nanoseconds, read through the vDSO without a system call. */
#ifndef HARNESS_WORKER_CLOCK_H
#define HARNESS_WORKER_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND UINT64_C(1000000000)

static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock and a good pointer */
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* What two reads, one behind the other, are apart at the least: what the clock itself adds to a sample. */
uint64_t clock_cost_ns(void);

#endif
