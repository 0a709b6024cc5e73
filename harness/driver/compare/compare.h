/* compare.h - `triebench compare`. */
#ifndef HARNESS_DRIVER_COMPARE_COMPARE_H
#define HARNESS_DRIVER_COMPARE_COMPARE_H

/*
 * argv[0] is "compare"; two results and options follow, or one that holds two builds, or two build folders
 * and options of `run`. program is how triebench was called. Returns the exit status.
 */
int compare_main(const char *program, int argc, char **argv);

#endif
