/*
 * launch.h - starts one worker: its command line, its environment, its descriptors, its limits.
 *
 * The worker gets a process group of its own, /dev/null for input, one pipe for what it prints, the trial
 * page as descriptor 3 and the report pipe as descriptor 4; nothing else of the driver's is open in it.
 */
#ifndef HARNESS_DRIVER_TRIAL_LAUNCH_H
#define HARNESS_DRIVER_TRIAL_LAUNCH_H

#include "harness/common/error.h"
#include "harness/common/trial_args.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct launch_options {
    const char *worker_path;
    uint64_t memory_limit_bytes;   /* of address space (RLIMIT_AS); 0: none */
    uint64_t stack_bytes;          /* of each thread (soft RLIMIT_STACK); 0: as the driver's own */
    uint64_t resident_limit_bytes; /* of resident memory, looked at every 20 ms; 0: none */
    double timeout_s;              /* for the whole process; 0 or less: none */
};

/* A worker that runs. The descriptors are the driver's ends; the two pipes do not block. */
struct worker {
    pid_t pid; /* also the number of its process group */
    int pidfd; /* -1 where the kernel has none */
    int page_fd;
    int report_fd;
    int output_fd;
    uint64_t started_ns; /* CLOCK_MONOTONIC */
};

/* The environment of a worker; free with launch_environment_free(). All zero is empty. */
struct launch_environment {
    char **entries;     /* NULL-ended, as execve() takes it */
    size_t entry_count; /* without the NULL */
    size_t owned_from;  /* entries from here on are ours to free; those before are the caller's environ */
};

/*
 * Makes the environment for an allocator variant ("jemalloc:narenas=1"): the driver's own, without the
 * variables that belong to any allocator, and with those that start this one. Errors: false, with the reason
 * in *error; *refused tells whether the variant cannot be had (rather than memory). The driver's environment
 * must not change while the result is in use.
 */
bool launch_environment_make(const char *allocator, struct launch_environment *environment, bool *refused,
                             struct error *error);

void launch_environment_free(struct launch_environment *environment);

/*
 * Starts a worker on args (its page_fd and report_fd are set here). Returns once the worker's program runs.
 * On success the caller owns *worker: launch_close() after its process has been reaped.
 * Errors: false, nothing left over: no memory file, pipe, or process to be had, or the program cannot be
 * executed.
 */
bool launch_worker(const struct trial_args *args, const struct launch_environment *environment,
                   const struct launch_options *options, struct worker *worker, struct error *error);

/* Closes the descriptors. Does not touch the process. */
void launch_close(struct worker *worker);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t monotonic_ns(void);

#endif
