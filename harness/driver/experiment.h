/* experiment.h - a run that a command needs for its answer: its options are decided, its results are read. */
#ifndef HARNESS_DRIVER_EXPERIMENT_H
#define HARNESS_DRIVER_EXPERIMENT_H

#include "harness/common/error.h"
#include "harness/driver/options.h"
#include "harness/driver/results.h"

#include <stdbool.h>

struct experiment {
    const char *folder;  /* below that of the command */
    const char *options; /* of `triebench run`, as on a command line */
};

/*
 * Runs what options ask for into out/folder, and reads what it wrote. Takes the options over, and leaves none
 * in *options, whatever comes of it. Progress goes to the standard error unless they are quiet. *interrupted
 * is set where it was ended early. The caller frees *results (results_free()) where true was returned.
 * Errors: false: an option that cannot be met here (its own words are in *error), or as session_run().
 */
bool experiment_measure(const char *program, const char *out, const char *folder, struct run_options *options,
                        struct results *results, bool *interrupted, struct error *error);

/* The same of an experiment that is written down; extra is more options behind its own, or NULL. */
bool experiment_run(const char *program, const char *out, const struct experiment *experiment,
                    const char *extra, bool quiet, struct results *results, bool *interrupted,
                    struct error *error);

#endif
