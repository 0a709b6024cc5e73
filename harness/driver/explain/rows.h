/* rows.h - the cell to explain, and the same cell with one factor changed at a time. */
#ifndef HARNESS_DRIVER_EXPLAIN_ROWS_H
#define HARNESS_DRIVER_EXPLAIN_ROWS_H

#include "harness/common/error.h"
#include "harness/driver/catalogue.h"
#include "harness/driver/options.h"
#include "harness/driver/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EXPLAIN_ROWS_MAX = 64,
    EXPLAIN_SIGNATURES_MAX = 16,
    EXPLAIN_SIGNATURE_BYTES = 512,
    EXPLAIN_GIVEN_PER_ROUND = 3,
    EXPLAIN_ROUNDS_PRESET = 24,
    EXPLAIN_ROUNDS_MAX = 150, /* rounds of the given cell, singly and in pairs, stay below LIMIT_ROUNDS */
};

struct explain_signature {
    char text[EXPLAIN_SIGNATURE_BYTES];
    uint64_t count;
};

enum explain_verdict { EXPLAIN_CANNOT_TELL, EXPLAIN_FOLLOWS, EXPLAIN_FOLLOWS_NOT };

/* One row of the table: what is changed, how it is run, and what was found. */
struct explain_row {
    char factor[64]; /* empty: the given cell */
    char value[CELL_TEXT_BYTES];
    char missing[512];          /* why it cannot be run; empty if it can */
    struct run_options options; /* of this one cell; owned */
    struct run_plan plan;       /* likewise */

    uint64_t trials, crashes, samples; /* refused and lost ones left out */
    uint64_t outcomes[OUTCOME_COUNT];
    struct explain_signature signatures[EXPLAIN_SIGNATURES_MAX];
    size_t signature_count;

    bool differs; /* p says so: the rate is another one, even where the crash is still there */
    double p;     /* Fisher's against the given cell, after Holm; 1 where not tested */
    enum explain_verdict verdict;
};

/* rows[0] is the given cell. All zero bytes are none. */
struct explain_rows {
    struct explain_row *rows; /* owned */
    size_t count;
};

/*
 * The rows for completed options. perturb_missing is why a perturbed worker cannot be had, NULL if it can.
 * Errors: false: no memory, or a factor's value too long; free *rows either way.
 */
bool explain_rows_make(const struct run_options *given, const struct catalogue *catalogue,
                       const char *perturb_missing, struct explain_rows *rows, struct error *error);

/*
 * The rows for pairs of changes, after the single ones were judged: of the factors that the crash is known
 * not to follow by themselves, each with each, in the first value that was tried; left out where both change
 * the same thing. rows[0] is the given cell again. Errors: false: no memory; free *pairs either way.
 */
bool explain_rows_pair(const struct explain_rows *singles, struct explain_rows *pairs, struct error *error);

void explain_rows_free(struct explain_rows *rows);

/*
 * Fixes what a trial of each row is: so many samples, so many rounds (three times those of the given cell),
 * as a search for crashes, which counts failed checks and goes on; samples 0 leaves their number to the time.
 * Errors: no memory.
 */
bool explain_rows_plan(struct explain_rows *rows, const struct catalogue *catalogue, uint64_t samples,
                       uint64_t rounds, struct error *error);

#endif
