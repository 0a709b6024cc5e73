/* explain.h - `triebench explain`. */
#ifndef HARNESS_DRIVER_EXPLAIN_EXPLAIN_H
#define HARNESS_DRIVER_EXPLAIN_EXPLAIN_H

/* argv[0] is "explain", the options follow; program is how triebench was called. Returns the exit status. */
int explain_main(const char *program, int argc, char **argv);

#endif
