/* print.h - tells people what was found: the table, its replay lines, and the sentence at the end. */
#ifndef HARNESS_DRIVER_EXPLAIN_PRINT_H
#define HARNESS_DRIVER_EXPLAIN_PRINT_H

#include "harness/driver/explain/trials.h"

#include <stdio.h>

/* The rows after explain_judge(). Errors: a replay line is too long. */
bool explain_print(const struct explain_rows *rows, const struct explain_trials *trials, FILE *out,
                   struct error *error);

/* The rows of pairs, likewise. */
bool explain_print_pairs(const struct explain_rows *pairs, const struct explain_trials *trials, FILE *out,
                         struct error *error);

/* A cell that did not crash: how often it was tried, and what that excludes. */
void explain_print_healthy(const struct explain_trials *trials, FILE *out);

#endif
