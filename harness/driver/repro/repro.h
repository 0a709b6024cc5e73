/* repro.h - `triebench repro`: the earlier study, claim by claim. */
#ifndef HARNESS_DRIVER_REPRO_REPRO_H
#define HARNESS_DRIVER_REPRO_REPRO_H

/* argv[0] is "repro"; program is how triebench was called. Returns the exit status. */
int repro_main(const char *program, int argc, char **argv);

#endif
