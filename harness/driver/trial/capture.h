/* capture.h - runs a program to its end and keeps what it printed. */
#ifndef HARNESS_DRIVER_TRIAL_CAPTURE_H
#define HARNESS_DRIVER_TRIAL_CAPTURE_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CAPTURE_BYTES_MAX = 4 << 20 };

struct capture {
    char *output; /* what went to the standard output, NUL-ended; capture_free() */
    char *errors; /* and to the standard error */
    int status;   /* exit status, or 128 + the signal */
};

/*
 * Runs argv[0] with argv, nothing on its standard input, for at most timeout_ms.
 * Errors: false if it cannot be started, printed more than CAPTURE_BYTES_MAX, or took too long (it is killed
 * then); an exit status other than 0 is none.
 */
bool capture_run(const char *const argv[], int timeout_ms, struct capture *capture, struct error *error);

void capture_free(struct capture *capture);

#endif
