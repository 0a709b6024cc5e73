/* resume.h - what an unfinished run has done already. */
#ifndef HARNESS_DRIVER_RESUME_H
#define HARNESS_DRIVER_RESUME_H

#include "harness/common/error.h"
#include "harness/driver/options.h"
#include "harness/driver/plan.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stdint.h>

/* Which trials of a plan are done; all zero bytes: none. */
struct done {
    bool *trials; /* one a trial: (round - round_first) * cell_count + cell; owned */
    uint64_t count;
    uint64_t outcomes[OUTCOME_COUNT]; /* of those */
};

/* Reads the options that a results file was started with into *options. Errors: false: it does not say, or
 * badly. */
bool resume_options(const struct results *results, struct run_options *options, struct error *error);

/* Errors: false: no memory. */
bool done_make(const struct run_plan *plan, struct done *done, struct error *error);

/*
 * Marks what stands in the results. command is the line of this plan, as replay_run() makes it. Errors:
 * false: the results are of another plan (naming the first option that differs), or no memory.
 */
bool resume_done(const struct results *results, const struct run_plan *plan, const char *command,
                 struct done *done, struct error *error);

bool done_has(const struct done *done, const struct run_plan *plan, uint64_t round, size_t cell);

void done_free(struct done *done);

#endif
