/* memory.h - what the process and its allocator hold: resident memory, faults, live bytes. Read outside the
 * marks. */
#ifndef HARNESS_WORKER_MEMORY_H
#define HARNESS_WORKER_MEMORY_H

#include "allocators/allocator.h"
#include "harness/common/trial_page.h"

#include <stdint.h>

struct memory_faults {
    uint64_t minor, major;
};

/* Page faults of the process so far. */
struct memory_faults memory_faults_now(void);

/* Largest resident size that the process ever had, in bytes; PAGE_UNKNOWN if the system does not tell. */
uint64_t memory_rss_peak_bytes(void);

/* Live bytes of the allocator around one sample, each PAGE_UNKNOWN where it cannot tell. */
struct memory_levels {
    uint64_t before;   /* create() */
    uint64_t standing; /* with the batch inserted */
    uint64_t after;    /* destroy() */
};

/*
 * Puts the levels of one sample into the page: heap_live_bytes and leak_bytes are those of the last,
 * heap_peak_bytes the largest of all.
 */
void memory_note_levels(struct trial_page *page, const struct memory_levels *levels);

/* Puts the allocator's arenas and the lock waits since `before` into the page. */
void memory_note_contention(struct trial_page *page, const struct allocator_counters *before,
                            const struct allocator_counters *after);

/* Marks as unknown whatever is not measured yet. */
void memory_forget(struct trial_page *page);

#endif
