/*
 * subject.h - what gets a verdict: a strategy on an allocator, with a workload and a number of threads, over
 * all batch sizes of one run.
 */
#ifndef HARNESS_DRIVER_REPORT_SUBJECT_H
#define HARNESS_DRIVER_REPORT_SUBJECT_H

#include "harness/common/error.h"
#include "harness/driver/criteria.h"
#include "harness/driver/report/rows.h"
#include "harness/stats/change.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One batch size of a subject, beside the reference of the same group and batch. */
struct subject_cell {
    const struct cell_summary *cell, *reference; /* reference: NULL where none was measured */
    const double *log_ratios;                    /* ln(time / time of the reference) by round, NAN: none */
    struct change change;                        /* of these; no pairs where there is no reference */
    double floor;                 /* share by which the reference differs from itself here; -1: not known */
    double memory_factor;         /* peak over the reference's; -1: not measured */
    const char *memory_name;      /* of the figure that was taken; NULL: none */
    size_t trials, failed, timed; /* without those refused; timed: not a search for crashes */
    const struct result_row *first_failed; /* by round; NULL: none did */
};

/* A batch size at which the strategy draws level for good. */
struct break_even {
    bool known;              /* in one round at least */
    bool interval;           /* whether low and high are known */
    double batch, low, high; /* 0: below the smallest batch measured; infinite: at none up to the largest */
};

enum subject_verdict {
    SUBJECT_ACCEPTED,
    SUBJECT_ACCEPTED_FROM,
    SUBJECT_REJECTED,
    SUBJECT_INCONCLUSIVE,
    SUBJECT_SEARCHED, /* only looked for crashes, and found none */
};

enum criterion {
    CRITERION_NONE,
    CRITERION_FAILURES,
    CRITERION_SLOWER,
    CRITERION_SPEEDUP,
    CRITERION_MEMORY,
    CRITERION_TRIALS
};

enum { SUBJECT_REASON_BYTES = 1024 };

struct subject {
    const struct report_run *run;
    size_t run_number; /* from 0 */
    struct subject_cell *cells;
    size_t count;  /* above 0 */
    size_t rounds; /* length of each cell's log_ratios */
    size_t trials, failed;
    double rate_low, rate_high; /* of failures, 95 % */
    struct break_even even;

    /* From here on subject_judge() */
    enum subject_verdict verdict;
    enum criterion criterion;        /* that failed, or could not be settled */
    const struct subject_cell *told; /* the cell that shows it */
    const struct result_row *trial;  /* a trial of it, whose replay line is told */
    char reason[SUBJECT_REASON_BYTES];
    char settle[SUBJECT_REASON_BYTES]; /* what would settle an inconclusive one; else empty */
    size_t settle_rounds;              /* 0: rounds would not */
};

struct subjects {
    struct subject *items; /* by strategy, then run, workload, allocator, threads */
    size_t count;
    struct subject_cell *cells;
    double *log_ratios;
};

/*
 * All that is to be judged in runs[count]: controls, twins and the reference itself are not. reference is a
 * strategy with its options. Errors: false, *subjects empty: no memory. The runs must outlive it.
 */
bool subjects_make(const struct report_run *runs, size_t count, const char *reference, double alpha,
                   struct subjects *subjects, struct error *error);

void subjects_free(struct subjects *subjects);

/* Where the last crossing from slower to faster lies, by rounds; 95 % by order statistics. */
bool break_even_of(const struct subject *subject, struct break_even *even);

/* Fills the part of a subject that holds the verdict. */
void subject_judge(struct subject *subject, const struct criteria *criteria, const char *reference);

/* "ACCEPTED", "ACCEPTED FROM 500", ... Returns its length as snprintf() does. */
int subject_verdict_text(const struct subject *subject, char *text, size_t size);

/* Whether two subjects are of one strategy with its options. */
bool subject_same_strategy(const struct subject *a, const struct subject *b);

/* How many subjects from this one on, of those left, are of its strategy with its options. */
size_t subject_strategy_count(const struct subject *first, size_t left);

/* "facts, batch 1000, 2 threads on jemalloc:narenas=1". Returns its length as snprintf() does. */
int subject_cell_text(const struct subject_cell *cell, char *text, size_t size);

/* Whether a trial counts as failed: neither ok nor refused. */
bool row_failed(const struct result_row *row);

/* The status that follows from all verdicts: EXIT_CRASHED, EXIT_REGRESSION, EXIT_INCONCLUSIVE or EXIT_PASS.
 */
int subjects_status(const struct subjects *subjects);

#endif
