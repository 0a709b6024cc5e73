/* limits.h - bounds of what a run can be asked for. */
#ifndef HARNESS_DRIVER_LIMITS_H
#define HARNESS_DRIVER_LIMITS_H

#include <stdint.h>

enum {
    LIMIT_BATCH = 100 * 1000 * 1000,
    LIMIT_THREADS = 1023, /* PAGE_THREADS_MAX less one */
    LIMIT_ROUNDS = 1000,
    LIMIT_CELLS = 4096,
    LIMIT_TIMEOUT_S = 24 * 3600,
    LIMIT_STACK_MIN_BYTES = 64 << 10,
    LIMIT_STACK_BYTES = 1 << 30,
    LIMIT_BUDGET_S = 7 * 24 * 3600,
};
/* A seed fits what JSON readers keep exactly: a double. */
#define LIMIT_SEED         ((UINT64_C(1) << 53) - 1)
#define LIMIT_MEMORY_BYTES (UINT64_C(1) << 46)

#endif
