/* search.h - looking for crashes: how often a cell crashed, and how sure that is. */
#ifndef HARNESS_DRIVER_SEARCH_H
#define HARNESS_DRIVER_SEARCH_H

#include "harness/common/error.h"
#include "harness/driver/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What was found of one cell. */
struct search {
    uint64_t trials, samples, crashes;
    uint64_t corrupt; /* samples whose check failed */
    double seconds;   /* until the first crash, or in all */
};

/* The worker built for perturbation, beside the ordinary one. Errors: false, with the way to build it. */
bool search_worker(const char *worker_path, char *path, size_t size, struct error *error);

/* A line a cell, for people. */
void search_print(const struct run_plan *plan, const struct search *searches, FILE *out);

#endif
