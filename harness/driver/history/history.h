/* history.h - `triebench history`. */
#ifndef HARNESS_DRIVER_HISTORY_HISTORY_H
#define HARNESS_DRIVER_HISTORY_HISTORY_H

/* argv[0] is "history", a run and the options follow; program is how triebench was called. Returns the exit
 * status. */
int history_main(const char *program, int argc, char **argv);

#endif
