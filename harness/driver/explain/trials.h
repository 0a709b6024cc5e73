/* trials.h - runs the trials of the rows, interleaved, and counts what they came to. */
#ifndef HARNESS_DRIVER_EXPLAIN_TRIALS_H
#define HARNESS_DRIVER_EXPLAIN_TRIALS_H

#include "harness/driver/explain/rows.h"
#include "harness/driver/host.h"
#include "harness/driver/loop.h"
#include "harness/driver/record.h"

#include <stdbool.h>
#include <stdint.h>

struct explain_trials {
    const char *program, *worker_path, *perturb_worker_path;
    const struct catalogue *catalogue;
    const struct host *host;
    struct record *record;
    struct progress *progress;
    uint64_t started_ns;
    double budget_s;
    uint64_t rounds_max;

    struct run_summary summary; /* of all trials; what is below is found by explain_calibrate() */
    uint64_t look_trials, look_crashes, look_samples, look_void; /* refused or lost */
    double look_s, look_ran_s;                                   /* in all, and that the workers ran */
    uint64_t samples, rounds;                                    /* of each trial, of each row */
    uint64_t round_first;                                        /* number of the first round */
    bool interrupted;
};

/*
 * Looks how soon the given cell crashes (at most a quarter of the budget; these trials are recorded, but not
 * counted in the rows), and decides trials->samples and trials->rounds: four times the median of the samples
 * until a crash, so that most trials of the given cell crash, but few enough for eight rounds of all rows.
 * Both are 0 where it did not crash. Errors: the program cannot go on.
 */
bool explain_calibrate(struct explain_trials *trials, struct explain_rows *rows, struct error *error);

/*
 * Runs rounds over all rows in an order that is drawn anew for each, until they are done or what is left of
 * the budget is less than another round takes; trials->rounds is then how many there were. Errors: as above.
 */
bool explain_rounds(struct explain_trials *trials, struct explain_rows *rows, struct error *error);

/* The same over the rows of pairs, which come after. */
bool explain_rounds_of_pairs(struct explain_trials *trials, struct explain_rows *pairs, struct error *error);

#endif
