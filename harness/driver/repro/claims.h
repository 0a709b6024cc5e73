/* claims.h - what the earlier study and its sibling documents claim, and what of each a run here can tell. */
#ifndef HARNESS_DRIVER_REPRO_CLAIMS_H
#define HARNESS_DRIVER_REPRO_CLAIMS_H

#include "harness/driver/repro/measure.h"

#include <stddef.h>
#include <stdio.h>

enum claim_kind {
    CLAIM_RATIO,   /* time of a over time of b lies in low .. high */
    CLAIM_CRASHES, /* a crashes */
    CLAIM_BREAKS, /* a crashes or loses keys; measured where the study's cause is there and its race is not */
    CLAIM_FOLLOWS,    /* a crashes because of jemalloc: under it, and not under the other three */
    CLAIM_SHARE,      /* the phases named in `detail` take low .. high of a */
    CLAIM_FIGURE,     /* the figure named in `detail` ("contention arenas") of a lies in low .. high */
    CLAIM_START,      /* a thread more costs low .. high us to start: a is pool=spawn, b pool=spin */
    CLAIM_ARITHMETIC, /* low is what follows from the study's own figures, high what it says follows */
    CLAIM_OUTSIDE,    /* nothing here can tell; `detail` says why */
};

struct claim {
    const char *id;
    const char *said; /* with its figure, in our words */
    enum claim_kind kind;
    struct repro_pick a, b;
    double low, high;
    const char *detail; /* see the kinds; else a remark, or NULL */
};

enum claim_verdict { CLAIM_REPRODUCED, CLAIM_REFUTED, CLAIM_UNDECIDED, CLAIM_NOT_TESTABLE };

struct claim_finding {
    enum claim_verdict verdict;
    char measured[512];
    const char *replay; /* in the results; NULL where nothing was run */
};

extern const struct claim claims[];
extern const size_t claim_count;

/* Holds a claim against what was measured. */
void claim_judge(const struct claim *claim, const struct repro_runs *runs, struct claim_finding *finding);

/* "reproduced", "refuted", "undecided", "not testable here". */
const char *claim_verdict_name(enum claim_verdict verdict);

#endif
