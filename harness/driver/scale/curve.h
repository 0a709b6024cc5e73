/* curve.h - the times of one strategy over its numbers of workers, measured and projected. */
#ifndef HARNESS_DRIVER_SCALE_CURVE_H
#define HARNESS_DRIVER_SCALE_CURVE_H

#include "harness/common/error.h"
#include "harness/driver/results.h"
#include "harness/stats/scaling.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCALE_COUNTS_MAX = 64, SCALE_POINTS_MAX = 4096 };

/* A speed-up over `sequential` of the same round. */
struct scale_speedup {
    size_t rounds;
    double time_ns;   /* median of the rounds' */
    double middle;    /* Hodges and Lehmann of the rounds' ratios */
    bool interval;    /* whether low and high are known */
    double low, high; /* 95 % */
};

struct scale_step {
    uint64_t threads;
    bool oversubscribed;            /* more workers than processors: no point of any curve */
    struct scale_speedup measured;  /* rounds 0: not measured */
    struct scale_speedup projected; /* with the hand-off; rounds 0: not projected */
    double serial;                  /* share of one worker's time that was outside the parts; -1: not known */
    size_t failed;                  /* trials that did not end well */
};

struct scale_curve {
    const char *strategy, *options; /* in the results */
    struct scale_step steps[SCALE_COUNTS_MAX];
    size_t step_count;
    struct scaling_fit amdahl, usl;
    enum scaling_refusal amdahl_refusal, usl_refusal;
};

/*
 * The curve of the strategy that `spec` names ("thread-local:pool=spin"). alone holds the same cells with
 * their parts run alone, or is NULL. handoff_ns is what handing a job to one more worker takes.
 * Errors: too many numbers of threads or trials, or no memory.
 */
bool scale_curve_make(const char *spec, const struct results *measured, const struct results *alone,
                      double handoff_ns, uint64_t seed, struct scale_curve *curve, struct error *error);

/*
 * The times of its trials on processors of their own over that of `sequential` in the same round: what drifts
 * with the machine is gone. Returns how many there are in points[SCALE_POINTS_MAX]; more are left out.
 */
size_t scale_ratios(const char *spec, const struct results *measured,
                    struct scaling_point points[SCALE_POINTS_MAX]);

#endif
