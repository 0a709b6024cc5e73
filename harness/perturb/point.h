/* point.h - the point of perturbation: what every instrumented access passes; private to the runtime. */
#ifndef HARNESS_PERTURB_POINT_H
#define HARNESS_PERTURB_POINT_H

#include "harness/worker/random.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A thread's own part. All zero is a good start: the epoch in which nothing is armed, and 2^64 accesses to
 * go. Initial-exec: it lies in the block that comes with the thread, and no access to it allocates.
 */
struct perturb_stream {
    uint64_t epoch;    /* the arming that the rest belongs to */
    uint64_t accesses; /* to go until one gives way */
    uint64_t yields;
    struct random random;
    double gap_scale; /* 1 / ln(1 - 1/one_in) */
    uint32_t number;
    bool numbered;
};

#define PERTURB_HIDDEN       __attribute__((visibility("hidden")))
#define PERTURB_INITIAL_EXEC __attribute__((tls_model("initial-exec"))) PERTURB_HIDDEN

/* Instrumented code hands over nothing but an address, so the runtime has no other place to keep its state.
 */
extern _Thread_local struct perturb_stream perturb_stream PERTURB_INITIAL_EXEC;
extern _Atomic uint64_t perturb_epoch PERTURB_HIDDEN;

/* The thread goes over to the present arming. */
PERTURB_HIDDEN void perturb_join(void);

/* The thread gives way, and draws when it will do so next. Keeps errno. */
PERTURB_HIDDEN void perturb_give_way(void);

/* Before each access. Nearly always two loads and a subtraction, so that a healthy run stays within 10 times.
 */
static inline void perturb_point(void)
{
    if (__builtin_expect(perturb_stream.epoch != atomic_load_explicit(&perturb_epoch, memory_order_relaxed),
                         0))
        perturb_join();
    if (__builtin_expect(--perturb_stream.accesses == 0, 0))
        perturb_give_way();
}

#endif
