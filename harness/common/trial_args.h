/*
 * trial_args.h - what one trial is to do, as the driver says it to the worker on its command line.
 *
 * Both programs use this one description, so that the two ends cannot drift apart; a person can type the same
 * line to run a worker by hand (triebench-worker --help).
 */
#ifndef HARNESS_COMMON_TRIAL_ARGS_H
#define HARNESS_COMMON_TRIAL_ARGS_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIAL_TEXT_BYTES = 1024, TRIAL_ARGV_MAX = 64 };

struct trial_args {
    char workload[TRIAL_TEXT_BYTES];  /* "facts:order=shuffled", "file:PATH" */
    char strategy[TRIAL_TEXT_BYTES];  /* "thread-local:pool=spin", "./mine.so" */
    char allocator[TRIAL_TEXT_BYTES]; /* "jemalloc:narenas=1" */
    char bind[TRIAL_TEXT_BYTES];      /* core | compact | scatter | none | "0-17" */
    uint64_t batch;
    uint64_t threads;
    bool interned; /* --symbols interned|inline */
    bool encoded;  /* --keys encoded|expressions */
    bool replay;   /* the same slice for every sample */
    uint64_t seed;
    uint64_t round;       /* chooses which slices of the universe come first */
    uint64_t warmup;      /* samples before those that count, at least */
    uint64_t samples_min; /* samples that count, at least */
    uint64_t samples_max; /* at most */
    uint64_t time_ns;     /* sampling ends when this is spent (and samples_min are there) */
    double precision;     /* or when the median's interval is within this share of it; 0: never */
    bool alone;           /* each worker's part of a job by itself, one behind the other, for projections */
    bool search;          /* look for crashes: nothing is timed, and a failed check is counted, not the end */
    uint64_t perturb_seed;   /* of the yields at memory accesses (harness/perturb/); with search only */
    uint64_t perturb_one_in; /* accesses to a yield; 0: none */
    uint64_t preempt_us;     /* each thread is made to yield this often; 0: never; with search only */
    int page_fd;             /* memory file with the trial page; -1: none, print a summary */
    int report_fd;           /* pipe on which "done" is said, or a byte by who crashed; -1: none */
};

/* Sets every field to its default. */
void trial_args_init(struct trial_args *args);

/*
 * Writes args as a command line: argv[0] = program, then options, then NULL. The strings live in args and in
 * buffer[size]; both must outlive argv.
 * Errors: false if buffer is too small.
 */
bool trial_args_write(const struct trial_args *args, const char *program, char *buffer, size_t size,
                      const char *argv[TRIAL_ARGV_MAX], struct error *error);

/*
 * Reads a command line; the opposite of trial_args_write(). Every number is bounded, every text must fit.
 * *help is set, and nothing read, if --help stands on it.
 * Errors: false, naming the option.
 */
bool trial_args_read(struct trial_args *args, int argc, char *const argv[], bool *help, struct error *error);

/* The options and what they mean, for --help. */
const char *trial_args_help(void);

#endif
