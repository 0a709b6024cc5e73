/*
 * gates.h - gates that are made of recorded rounds: how often the comparison raises an alarm where
 * nothing changed, and how often it finds what did.
 *
 * Each cell was measured twice a round, in two builds that are the same. A gate takes some of the rounds, and
 * calls one of both trials of each cell and round, by chance, the one before.
 */
#ifndef HARNESS_DRIVER_SELFTEST_GATES_H
#define HARNESS_DRIVER_SELFTEST_GATES_H

#include "harness/common/error.h"
#include "harness/driver/compare/judge.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A cell in a round: its two trials. */
struct gate_slot {
    const struct result_row *sides[2];
};

struct gate_rounds {
    struct gate_slot *slots; /* cell * rounds + round; owned */
    size_t cells, rounds;
    const struct result_row **rows; /* one of each cell; owned */
};

/*
 * Sorts the trials of a run of two builds into their slots; a round in which any cell lacks one is left out.
 * Errors: false: not two builds, no whole round, or no memory.
 */
bool gate_rounds_make(const struct results *results, struct gate_rounds *rounds, struct error *error);

void gate_rounds_free(struct gate_rounds *rounds);

/* How gates are made, and what they are judged by. */
struct gate_plan {
    size_t gates, rounds; /* of each gate; at most those recorded */
    uint64_t seed;
    struct compare_criteria criteria;
    /* Cell whose trials after are taken from another one, as if it had become that; SIZE_MAX: none */
    size_t changed, changed_into;
    const bool *left_out; /* one a cell: those in no gate but as changed_into */
};

/* Of how many gates... */
struct gate_counts {
    size_t gates;
    size_t alarms;                             /* accused a cell that did not change of a regression */
    size_t found;                              /* the changed cell regressed */
    size_t equivalent, inconclusive, improved; /* what else was said of it */
};

/* Errors: false: no memory. */
bool gates_run(const struct gate_rounds *rounds, const struct gate_plan *plan, struct gate_counts *counts,
               struct error *error);

#endif
