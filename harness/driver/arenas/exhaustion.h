/* exhaustion.h - what each allocator really does when what it lives on is used up, beside the study's crash.
 */
#ifndef HARNESS_DRIVER_ARENAS_EXHAUSTION_H
#define HARNESS_DRIVER_ARENAS_EXHAUSTION_H

#include "harness/common/error.h"
#include "harness/driver/arenas/options.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One experiment: a run of its own, in a folder of its own below the given one. */
struct exhaustion {
    const char *folder;   /* "arenas" */
    const char *sentence; /* for people */
    const char *strategy, *threads;
    const char *memory_limit, *stack_size; /* as on the command line; NULL: none */
    bool jemalloc_only;
    bool perturbed; /* until its first crash, on the worker that `make perturb` builds */
};

enum { EXHAUSTIONS = 7 };
extern const struct exhaustion exhaustions[EXHAUSTIONS];

/*
 * The options of `run` for one of them, on the allocators named (without knobs). Errors: no memory, or a path
 * too long.
 */
bool exhaustion_options(const struct exhaustion *what, const struct arenas_options *given, const char *out,
                        struct run_options *options, struct error *error);

/* A line an allocator: how the trials ended, and where they crashed. */
void exhaustion_print(const struct exhaustion *what, const struct results *results, FILE *out);

/* What they say together. */
void exhaustion_print_end(FILE *out);

#endif
