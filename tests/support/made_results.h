/* made_results.h - a results file that a test makes up line by line, and reads back. Driver tests only. */
#ifndef TESTS_SUPPORT_MADE_RESULTS_H
#define TESTS_SUPPORT_MADE_RESULTS_H

#include "harness/driver/results.h"

#include <stdio.h>

/* The caller writes trial lines to file between begin and read. Every failure fails the test. */
struct made_results {
    char place[32];
    FILE *file;
    struct results results;
};

/* The run line. */
void made_results_begin(struct made_results *made);

/* The end line; then results are what was written, with no line left unread. */
void made_results_read(struct made_results *made);

void made_results_free(struct made_results *made);

#endif
