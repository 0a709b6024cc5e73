/* rows.h - a run whose trials can be looked up by their cell. */
#ifndef HARNESS_DRIVER_REPORT_ROWS_H
#define HARNESS_DRIVER_REPORT_ROWS_H

#include "harness/common/error.h"
#include "harness/driver/summary.h"

#include <stddef.h>

/* A run that is reported on. All zero bytes hold nothing; must not be moved once it was opened. */
struct report_run {
    const char *path; /* as it was named; the caller's */
    struct results results;
    struct summary summary;
    const struct result_row **by_cell; /* all rows, those of a cell beside each other, by round */
    double *scratch;                   /* room for a value a row */
};

/* The trials of one cell, by round. */
struct cell_rows {
    const struct result_row *const *rows;
    size_t count;
    double *scratch; /* the run's: count values */
};

/* Errors: false, *run empty: as results_open(), or no memory. */
bool report_run_open(const char *path, struct report_run *run, struct error *error);

void report_run_free(struct report_run *run);

/* The trials of a cell of this run. */
struct cell_rows cell_rows_of(const struct report_run *run, const struct cell_summary *cell);

/*
 * The median over the ok trials of the number at object.name of the record ("memory", "rss_peak_bytes"); of
 * name alone where object is NULL. -1: measured in none. Not by two threads at once of one run.
 */
double cell_rows_median(struct cell_rows rows, const char *object, const char *name);

/* A text of the run line, or of its host where object is "host"; "unknown" where there is none. */
const char *report_run_text(const struct report_run *run, const char *object, const char *name);

/* A number of the host; -1 where it is not known. */
double report_run_host(const struct report_run *run, const char *name);

#endif
