/* pairs.h - cells of two sides, before and after, with their times paired by round. */
#ifndef HARNESS_DRIVER_COMPARE_PAIRS_H
#define HARNESS_DRIVER_COMPARE_PAIRS_H

#include "harness/common/error.h"
#include "harness/driver/results.h"
#include "harness/driver/compare/waiver.h"
#include "harness/stats/change.h"

#include <stdbool.h>
#include <stddef.h>

/* A trial, and on which side it stands. build is what must be equal too: "" where builds are the sides. */
struct sided_row {
    const struct result_row *row;
    const char *build;
    bool after;
};

/* What came of a cell's trials on one side. */
struct pair_side {
    size_t trials, ok, failed, refused;
    const struct result_row *row;          /* one of them, NULL if there are none */
    const struct result_row *first_failed; /* by line; NULL if none failed */
};

enum pair_status {
    PAIR_TIMES,         /* all is well: times decide */
    PAIR_CRASH_NEW,     /* failed after, never before */
    PAIR_SIGNATURE_NEW, /* failed on both sides, after in a way not seen before */
    PAIR_CRASH_MORE,    /* failed on both sides in the same way, after surely more often */
    PAIR_CRASH_SAME,    /* failed on both sides in the same way */
    PAIR_CRASH_GONE,    /* failed before alone */
    PAIR_REFUSED,       /* could not be run on one side */
    PAIR_ONLY_BEFORE,
    PAIR_ONLY_AFTER,
};

struct pair {
    const struct result_row *row; /* one of its trials */
    struct pair_side before, after;
    enum pair_status status;
    const struct result_row *told; /* the trial that the status speaks of; NULL with PAIR_TIMES */
    double *log_ratios; /* ln(after / before) by round, NAN where there is none; part of pairs.log_ratios */
    size_t pairs;       /* those that are there */

    /* From here on compare_judge() */
    size_t family;
    bool looked_again;           /* all above is of the second look */
    struct change first;         /* then: what the first had found */
    double margin;               /* what it was judged by: a share */
    struct change change;        /* with PAIR_TIMES */
    double p;                    /* corrected for all */
    enum verdict verdict;        /* with PAIR_TIMES */
    const struct waiver *waiver; /* that puts up with its regression; NULL: none */
};

/* The pairs, those of one strategy and allocator, a family, beside each other. */
struct pairs {
    struct pair *items;
    size_t count, rounds;
    double *log_ratios;
};

/*
 * Pairs rows[count], which it sorts. Medians of ok trials are paired; of several of a cell in a round, the
 * first. Errors: false, *pairs empty: more than LIMIT_CELLS cells, or no memory. What the rows belong to must
 * outlive it.
 */
bool pairs_make(struct sided_row *rows, size_t count, struct pairs *pairs, struct error *error);

void pairs_free(struct pairs *pairs);

/* Whether two pairs are of one family. */
bool pairs_same_family(const struct pair *a, const struct pair *b);

/* Whether two pairs are of one cell, whatever the build. */
bool pairs_same_cell(const struct pair *a, const struct pair *b);

/* What tells the failure of a trial from others: its crash's signature, or its outcome where there is none.
 */
const char *pair_signature(const struct result_row *row);

#endif
