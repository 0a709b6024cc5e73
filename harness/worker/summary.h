/* summary.h - a trial for people: what a worker that was started by hand prints. */
#ifndef HARNESS_WORKER_SUMMARY_H
#define HARNESS_WORKER_SUMMARY_H

#include "harness/common/trial_page.h"

#include <stdio.h>

/* Prints what the page of an ended trial holds, a subject a line. */
void summary_print(FILE *out, const struct trial_page *page);

#endif
