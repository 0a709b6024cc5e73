/* options.h - what `triebench explain` is given: one cell, how it is run, and for how long. */
#ifndef HARNESS_DRIVER_EXPLAIN_OPTIONS_H
#define HARNESS_DRIVER_EXPLAIN_OPTIONS_H

#include "harness/driver/options.h"

/* Reads the words behind `triebench explain` into *options, which are as options_init() left them. *help is
 * set, and reading ends, at --help. Errors: false, naming the option. The caller owns *options either way
 * (options_free()). */
bool explain_options_read(struct run_options *options, int argc, char *const argv[], bool *help,
                          struct error *error);

/* As options_complete(), with this command's defaults. Errors: also where more than one cell is named. */
bool explain_options_complete(struct run_options *options, const struct catalogue *catalogue, uint64_t cores,
                              uint64_t seed, struct error *error);

void explain_options_help(FILE *out);

#endif
