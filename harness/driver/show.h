/* show.h - prints a results file for people. */
#ifndef HARNESS_DRIVER_SHOW_H
#define HARNESS_DRIVER_SHOW_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"
#include "harness/driver/table.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Prints the table of the results file at path, and what to look at next; the same text for the same file and
 * style. program is how triebench was called. Counts the outcomes of all its trials into
 * outcomes[OUTCOME_COUNT]. Errors: false: the file cannot be read, or no memory.
 */
bool show_results(const char *path, const char *program, const struct table_style *style, FILE *out,
                  uint64_t outcomes[OUTCOME_COUNT], struct error *error);

#endif
