/* supervise.h - runs one trial from its start to the last of its processes, and says what became of it. */
#ifndef HARNESS_DRIVER_TRIAL_SUPERVISE_H
#define HARNESS_DRIVER_TRIAL_SUPERVISE_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"
#include "harness/driver/trial/launch.h"

#include <signal.h>
#include <stdbool.h>

/*
 * Starts a worker for request, waits for its end within the limits of options, kills whatever is left of its
 * process group, and fills *result (free it with trial_result_free()). interrupted (may be NULL) is set by
 * the caller's signal handler: the worker is then killed and the result marked. Every end of a worker is a
 * result, also an allocator that cannot be had (outcome refused, nothing started). Errors: false, with
 * *result empty, only where the driver cannot go on: no memory, file, pipe, or process, or no worker program.
 */
bool trial_run(const struct trial_request *request, const struct launch_options *options,
               const volatile sig_atomic_t *interrupted, struct trial_result *result, struct error *error);

#endif
