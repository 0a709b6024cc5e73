/*
 * trial_page.h - the shared memory between a worker and the driver: everything that a trial leaves behind.
 *
 * The driver makes a memory file of sizeof(struct trial_page), the worker maps it and writes by plain stores,
 * so what is there survives any end of the worker. The driver trusts nothing in it: a strategy may have
 * scribbled over it, so counts are bounded and strings cut when they are read (trial_page_sane()).
 */
#ifndef HARNESS_COMMON_TRIAL_PAGE_H
#define HARNESS_COMMON_TRIAL_PAGE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PAGE_SAMPLES_MAX = 1 << 16,
    PAGE_THREADS_MAX = 1024,
    PAGE_PHASES_MAX = 32,
    PAGE_TEXT_BYTES = 512,
    PAGE_CPUS_MAX = 64,
    PAGE_COUNTERS_MAX = 16,
#ifdef __aarch64__
    PAGE_REGISTERS = 32, /* x0 to x30, sp */
#else
    PAGE_REGISTERS = 17, /* x86-64: the general ones and the instruction pointer */
#endif
};
#define PAGE_MAGIC   UINT64_C(0x7472696562656e63)
#define PAGE_VERSION 5u
#define PAGE_UNKNOWN UINT64_MAX

/* Where the worker stands. */
enum page_stage {
    STAGE_START,    /* nothing done yet */
    STAGE_PROVE,    /* proving the allocator */
    STAGE_WORKLOAD, /* making items */
    STAGE_OPEN,
    STAGE_CONTROL, /* spinning control before or after */
    STAGE_CREATE,
    STAGE_INSERT, /* between the marks */
    STAGE_CHECK,  /* walking and comparing */
    STAGE_DESTROY,
    STAGE_CLOSE,
    STAGE_DONE,
};

/* How the worker says that the trial went. PAGE_VERDICT_NONE until it knows. */
enum page_verdict {
    PAGE_VERDICT_NONE,
    PAGE_VERDICT_OK,
    PAGE_VERDICT_CORRUPT, /* check failed */
    PAGE_VERDICT_REFUSED,
    PAGE_VERDICT_OOM,
};

/* One worker thread: its tid, and what strategies/strategy.h calls its progress (same layout, checked by the
 * worker). */
struct page_thread {
    uint32_t tid;
    uint32_t cpu; /* processor it was seen on after the samples */
    uint64_t migrations;
    uint64_t switches_forced;
};

struct page_progress {
    volatile uint32_t phase;
    volatile uint32_t sample;
    volatile uint64_t item;
    uint8_t unused[48]; /* a cache line each */
};

struct page_counter {
    char name[24];
    uint64_t value;
};

/* What strategies/strategy.h calls the damage (same layout, checked by the worker). */
struct page_damage {
    volatile uint64_t slabs_lost;
    volatile uint64_t texts_wrong;
};

/* What strategies/strategy.h calls alone (same layout, checked by the worker). */
struct page_alone {
    uint64_t jobs, parts_ns, longest_ns;
};

struct trial_page {
    uint64_t magic;
    uint32_t version;
    uint32_t verdict; /* enum page_verdict */
    char reason[PAGE_TEXT_BYTES];

    volatile uint32_t stage; /* enum page_stage */
    uint32_t thread_count;
    struct page_progress progress[PAGE_THREADS_MAX];
    struct page_thread threads[PAGE_THREADS_MAX];

    /* What was run */
    char allocator_object[PAGE_TEXT_BYTES];
    char allocator_version[64];
    char phase_names[PAGE_PHASES_MAX][16];
    uint32_t oversubscribed;
    uint32_t control;   /* the strategy stores nothing, or nothing in one trie, on purpose */
    uint32_t cpu_count; /* processors bound to, in cpus[] */
    uint32_t cpus[PAGE_CPUS_MAX];

    /* The workload */
    uint64_t universe_items;
    uint64_t universe_digest; /* order-independent digest of every item of the universe */
    uint64_t slices;

    /* Latencies */
    uint32_t sample_count;
    uint32_t phase_samples;
    uint64_t first_ns; /* the very first insertion of the process: cold */
    uint64_t samples_ns[PAGE_SAMPLES_MAX];
    uint64_t phases_ns[PAGE_PHASES_MAX]; /* sums over phase_samples */
    uint64_t setup_ns;                   /* sum of create() and prepare() over the samples that count */
    uint64_t teardown_ns;                /* sum of destroy() */
    uint64_t clock_cost_ns;

    struct page_alone alone;                   /* of all samples, where parts of jobs are run alone */
    uint64_t alone_parts_ns, alone_longest_ns; /* medians of the samples that count */

    /* The check; of the last sample if all agreed, else of the first that did not */
    uint64_t keys_expected, keys_found;
    uint64_t digest, digest_expected;
    uint64_t samples_checked;
    uint64_t samples_corrupt;  /* failed checks, where a search went on after them */
    struct page_damage damage; /* in the symbol tables of all samples that ended */

    /* Memory */
    uint64_t rss_peak_bytes;
    uint64_t
        heap_live_bytes; /* allocator's live bytes with one space standing, less what was live before it */
    uint64_t heap_peak_bytes;            /* largest such value seen */
    uint64_t space_bytes;                /* the strategy's own exact count of that space; 0: cannot tell */
    uint64_t leak_bytes;                 /* live bytes that the last space left behind after destroy() */
    uint64_t faults_minor, faults_major; /* of the samples that count */

    /* Contention, as the allocator counts it; PAGE_UNKNOWN where it does not */
    uint64_t arenas, arenas_limit, threads_per_arena_max, lock_waits, lock_wait_ns;

    /* What the strategy counted */
    uint32_t counter_count;
    struct page_counter counters[PAGE_COUNTERS_MAX];

    /* Disturbance */
    uint64_t switches_forced;             /* of all worker threads while sampling */
    uint64_t migrations;                  /* times that a pinned thread was seen elsewhere */
    uint64_t steal_ns;                    /* of the whole machine while sampling */
    uint64_t sampling_ns;                 /* wall time from the first warm-up to the last sample */
    double control_before, control_after; /* speed-up of the spinning control over its threads; 0: not run */
    uint32_t control_threads;

    /* The crash, as a signal handler left it. signal is 0 if there was none. */
    volatile uint32_t crash_signal;
    int32_t crash_code;
    uint32_t crash_tid;
    uint32_t crash_pad;
    uint64_t crash_address;
    uint64_t crash_ip;
    uint64_t crash_sp;
    uint64_t crash_ns;

    /* The driver sets the first if it will look at a crash, and the second when it has; the handler waits for
     * it. */
    volatile uint32_t witness_comes;
    volatile uint32_t witness_done;

    /* Of the instruction that crashed, by their numbers in DWARF; crash_sp is 0 where they are not known. */
    uint64_t crash_registers[PAGE_REGISTERS];
};

/* Whether magic, version and every count are within bounds; the driver asks before it reads anything else. */
bool trial_page_sane(const struct trial_page *page);

#endif
