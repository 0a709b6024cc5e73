/* measure.h - figures of the runs that a claim is held against. */
#ifndef HARNESS_DRIVER_REPRO_MEASURE_H
#define HARNESS_DRIVER_REPRO_MEASURE_H

#include "harness/driver/results.h"
#include "harness/driver/repro/experiments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The results of all experiments; one that could not be run has no rows and says why. */
struct repro_runs {
    struct results results[REPRO_EXPERIMENTS];
    bool ran[REPRO_EXPERIMENTS];
    struct error missing[REPRO_EXPERIMENTS];
    uint64_t cores;
};

/* Trials of one experiment. NULL and 0 stand for any. Strategies and allocators with what follows their
 * colon. */
struct repro_pick {
    unsigned experiment;
    const char *workload, *strategy, *allocator;
    uint64_t batch, threads;
};

/* A time over another, per item, with the interval that paired rounds give. */
struct repro_ratio {
    bool known;
    double ratio, low, high; /* 95 %; low and high NaN where there are too few rounds */
    size_t pairs;
};

struct repro_ratio repro_ratio(const struct repro_runs *runs, const struct repro_pick *over,
                               const struct repro_pick *under);

/* How trials ended. */
struct repro_endings {
    uint64_t trials, bad; /* bad: crash, abort, hang */
    uint64_t corrupt;     /* samples whose check failed, those of corrupt trials included */
    uint64_t samples;     /* checked, in all */
    uint64_t at_0x10;     /* crashes at null+0x10 */
    uint64_t interning;   /* crashes whose signature names the interning functions */
    double low, high;     /* of the rate of bad samples, 95 % */
};

struct repro_endings repro_endings(const struct repro_runs *runs, const struct repro_pick *pick);

/* The median over trials of a phase's share of all phases; -1: not measured. phases are names between blanks.
 */
double repro_phase_share(const struct repro_runs *runs, const struct repro_pick *pick, const char *phases);

/* The median over trials of a figure in an object of the record ("contention", "arenas"); -1: not measured.
 */
double repro_figure(const struct repro_runs *runs, const struct repro_pick *pick, const char *object,
                    const char *name);

/* The median time of a sample in ns; -1: not measured. */
double repro_time_ns(const struct repro_runs *runs, const struct repro_pick *pick);

/* The replay line of the first trial picked; NULL if there is none. */
const char *repro_replay(const struct repro_runs *runs, const struct repro_pick *pick);

#endif
