/*
 * catalogue.h - what the worker knows: its strategies with their options, and its workloads. The driver links
 * none of them, so it asks (describe.h).
 */
#ifndef HARNESS_DRIVER_CATALOGUE_H
#define HARNESS_DRIVER_CATALOGUE_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CATALOGUE_CLAIMS_MAX = 16, CATALOGUE_ROWS_MAX = 1024 };

/* Texts are borrowed from the catalogue's document. */
struct catalogue_option {
    const char *name, *sentence;
    const char **values; /* of a choice, value_count of them; NULL for a number */
    size_t value_count;
    int64_t min, max; /* of a number */
    char preset[64];
};

struct catalogue_strategy {
    char *name;                             /* of a plug-in: its path */
    const char *idea, *source, *hypothesis; /* hypothesis: NULL where it states none */
    const char *claims[CATALOGUE_CLAIMS_MAX];
    size_t claim_count;
    bool parallel, control, plugin;
    struct catalogue_option *options;
    size_t option_count;
};

struct catalogue_workload {
    const char *name, *package, *sentence; /* package is NULL where none is needed */
};

struct catalogue {
    struct catalogue_strategy *strategies;
    size_t strategy_count;
    struct catalogue_workload *workloads;
    size_t workload_count;
    void **documents; /* what the texts are borrowed from */
    size_t document_count;
};

/*
 * Adds what stands in the worker's JSON: {"strategies":[...],"workloads":[...]}, or one strategy alone. Of
 * one strategy alone, a plug-in, name is what it is known by here (its path); NULL otherwise. Errors: false
 * if it is no such JSON, or no memory; the catalogue is still to be freed.
 */
bool catalogue_add(struct catalogue *catalogue, const char *json, const char *name, struct error *error);

/* Whether a strategy spec names a shared object: a slash in it, or .so at the end of its name. */
bool catalogue_is_plugin(const char *spec);

/* The strategy that a spec ("thread-local:pool=spin", "./mine.so:n=1") names, or NULL. */
const struct catalogue_strategy *catalogue_find(const struct catalogue *catalogue, const char *spec);

/*
 * Checks a spec: the strategy is known, its options are, each stands there once, and its value is one of
 * those it takes. Errors: false, with the near match or the list of what is known.
 */
bool catalogue_check(const struct catalogue *catalogue, const char *spec, struct error *error);

/* Checks the name of a workload spec; its options are the worker's to check. Of file:PATH, that it can be
 * read. */
bool catalogue_check_workload(const struct catalogue *catalogue, const char *spec, struct error *error);

/* Bytes of the name in front of the options: up to the first colon behind the last slash. */
size_t catalogue_name_bytes(const char *spec);

void catalogue_free(struct catalogue *catalogue);

#endif
