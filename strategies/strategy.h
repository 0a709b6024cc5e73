/*
 * strategy.h - what a strategy is; also the interface of plug-ins.
 *
 * A strategy inserts a batch of items into a fresh space. The harness calls, in this order,
 *
 *     open                                            once a trial
 *       ( create  prepare  insert  walk  destroy ) ...   once a sample; only insert is timed
 *     close
 *
 * all from one thread, the trial's main thread, which is worker 0. A strategy that wants more workers starts
 * them in open() (strategies/pool.h does it) and lets each call setup->worker_started() before it does
 * anything else.
 *
 * A built-in strategy is one file that defines one `const struct strategy`, and one line in
 * strategies/registry.def. A plug-in is a shared object that exports the same struct under the name
 * STRATEGY_PLUGIN_SYMBOL; how to write one in under fifty lines is told in strategies/README.md, and
 * strategies/nothing.c is the file to copy.
 */
#ifndef STRATEGIES_STRATEGY_H
#define STRATEGIES_STRATEGY_H

#include "trie/expr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised when anything below changes its meaning; a plug-in with another number is refused. */
#define STRATEGY_ABI           3u
#define STRATEGY_PLUGIN_SYMBOL "triebench_strategy"
/*
 * A text beside the struct, so that the interface stays as it is: in one or two sentences what the strategy
 * is expected to do and why, written before there are results. A report puts it in front of them. Of a
 * plug-in it may be missing, of a built-in it is the struct's own name with _hypothesis behind it.
 */
#define STRATEGY_HYPOTHESIS_SYMBOL "triebench_hypothesis"

/* How a call ends. Anything but STRATEGY_OK ends the trial; what becomes of it stands behind each. */
enum strategy_status {
    STRATEGY_OK,
    STRATEGY_NO_MEMORY,   /* outcome oom */
    STRATEGY_UNSUPPORTED, /* outcome refused: this combination makes no sense for this strategy */
    STRATEGY_NO_THREAD,   /* outcome refused: the system gave no thread */
    STRATEGY_FAILED,      /* outcome corrupt: anything else */
};

/* One fact or rule, in both forms. Everything is borrowed from the harness and lies in mapped memory. */
struct item {
    const struct term *terms; /* prefix order, see trie/expr.h */
    uint32_t term_count;
    uint32_t key_length;
    const uint8_t *key; /* the encoded form that keys=encoded inserts */
};

struct batch {
    const struct item *items;
    size_t count;
};

/* At most so many items of a batch, from number `from` on, which there is. */
static inline struct batch batch_piece(const struct batch *batch, size_t from, size_t most)
{
    size_t left = batch->count - from;
    return (struct batch){batch->items + from, left < most ? left : most};
}

/* The parts of a sample. A strategy reports those it has. */
#define STRATEGY_PHASE_LIST(X)                                                                               \
    X(PHASE_NONE, "none")                                                                                    \
    X(PHASE_HANDOFF, "handoff") /* giving work to workers and waiting for the last of them */                \
    X(PHASE_PRINT, "print")     /* terms to text */                                                          \
    X(PHASE_PARSE, "parse")     /* text to terms */                                                          \
    X(PHASE_ENCODE, "encode")   /* terms to key, interning included */                                       \
    X(PHASE_SORT, "sort")                                                                                    \
    X(PHASE_PARTITION, "partition")                                                                          \
    X(PHASE_INSERT, "insert") /* keys into a trie, one by one */                                             \
    X(PHASE_BUILD, "build")   /* encode and insert in one pass, or a trie from sorted keys */                \
    X(PHASE_MERGE, "merge")   /* union, graft, swap */

enum strategy_phase {
#define STRATEGY_PHASE_ENUM(name, text) name,
    STRATEGY_PHASE_LIST(STRATEGY_PHASE_ENUM)
#undef STRATEGY_PHASE_ENUM
        PHASE_COUNT
};

/*
 * Where a worker stands. Lies in memory that the harness reads after a crash, so it is written by plain
 * stores, which cost nothing; keep item current where it is cheap to do so (once an item is). Each fills a
 * cache line, so that workers do not slow each other by saying where they are.
 */
struct strategy_progress {
    volatile uint32_t phase; /* enum strategy_phase */
    volatile uint32_t sample;
    volatile uint64_t item;
    uint8_t unused[48];
};

/*
 * One insertion. progress has one entry a worker. phase_ns is NULL in the samples whose latency counts; in
 * the others it has PHASE_COUNT sums, into which worker 0 adds what it spent in each phase (phase_enter()
 * does that).
 */
struct strategy_run {
    struct strategy_progress *progress;
    uint64_t *phase_ns;
    uint64_t phase_since_ns;
};

/*
 * What was found spoilt in the symbol tables of a trial, sums over its samples: what a failed check does not
 * tell apart. Lies in memory that the harness reads after a crash.
 */
struct strategy_damage {
    volatile uint64_t slabs_lost;  /* slabs that no slot has any more */
    volatile uint64_t texts_wrong; /* texts whose ids give another text, or none */
};

/*
 * What the parts of a job take when each is run by itself, one behind the other on one processor: the time
 * that they would have, with as many processors, if they shared nothing. Sums over all jobs so far.
 */
