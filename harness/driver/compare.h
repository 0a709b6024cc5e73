/* compare.h - `triebench compare`. */
#ifndef HARNESS_DRIVER_COMPARE_H
#define HARNESS_DRIVER_COMPARE_H

/* argv[0] is "compare", two results and the options follow. Returns the exit status. */
int compare_main(int argc, char **argv);

#endif
