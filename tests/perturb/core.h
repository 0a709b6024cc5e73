/* core.h - a thread of a test on a core of the test's choice: left alone, threads that yield much gather on
 * one. */
#ifndef TESTS_PERTURB_CORE_H
#define TESTS_PERTURB_CORE_H

#include <sched.h>
#include <stdbool.h>

/*
 * Puts the calling thread on one processor: number `number` of those in `allowed` (sched_getaffinity() before
 * any thread is put anywhere), counted round. Errors: false.
 */
static inline bool core_use(const cpu_set_t *allowed, unsigned number)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    if (CPU_COUNT(allowed) == 0)
        return false;
    unsigned skip = number % (unsigned)CPU_COUNT(allowed);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, allowed) && skip-- == 0)
            CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

#endif
