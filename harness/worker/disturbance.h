/*
 * disturbance.h - what the system did to the threads while they sampled: moved them, took the processor away.
 *
 * Read from /proc outside the marks, without allocating.
 */
#ifndef HARNESS_WORKER_DISTURBANCE_H
#define HARNESS_WORKER_DISTURBANCE_H

#include "harness/common/trial_page.h"
#include "harness/worker/bind.h"

#include <stdint.h>

/* Counts since a thread began; PAGE_UNKNOWN where the kernel does not tell. */
struct thread_counts {
    uint64_t migrations;
    uint64_t switches_forced;
};

struct disturbance {
    uint64_t switches_forced; /* of the process, threads that have ended included */
    uint64_t steal_ns;        /* of the machine; PAGE_UNKNOWN if it does not tell */
    uint32_t tids[PAGE_THREADS_MAX];
    struct thread_counts threads[PAGE_THREADS_MAX];
};

/* Counts of one thread of this process, and in *cpu the processor it ran on last. A thread that is gone:
 * unknown. */
void disturbance_of_thread(uint32_t tid, struct thread_counts *counts, uint32_t *cpu);

/* What stands before sampling, of the threads that page->threads[] names. */
void disturbance_begin(struct disturbance *before, const struct trial_page *page);

/*
 * Puts the differences since begin into the page: of every thread, and in sum. A thread that was not there
 * before (a strategy that starts its threads anew) has no difference; its migrations and switches are
 * PAGE_UNKNOWN, and the sum of switches is nevertheless whole. A pinned thread that is not where it belongs
 * counts as one migration at least.
 */
void disturbance_end(const struct disturbance *before, const struct binding *binding,
                     struct trial_page *page);

#endif
