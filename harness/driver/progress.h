/* progress.h - tells how far a run is, on one line of a terminal, or now and then where there is none. */
#ifndef HARNESS_DRIVER_PROGRESS_H
#define HARNESS_DRIVER_PROGRESS_H

#include "harness/driver/cell.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out;
    bool quiet, terminal;
    int columns;
    uint64_t total, skipped, done; /* trials; those of an earlier, resumed run are skipped */
    uint64_t failed;               /* of those done, not ok */
    uint64_t started_ns, told_ns;
    uint64_t told_round;
};

/* total trials, of which skipped need not be run again. */
void progress_begin(struct progress *progress, FILE *out, bool quiet, uint64_t total, uint64_t skipped);

/* A trial begins. */
void progress_trial(struct progress *progress, const struct trial_request *request);

/* A trial has ended. */
void progress_done(struct progress *progress, enum outcome outcome);

/* Removes the line from a terminal. */
void progress_end(struct progress *progress);

#endif
