/* criteria.h - what a strategy must hold to be accepted; written down before there are results. */
#ifndef HARNESS_DRIVER_CRITERIA_H
#define HARNESS_DRIVER_CRITERIA_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stdint.h>

#define CRITERIA_FILE "criteria.json" /* of the defaults, in results/ */

struct criteria {
    uint64_t trials_min;      /* trials, none of which fails */
    double margin;            /* a share: slower by less does not matter */
    double speedup_min;       /* over the reference */
    uint64_t speedup_from;    /* batch size from which it must be reached */
    double memory_factor_max; /* peak over that of the reference; 0: not asked */
    double alpha;             /* intervals are of 1 - alpha */
    char hash[17];            /* of the values above, hexadecimal */
};

/* Those of results/criteria.json. */
void criteria_defaults(struct criteria *criteria);

/*
 * Reads a JSON object with the names above; what it does not name keeps its default, and null for
 * memory_factor_max asks nothing of memory. Errors: false: no such file, a name that is not known, a value
 * out of its bounds, or no memory.
 */
bool criteria_read(const char *path, struct criteria *criteria, struct error *error);

#endif
