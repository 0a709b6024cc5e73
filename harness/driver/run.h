/* run.h - `triebench run`. */
#ifndef HARNESS_DRIVER_RUN_H
#define HARNESS_DRIVER_RUN_H

#include <stdbool.h>
#include <stddef.h>

/* argv[0] is "run", the options follow; program is how triebench was called. Returns the exit status. */
int run_main(const char *program, int argc, char **argv);

/*
 * Does the same but for the table: argv[argc] are options of `run`, the path of the results is put into
 * file[size]. False where there is nothing to look at: refused, failed, interrupted, or only asked for help;
 * *status is how to end then, and why has been told.
 */
bool run_measure(const char *program, int argc, char **argv, char *file, size_t size, int *status);

#endif
