/* describe.h - asks the worker what it knows. */
#ifndef HARNESS_DRIVER_DESCRIBE_H
#define HARNESS_DRIVER_DESCRIBE_H

#include "harness/driver/catalogue.h"

/*
 * The worker's path: $TRIEBENCH_WORKER, or triebench-worker beside this program. path[size] is the caller's.
 * Errors: false if it cannot be run, naming it.
 */
bool describe_worker_path(char *path, size_t size, struct error *error);

/* Runs `worker --describe` and adds what it says. Errors: false; the worker failed, or what it said cannot be
 * read. */
bool describe_worker(const char *worker_path, struct catalogue *catalogue, struct error *error);

/* Whether that worker is of this program's version. Errors: false, with the way out. */
bool describe_check(const char *worker_path, struct error *error);

/*
 * Runs `worker --describe-strategy PATH` and adds the plug-in under the name PATH. A plug-in runs code when
 * it is loaded, so that is the worker's business, not ours. Errors: false, with the worker's reason.
 */
bool describe_plugin(const char *worker_path, const char *plugin_path, struct catalogue *catalogue,
                     struct error *error);

#endif
