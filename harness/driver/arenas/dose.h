/*
 * dose.h - the arena hypothesis as a test that can fail: if threads that share an arena were what slows or
 * crashes an insertion, then both would grow as arenas become fewer (the dose), but not on one thread.
 */
#ifndef HARNESS_DRIVER_ARENAS_DOSE_H
#define HARNESS_DRIVER_ARENAS_DOSE_H

#include "harness/common/error.h"
#include "harness/driver/arenas/variants.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARENAS_DOSES_MAX = 256 };

/* Beyond this share a difference is one that matters. */
#define ARENAS_MARGIN 0.10

enum arenas_verdict {
    ARENAS_NOT_TESTED, /* no limit, no sharing that could be counted, or no times */
    ARENAS_SUPPORTED,  /* slower as arenas become fewer, by more than the margin, and not on one thread */
    ARENAS_REFUTED,    /* threads did share arenas, and slowed by less than the margin */
    ARENAS_INCONCLUSIVE,
};

/* What was seen under one limit. Times are of a batch. */
struct arenas_level {
    size_t trials, ok;
    uint64_t crashes;                  /* crash, abort, hang, corrupt */
    double median_ns;                  /* of the trials' medians; -1: none */
    double p99_ns;                     /* of one allocation, where the strategy times it; -1: not timed */
    double rss_bytes;                  /* median of the peaks; -1: not known */
    int64_t threads_per_arena, arenas; /* the most that was counted; -1: not counted */
    int64_t lock_waits;                /* a trial, median; -1: not counted */

    size_t pairs;                   /* rounds with a time under this limit and under none */
    double effect;                  /* share by which it is slower than none; NaN: no pairs */
    double effect_low, effect_high; /* 90 % interval; NaN where there are fewer than 3 pairs */
};

/* One allocator, strategy, and number of threads, under every limit. */
struct arenas_dose {
    const struct arenas_base *base;
    const char *strategy; /* belongs to the results */
    uint64_t threads, batch;
    struct arenas_level levels[ARENAS_LIMITS_MAX];

    size_t pairs; /* these four: of the lowest limit */
    double effect, effect_low, effect_high;
    double p;    /* of a trend: slower as arenas become fewer; after Holm; 1: not tested */
    bool shared; /* under the lowest limit threads shared an arena, by the allocator's count */
    enum arenas_verdict verdict;
};

struct arenas_doses {
    struct arenas_dose items[ARENAS_DOSES_MAX];
    size_t count;
    uint64_t trials, crashes; /* of more than one thread, under every limit */
    double crash_p;           /* Cochran-Armitage: more crashes as arenas become fewer; 1: not tested */
};

/*
 * Judges a run whose allocators are the variants of bases. Doses are in the order of bases, then strategies
 * by name, then threads upwards. The trend is tested by Jonckheere and Terpstra on log times from which each
 * round's mean is taken; the interval is Student's on the rounds' log ratios; a dose is refuted where its
 * upper end is below the margin (one half of two one-sided tests). Errors: more than ARENAS_DOSES_MAX doses,
 * or no memory.
 */
bool arenas_doses_make(const struct results *results, const struct arenas_bases *bases,
                       struct arenas_doses *doses, struct error *error);

/* The verdict of all doses of a base and strategy with more than one thread: supported if any is, else
 * refuted if any is and none is inconclusive. */
enum arenas_verdict arenas_verdict_of(const struct arenas_doses *doses, const struct arenas_base *base,
                                      const char *strategy);

const char *arenas_verdict_name(enum arenas_verdict verdict);

#endif
