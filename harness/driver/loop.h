/* loop.h - runs the trials of a plan, one after another, and records each. */
#ifndef HARNESS_DRIVER_LOOP_H
#define HARNESS_DRIVER_LOOP_H

#include "harness/common/error.h"
#include "harness/driver/trial/launch.h"
#include "harness/driver/options.h"
#include "harness/driver/plan.h"
#include "harness/driver/record.h"
#include "harness/driver/resume.h"
#include "harness/driver/search.h"

#include <signal.h>
#include <stdbool.h>

struct loop {
    const char *program; /* how triebench was called, for the replay lines */
    const struct run_options *options;
    const struct run_plan *plan;
    const struct done *done;
    struct launch_options launch;
    struct record *record;
    struct search *searches; /* one a cell, filled in where plan->until_crash; else NULL */
};

/*
 * Runs every trial that is not done, until the end or SIGINT, SIGTERM, or SIGHUP (*interrupted), then writes
 * the end line. Progress goes to the standard error. Sets the handlers of those signals meanwhile; not for
 * two threads at once. Errors: false: the program cannot go on; the end line is still written, if it can be.
 */
bool loop_run(const struct loop *loop, bool *interrupted, struct error *error);

/*
 * Runs one trial and records it, unless it was interrupted (result->interrupted). Its replay line is of
 * loop->options. Errors: false: the program cannot go on; the caller frees *result (zeroed before) either
 * way.
 */
bool loop_trial(const struct loop *loop, struct trial_request *request, struct trial_result *result,
                struct error *error);

enum { LOOP_SIGNALS = 3 };

/*
 * SIGINT, SIGTERM and SIGHUP are noted from here on, and end the trial in flight; before keeps what they did.
 * One pair at a time.
 */
void loop_signals_take(struct sigaction before[LOOP_SIGNALS]);
void loop_signals_give_back(const struct sigaction before[LOOP_SIGNALS]);

/* Whether one of them came. */
bool loop_stop_asked(void);

#endif
