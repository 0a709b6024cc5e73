/* summary.h - the trials of a results file, cell by cell, in the order in which a table shows them. */
#ifndef HARNESS_DRIVER_SUMMARY_H
#define HARNESS_DRIVER_SUMMARY_H

#include "harness/common/error.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cell_summary {
    const struct result_row *row; /* one of its trials; what the cell is stands there */
    size_t trials;
    uint64_t outcomes[OUTCOME_COUNT];
    const struct result_row *failed; /* the first trial that is not ok, by round; NULL if all are */
    double *medians_ns;              /* of the ok trials, ascending; owned */
    size_t median_count;
    double median_ns;       /* of those medians; -1 if there is none */
    bool interval;          /* whether low and high are known */
    double low_ns, high_ns; /* 95 % */
    double speedup;         /* over `sequential` of the same batch and group; 0: not known */
    bool control;           /* stores nothing or merges nothing on purpose, so that it cannot be the best */
    bool oversubscribed;
    bool best;      /* fastest of its batch; controls, twins, and what failed left out */
    size_t flagged; /* trials that something disturbed */
};

/*
 * Groups (workload, allocator, symbols, keys, binding, build) in the order of their names, in them batches
 * upwards, in them the fastest first and what has no time last.
 */
struct summary {
    struct cell_summary *cells;
    size_t count;
};

/* Errors: false: no memory; *summary is then empty. results must outlive it. */
bool summary_make(const struct results *results, struct summary *summary, struct error *error);

void summary_free(struct summary *summary);

/* Whether two cells are of the same group. */
bool summary_same_group(const struct cell_summary *a, const struct cell_summary *b);

/* "thread-local:pool=spin", "sequential (again)" for the twin. Returns its length as snprintf() does. */
int summary_strategy(const struct cell_summary *cell, char *text, size_t size);

/* "jemalloc:narenas=1". */
int summary_allocator(const struct cell_summary *cell, char *text, size_t size);

#endif
