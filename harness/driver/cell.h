/*
 * cell.h - the driver's words: a cell of the matrix, what is asked of one trial, what came of it, and the
 * head and end of a run.
 */
#ifndef HARNESS_DRIVER_CELL_H
#define HARNESS_DRIVER_CELL_H

#include "harness/common/trial_args.h"
#include "harness/common/trial_page.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CELL_TEXT_BYTES = TRIAL_TEXT_BYTES, RESULT_REASON_BYTES = 1024, RESULT_OUTPUT_BYTES = 16384 };

/* One point of the matrix. Texts are as the user wrote them. */
struct cell {
    char workload[CELL_TEXT_BYTES];
    char strategy[CELL_TEXT_BYTES];  /* with its options: "thread-local:pool=spin" */
    char allocator[CELL_TEXT_BYTES]; /* with its knobs: "jemalloc:narenas=1" */
    char bind[CELL_TEXT_BYTES];
    char build[CELL_TEXT_BYTES]; /* empty but where two builds are compared */
    uint64_t batch;
    uint64_t threads;
    bool interned;
    bool encoded;
    bool twin; /* the second of the A/A pair */
};

/* One line for people; returns its length, as snprintf() does. */
int cell_text(const struct cell *cell, char *text, size_t size);

/* How a trial ended. */
#define OUTCOME_LIST(X)                                                                                      \
    X(OUTCOME_OK, "ok")                                                                                      \
    X(OUTCOME_CRASH, "crash")                                                                                \
    X(OUTCOME_ABORT, "abort")                                                                                \
    X(OUTCOME_HANG, "hang")                                                                                  \
    X(OUTCOME_OOM, "oom")                                                                                    \
    X(OUTCOME_CORRUPT, "corrupt")                                                                            \
    X(OUTCOME_REFUSED, "refused")                                                                            \
    X(OUTCOME_LOST, "lost")

enum outcome {
#define OUTCOME_ENUM(name, text) name,
    OUTCOME_LIST(OUTCOME_ENUM)
#undef OUTCOME_ENUM
        OUTCOME_COUNT
};

/* What one trial is to do. */
struct trial_request {
    struct cell cell;
    struct trial_args args; /* the cell again, as the worker reads it, and how long to sample */
    uint64_t round;
    uint64_t position; /* within the round, from 0 */
    char replay[4 * TRIAL_TEXT_BYTES];
};

struct stacks;

/* What came of it. The page is a copy of what the worker left, bounds already checked (zeroed if it was not
 * sane). */
struct trial_result {
    struct trial_request request;
    enum outcome outcome;
    char reason[RESULT_REASON_BYTES]; /* empty when ok */
    bool interrupted;                 /* ended by Ctrl-C: not to be recorded */
    bool page_valid;
    struct trial_page *page;          /* owned by the result; trial_result_free() */
    struct stacks *stacks;            /* of a crash or a hang, if they could be had; owned by the result */
    char output[RESULT_OUTPUT_BYTES]; /* the last of what the worker printed */
    int wait_status;
    uint64_t started_ns; /* of the process, CLOCK_MONOTONIC as the page's crash_ns */
    uint64_t wall_ns;    /* from the start of the process to its end */
    uint64_t user_ns, system_ns;
    uint64_t rss_peak_bytes; /* from wait4() */
};

void trial_result_free(struct trial_result *result);

/* The machine, as the run line tells it. Text fields are empty, numbers 0, where it cannot be told. */
struct host {
    char cpu[128];
    char kernel[128];
    char libc[64];
    char governor[64];
    char thp[64];
    char clock[64];
    uint64_t cores, threads, numa_nodes, l3_bytes, memory_bytes;
    bool virtual_machine;
    int aslr; /* -1: unknown */
    uint64_t clock_step_ns, clock_cost_ns;
};

/* The first line of a results file. */
struct run_header {
    char id[64];
    char started[32]; /* ISO 8601, UTC */
    char command[4096];
    char plan_hash[17];
    char tool_version[64];
    char git_commit[64]; /* of the build */
    bool git_dirty;
    char compiler[128];
    char flags[512];
    uint64_t seed;
    uint64_t cells, rounds, trials;
    struct host host;
    char criteria_name[256]; /* of the file that verdicts will be by, without its folder */
    char criteria_hash[17];  /* empty: none stand yet */
    json_t *hypotheses;      /* strategy: its own words; NULL: not known; the caller's */
};

/* The last line. */
struct run_summary {
    bool finished;
    uint64_t trials;
    uint64_t outcomes[OUTCOME_COUNT];
    double seconds;
};

#endif
