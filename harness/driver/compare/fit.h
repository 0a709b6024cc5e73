/* fit.h - whether two runs may be compared at all. */
#ifndef HARNESS_DRIVER_COMPARE_FIT_H
#define HARNESS_DRIVER_COMPARE_FIT_H

#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>

enum { COMPARE_FIT_BYTES = 1024 };

/*
 * Names in forbids what differs between the runs and matters: of the host, the compiler with its flags, and
 * how trials were to sample; in notes what differs and matters less (the seed: other items). Both are empty
 * where nothing does. Each has COMPARE_FIT_BYTES.
 */
void compare_fit(const struct results *before, const struct results *after, char *forbids, char *notes);

#endif
