/* exhaustion.h - what each allocator really does when what it lives on is used up, beside the study's crash.
 */
#ifndef HARNESS_DRIVER_ARENAS_EXHAUSTION_H
#define HARNESS_DRIVER_ARENAS_EXHAUSTION_H

#include "harness/driver/experiment.h"
#include "harness/driver/results.h"
#include "harness/driver/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct exhaustion {
    struct experiment experiment;
    const char *sentence; /* for people */
    bool jemalloc_only;
};

enum { EXHAUSTIONS = 7 };
extern const struct exhaustion exhaustions[EXHAUSTIONS];

/*
 * "--alloc NAME,..": each allocator named, once and without its knobs; jemalloc alone where no other can do
 * it. In line[size]; empty where nothing is left. Errors: too long, or no memory.
 */
bool exhaustion_allocators(const struct exhaustion *what, const struct text_list *allocators, char *line,
                           size_t size, struct error *error);

/* A line an allocator: how the trials ended, and where they crashed. */
void exhaustion_print(const struct exhaustion *what, const struct results *results, FILE *out);

/* What they say together. */
void exhaustion_print_end(FILE *out);

#endif
