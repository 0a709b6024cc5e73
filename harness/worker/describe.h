/* describe.h - what this worker has to offer, as one JSON object, for the driver. */
#ifndef HARNESS_WORKER_DESCRIBE_H
#define HARNESS_WORKER_DESCRIBE_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Prints {"strategies": [...], "workloads": [...]} of everything built in. Errors: false if it could not be
 * written.
 */
bool describe_all(FILE *out, struct error *error);

/*
 * As above, of one strategy, built-in or plug-in, by name or path; "workloads" is empty.
 * Errors: false, with a sentence: it is not there, or is not sane.
 */
bool describe_strategy(const char *spec, FILE *out, struct error *error);

#endif