struct strategy_alone {
    uint64_t jobs;
    uint64_t parts_ns;   /* of all parts */
    uint64_t longest_ns; /* of the longest part of each job */
};

/* What a trial is set up with; valid until close(). */
struct strategy_setup {
    unsigned workers; /* threads, the calling one included; at least 1 */
    bool interned; /* symbols=interned: keys hold ids of the space's own symbol table; else symbols are inline
                    */
    bool encoded;  /* keys=encoded: insert item.key as it is; else encode item.terms */
    size_t batch_max; /* no batch is larger */
    const int64_t
        *options; /* one value for each of the strategy's options, range checked; choices by index */
    void *harness;
    /* Every thread but worker 0 calls this first: pins it, gives it its signal stack. NULL in tests. */
    void (*worker_started)(void *harness, unsigned worker);
    /* Monotonic clock, ns, from any thread; for phases and for waits that must end. Never NULL. */
    uint64_t (*now_ns)(void);
    /* Added to by worker 0, outside insert(). NULL in tests. */
    struct strategy_damage *damage;
    /* Where the pool runs the parts of each job alone and adds up what they take; NULL: all at once. */
    struct strategy_alone *alone;
};

/* An option of a strategy: `name=value` behind a colon. A choice lists its values, else min .. max hold. */
struct strategy_option {
    const char *name;
    const char *const *choices; /* NULL-ended, or NULL for a number */
    int64_t min, max;           /* of a number */
    int64_t preset;             /* the default: a number, or the index of a choice */
    const char *sentence;
};

enum strategy_claim {
    STRATEGY_PARALLEL = 1u << 0, /* uses more than one worker when it has them */
    STRATEGY_ORDERED = 1u << 1,  /* walk() gives keys in ascending byte order (keys=encoded, or inline) */
    STRATEGY_SHARING = 1u << 2,  /* workers share the symbol table while they intern */
    STRATEGY_CONTROL = 1u << 3,  /* stores nothing on purpose: the check expects an empty space */
    STRATEGY_PLAIN = 1u << 4,    /* cannot intern: symbols=interned is refused */
    /* a control that keeps its items, though not in one trie, or not all of them in the time: to compare with
     */
    STRATEGY_YARDSTICK = 1u << 5,
    STRATEGY_APART = 1u << 6, /* inside a job of the pool no worker waits for another */
};

/* Something that a strategy counted over the whole trial; goes into the record as it is. */
struct strategy_counter {
    char name[24]; /* lower case, digits and underscores, with its unit: "allocation_p99_ns" */
    uint64_t value;
};

enum { STRATEGY_COUNTERS_MAX = 16 };

/*
 * Called for each item of the space. In keys=encoded the key as it was inserted; in keys=expressions its
 * inline form, whatever form the space holds (expr_key_inline() translates). Return false to stop.
 */
typedef bool strategy_visit(void *context, const uint8_t *key, size_t length);

struct strategy {
    uint32_t abi; /* STRATEGY_ABI */
    uint32_t claims;
    const char *name; /* lower case, digits and dashes; at most 31 bytes */
    const char *idea; /* one line */
    const char *source;
    const struct strategy_option *options;
    size_t option_count;

    enum strategy_status (*open)(const struct strategy_setup *setup, void **state);
    void (*close)(void *state);
    enum strategy_status (*create)(void *state, void **space);
    /*
     * What is done beforehand with the batch that insert() will get for this space. Its time counts as that
     * of create(), so a strategy with it claims STRATEGY_YARDSTICK. On an error destroy() is next. May be
     * NULL.
     */
    enum strategy_status (*prepare)(void *state, void *space, const struct batch *batch);
    enum strategy_status (*insert)(void *state, void *space, const struct batch *batch,
                                   struct strategy_run *run);
    enum strategy_status (*walk)(void *state, void *space, strategy_visit *visit, void *context);
    void (*destroy)(void *state, void *space);
    /* Bytes the space holds, exactly, or 0 if the strategy cannot tell. May be NULL. */
    size_t (*space_bytes)(void *state, void *space);
    /* Fills in counters[STRATEGY_COUNTERS_MAX], once, before close(); returns how many. May be NULL. */
    size_t (*count)(void *state, struct strategy_counter *counters);
};

/*
 * Worker 0 goes over to a phase: leaves the mark for a crash, and in a phase sample adds the time since the
 * last call to the phase left. Call with PHASE_NONE at the end. Without phase_ns this is one store.
 */
static inline void phase_enter(struct strategy_run *run, const struct strategy_setup *setup,
                               enum strategy_phase phase)
{
    if (run->phase_ns != NULL) {
        uint64_t now = setup->now_ns();
        run->phase_ns[run->progress[0].phase % PHASE_COUNT] += now - run->phase_since_ns;
        run->phase_since_ns = now;
    }
    run->progress[0].phase = phase;
}

/* Another worker leaves its mark for a crash. */
static inline void phase_mark(struct strategy_run *run, unsigned worker, enum strategy_phase phase)
{
    run->progress[worker].phase = phase;
}

#endif
