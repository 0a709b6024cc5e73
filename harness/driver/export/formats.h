/*
 * formats.h - the formats that results can be written in. In none is a cell that failed a number: its
 * times are left out, and where the format has a word for it, it is said.
 */
#ifndef HARNESS_DRIVER_EXPORT_FORMATS_H
#define HARNESS_DRIVER_EXPORT_FORMATS_H

#include "harness/driver/compare/judge.h"
#include "harness/driver/results.h"
#include "harness/driver/summary.h"

#include <stdbool.h>
#include <stdio.h>

struct export
{
    const struct results *results;
    const struct summary *summary;
    const bool
        *failing; /* one a row of results: whether a trial of its cell was not ok, so that none has a time */
    const struct comparison *comparison; /* with a run before; NULL without */
};

/* Each writes the whole to out. Errors: false: no memory. (A write that fails shows in ferror(out).) */

/* Go benchmark text, for benchstat: a line a trial. */
bool export_go(const struct export *export, FILE *out);
/* JUnit XML: a case a cell; with a comparison, its verdict. */
bool export_junit(const struct export *export, FILE *out);
/* Bencher Metric Format: a benchmark a cell. */
bool export_bencher(const struct export *export, FILE *out);
/* github-action-benchmark, customSmallerIsBetter: an entry a cell that never failed. */
bool export_github_action(const struct export *export, FILE *out);
/* Google Benchmark JSON: an entry a trial. */
bool export_google_benchmark(const struct export *export, FILE *out);
/* A row a trial, with a head (RFC 4180). */
bool export_csv(const struct export *export, FILE *out);

enum { EXPORT_NAME_BYTES = 1001 };

/*
 * The name of a row's cell: "workload=facts/batch=10/strategy=text/...", without blanks, and with what could
 * be taken for a part of the format as %XX; too long a one ends in a hash of the whole.
 */
void export_name(const struct result_row *row, char text[EXPORT_NAME_BYTES]);

#endif
