/* selftest.h - `triebench selftest`. */
#ifndef HARNESS_DRIVER_SELFTEST_SELFTEST_H
#define HARNESS_DRIVER_SELFTEST_SELFTEST_H

/* argv[0] is "selftest", the options follow; program is how triebench was called. Returns the exit status. */
int selftest_main(const char *program, int argc, char **argv);

#endif
