/*
 * allocator.h - what an allocator is to the harness: how to start a worker on it, and how to ask it, inside
 * that worker, whether it is really there and what it counted.
 *
 * One file an allocator defines one `const struct allocator`, and one line in allocators/registry.def names
 * it. The driver uses the upper half (object, knobs, environment) and never calls the lower one; the worker
 * uses the lower half, which finds every entry point by dlsym(), so that nothing here links an allocator.
 */
#ifndef ALLOCATORS_ALLOCATOR_H
#define ALLOCATORS_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ALLOCATOR_KNOBS_MAX = 16,
    ALLOCATOR_VALUE_BYTES = 64,
    ALLOCATOR_ENV_MAX = 24,
    ALLOCATOR_ENV_BYTES = 512
};

/* A knob that a variant may set: `jemalloc:narenas=1`. */
struct allocator_knob {
    const char *name;
    const char *values;   /* what it takes, for people: "1..4094", "true|false" */
    const char *sentence; /* what it does */
    /* Whether a value is of the right form. */
    bool (*valid)(const char *value);
    const char *variable; /* what it becomes (a variable, a key); the allocator's own business */
};

/* One knob of a variant. */
struct allocator_setting {
    const struct allocator_knob *knob;
    char value[ALLOCATOR_VALUE_BYTES];
};

/* The environment that starts a worker: NAME=value strings, LD_PRELOAD among them. */
struct allocator_environment {
    size_t count;
    char entry[ALLOCATOR_ENV_MAX][ALLOCATOR_ENV_BYTES];
};

/* What an allocator counts. Not known is ALLOCATOR_UNKNOWN. All bytes are of the whole process. */
#define ALLOCATOR_UNKNOWN UINT64_MAX
struct allocator_counters {
    uint64_t live_bytes;     /* handed out and not freed */
    uint64_t resident_bytes; /* held from the system, as the allocator sees it */
    uint64_t arenas;         /* arenas (heaps) in use */
    uint64_t arenas_limit;
    uint64_t threads_per_arena_max;
    uint64_t lock_waits; /* since the process began */
    uint64_t lock_wait_ns;
};

struct allocator {
    const char *name;
    const char *package; /* Debian package that brings it; NULL for the C library's */
    const char *sentence;
    const char *const *objects; /* file names to preload, best first, NULL-ended; NULL for the C library's */
    const struct allocator_knob *knobs;
    size_t knob_count;
    const char *arena_limit_knob; /* the one that limits its arenas; NULL: it has no such limit */

    /*
     * Driver: adds the variables that bring the settings about (LD_PRELOAD is added by allocator_start()).
     * false with a sentence in reason[size] if they cannot be. NULL: there is nothing to add.
     */
    bool (*environment)(const struct allocator_setting *settings, size_t count,
                        struct allocator_environment *out, char *reason, size_t size);

    /* Worker: whether this allocator serves malloc, and its version as it reports itself. */
    bool (*version)(char *version, size_t size);
    /* Worker: whether a setting took effect, as the allocator reports it. false with a sentence if not. */
    bool (*verify)(const struct allocator_setting *setting, char *reason, size_t size);
    /* Worker: counters now. May take its time; never called while a sample is timed. NULL: none. */
    void (*counters)(struct allocator_counters *counters);
};

/* A variant as it was asked for: `jemalloc:narenas=1:tcache=false`, or `/path/lib.so`. */
struct allocator_variant {
    const struct allocator *allocator; /* for a path: the stand-in `other` */
    char object[ALLOCATOR_ENV_BYTES];  /* absolute path to preload; empty for the C library's */
    struct allocator_setting settings[ALLOCATOR_KNOBS_MAX];
    size_t setting_count;
};

/* All registered allocators; *count is their number. Static. */
const struct allocator *const *allocator_registry(size_t *count);

/* The allocator of that name, or NULL. */
const struct allocator *allocator_find(const char *name);

/* The knob that limits the arenas of the allocator that a spec names; NULL: none, or no such allocator. */
const char *allocator_arena_limit_knob(const char *spec);

/*
 * Reads `name[:knob=value...]` or `/path/lib.so` (also relative with a slash in it). Does not look for the
 * object yet. Errors: false, with a sentence in reason[size] that names the thing and lists what is known
 * (allocators, knobs, or values).
 */
bool allocator_parse(const char *text, struct allocator_variant *variant, char *reason, size_t size);

/*
 * Finds the object to preload and sets variant->object.
 * Errors: false, with a sentence that names the package to install.
 */
bool allocator_locate(struct allocator_variant *variant, char *reason, size_t size);

/* The whole environment for a worker of this variant. Errors: false with a sentence. */
bool allocator_start(const struct allocator_variant *variant, struct allocator_environment *out, char *reason,
                     size_t size);

/*
 * The variables that steer one allocator or another, NULL-ended, a trailing '*' standing for any rest
 * (MIMALLOC_*). The driver drops them from the environment that it inherited before it adds
 * allocator_start()'s. Static.
 */
const char *const *allocator_foreign_variables(void);

/* Whether a NAME=value entry (or a bare NAME) is one of them. */
bool allocator_variable_foreign(const char *entry);

/* What serves malloc in this process. */
struct allocator_proof {
    char object[ALLOCATOR_ENV_BYTES]; /* file that `malloc` resolves to (dladdr) */
    char version[64];
};

/*
 * Worker: proves that the variant is what this process runs on: `malloc` and `free` resolve into its object,
 * its version answers, and every setting took effect. proof is filled either way. Errors: false, with a
 * sentence.
 */
bool allocator_prove(const struct allocator_variant *variant, struct allocator_proof *proof, char *reason,
                     size_t size);

/* Worker: counters of the variant; all ALLOCATOR_UNKNOWN where it cannot tell. */
void allocator_count(const struct allocator_variant *variant, struct allocator_counters *counters);

#endif
