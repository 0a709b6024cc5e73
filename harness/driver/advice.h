/* advice.h - what to look at next, depending on what a run showed. */
#ifndef HARNESS_DRIVER_ADVICE_H
#define HARNESS_DRIVER_ADVICE_H

#include "harness/driver/results.h"
#include "harness/driver/summary.h"

#include <stdio.h>

/* Lines of advice, none if there is nothing to say. program is how triebench was called, for commands in
 * them. */
void advice_print(const struct results *results, const struct summary *summary, const char *program,
                  FILE *out);

#endif
