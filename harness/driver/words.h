/* words.h - what can be measured, as words that a shell completes (scripts/completion.bash). */
#ifndef HARNESS_DRIVER_WORDS_H
#define HARNESS_DRIVER_WORDS_H

#include "harness/driver/catalogue.h"

#include <stdio.h>

/*
 * A line each: the kind (strategy, allocator, workload), a blank, and a name; then each option or knob as
 * "name:option=value" where its values are words, as "name:option=" where they are numbers.
 */
void words_print(const struct catalogue *catalogue, FILE *out);

#endif
