/* session.h - one run, from its options to its results file: what every command that measures stands on. */
#ifndef HARNESS_DRIVER_SESSION_H
#define HARNESS_DRIVER_SESSION_H

#include "harness/common/error.h"
#include "harness/driver/catalogue.h"
#include "harness/driver/cell.h"
#include "harness/driver/options.h"
#include "harness/driver/plan.h"
#include "harness/driver/results.h"
#include "harness/driver/resume.h"
#include "harness/driver/search.h"

#include <limits.h>
#include <stdbool.h>

/* All zero bytes hold nothing. It is large: allocate it. */
struct session {
    const char *program; /* how triebench was called */
    char worker_path[PATH_MAX];
    char search_worker_path[PATH_MAX]; /* the worker that trials run on, where it is another one */
    struct search *searches;           /* one a cell, with --until-crash */
    struct run_options options;
    struct catalogue catalogue;
    struct host host;
    struct run_plan plan;
    struct results earlier; /* of the run that is resumed */
    bool resuming;
    struct done done;
    char folder[PATH_MAX], file[PATH_MAX];
    struct run_header header;
};

/* program must outlive the session. session_free() later. */
void session_init(struct session *session, const char *program);

void session_free(struct session *session);

/*
 * Completes session->options and makes the plan of them. Whatever can be wrong with what was asked is found
 * here, before the first trial. Errors: false, naming the option.
 */
bool session_prepare(struct session *session, struct error *error);

/*
 * Runs what was prepared, into session->file in session->folder (options.out, or results/runs/ID), and ends
 * early at SIGINT, SIGTERM or SIGHUP (*interrupted). Nothing is run where a resumed run has nothing left.
 * Errors: false: the folder or the file cannot be made, or the program cannot go on.
 */
bool session_run(struct session *session, bool *interrupted, struct error *error);

#endif
