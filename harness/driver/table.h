/* table.h - the results of a run as a table for people, and what to look at next. */
#ifndef HARNESS_DRIVER_TABLE_H
#define HARNESS_DRIVER_TABLE_H

#include "harness/driver/results.h"
#include "harness/driver/summary.h"

#include <stdbool.h>
#include <stdio.h>

struct table_style {
    bool colour; /* the best of a batch in bold */
};

/* The style for a stream: no colour where it is no terminal or NO_COLOR is set (no-color.org). */
struct table_style table_style_of(FILE *out);

/* One line a cell, at most 110 columns unless a name is longer; then marks, and the floor if twins were
 * measured. */
void table_print(const struct summary *summary, const struct table_style *style, FILE *out);

#endif
