/*
 * results.h - reads a results file back: what record.h writes, and what is left of it after any accident.
 *
 * A line that cannot be read costs that line and is told, as does a trial that stands there twice; a last
 * line without its newline is one that was cut. A run without its end line is unfinished, and ends where
 * another run's first line stands. Lines of a type and fields of a name that are not known are left alone, so
 * that a file of a later version with the same schema can be read.
 */
#ifndef HARNESS_DRIVER_RESULTS_H
#define HARNESS_DRIVER_RESULTS_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One trial. Texts belong to json. */
struct result_row {
    json_t *json;  /* the whole line */
    size_t line;   /* its number, from 1 */
    uint64_t hash; /* of its bytes */
    char *key;     /* the cell's, as cell_key() gives it */
    uint64_t round, position;

    /* The cell; strategy and allocator without what follows their colon, which is in options and knobs */
    const char *workload, *strategy, *options, *allocator, *knobs, *bind, *symbols, *keys, *build;
    uint64_t batch, threads;
    bool twin;

    enum outcome outcome;
    const char *reason; /* empty when ok */
    const char *replay;
    bool control, oversubscribed, flagged;
    uint64_t *samples_ns; /* in the order they were taken; NULL if there are none */
    size_t sample_count;
    double median_ns; /* -1: no samples */
};

struct result_problem {
    size_t line;
    char text[256];
};

struct results {
    json_t *run; /* the first line */
    struct result_row *rows;
    size_t row_count;
    json_t *end;                     /* the last line, or NULL */
    bool unfinished;                 /* no end line at the end, or one that says so */
    struct result_problem *problems; /* one a line that could not be read */
    size_t problem_count;
    bool stopped; /* at the first line of another run */
};

/*
 * Reads the file at path into *results (results_free()).
 * Errors: false, with *results empty: the file cannot be read, does not begin with a run line, or has a newer
 * schema than this program knows; or no memory.
 */
bool results_read(const char *path, struct results *results, struct error *error);

/* The same of a file that is open; stays so. Errors do not name it. */
bool results_read_stream(FILE *file, struct results *results, struct error *error);

/* The same of a run's folder or of its file. */
bool results_open(const char *folder_or_file, struct results *results, struct error *error);

/* The rows of a build, or all where it is NULL; the caller frees them, not what they point to. NULL: no
 * memory. */
const struct result_row **results_rows(const struct results *results, const char *build, size_t *count);

void results_free(struct results *results);

/* Whether a spec ("jemalloc:narenas=1") names what a row keeps as a name and the rest behind its colon. */
bool result_named(const char *spec, const char *name, const char *rest);

/* The number at object.name of the row's line, or at name alone where object is NULL; -1: there is none. */
double result_number(const struct result_row *row, const char *object, const char *name);

/*
 * What tells a cell from every other: equal texts for equal cells, whether planned or read back. The caller
 * frees it; NULL if there is no memory.
 */
char *cell_key(const struct cell *cell);

#endif
