/* run.h - `triebench run`. */
#ifndef HARNESS_DRIVER_RUN_H
#define HARNESS_DRIVER_RUN_H

/* argv[0] is "run", the options follow; program is how triebench was called. Returns the exit status. */
int run_main(const char *program, int argc, char **argv);

#endif
