/* plan.h - the matrix of cells, how often and in which order each is run, and how long a trial may sample. */
#ifndef HARNESS_DRIVER_PLAN_H
#define HARNESS_DRIVER_PLAN_H

#include "harness/common/error.h"
#include "harness/driver/catalogue.h"
#include "harness/driver/cell.h"
#include "harness/driver/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct run_plan {
    struct cell *cells; /* owned; those that differ in their build alone beside each other */
    size_t cell_count;
    size_t builds;                     /* how many those are; at least 1 */
    uint64_t round_first, round_count; /* rounds round_first .. round_first + round_count - 1 are run */
    uint64_t rounds_asked;             /* before the budget cut them */
    uint64_t seed;
    uint64_t samples_min, samples_max, time_ns; /* of one trial, as in struct trial_args */
    double precision;                           /* share */
    bool replay;
    bool alone;       /* each worker's part by itself, for projections */
    bool search;      /* look for crashes, time nothing */
    bool until_crash; /* a cell's rounds end with its first crash, or with its share of the budget */
    double budget_s;
    uint64_t perturb_seed, perturb_one_in, preempt_us; /* as in struct trial_args */
    bool serial_once; /* there are serial strategies, which --threads does not multiply */
    char hash[17];    /* of all the above, in hex */
};

/*
 * Makes the plan of completed options (options_complete()). Every strategy must be in the catalogue.
 * The budget (seconds, for the whole run) decides how long a trial samples: four fifths of it, shared out
 * evenly, less 40 ms a trial for starting it and 2 s for each million items of its batch, but at least 20
 * ms and at most 2 s. If even 20 ms are too much, rounds are cut. Errors: false: more than LIMIT_CELLS cells,
 * or no memory; *plan is then empty.
 */
bool plan_make(const struct run_options *options, const struct catalogue *catalogue, struct run_plan *plan,
               struct error *error);

void plan_free(struct run_plan *plan);

/* Trials in all. */
uint64_t plan_trials(const struct run_plan *plan);

/*
 * The order of a round: a permutation of 0 .. cell_count-1 in order[cell_count], which depends on seed and
 * round alone. Rounds are rows of Latin squares, developed cyclically after Williams: in as many rounds as
 * there are cells every cell stands at every position once, and where their number is even every cell once
 * right behind every other. Each square names its cells, and takes its rows, in an order drawn by the seed.
 * Cells that differ in their build alone count as one here, and stay beside each other, in an order drawn
 * anew each round, so that what is compared is run as close together as can be. Errors: false: no memory.
 * Source: Williams 1949
 */
bool plan_order(const struct run_plan *plan, uint64_t round, uint32_t *order);

/* What the trial of cells[index] in a round is to do; all but its replay line. */
void plan_request(const struct run_plan *plan, size_t index, uint64_t round, uint64_t position,
                  struct trial_request *request);

/*
 * Makes a trial that is timed take as many samples as what it is compared with took (above 0), so that
 * neither is known better or sampled longer than the other; but no longer than four times what was planned.
 */
void plan_pace(const struct run_plan *plan, uint64_t samples, struct trial_request *request);

/* For people: how many trials, how long, and what was decided on the way; with the cells, each a line, if
 * `cells`. */
void plan_print(const struct run_plan *plan, bool cells, FILE *out);

#endif
