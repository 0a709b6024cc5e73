/* options.h - what `triebench arenas` is given. */
#ifndef HARNESS_DRIVER_ARENAS_OPTIONS_H
#define HARNESS_DRIVER_ARENAS_OPTIONS_H

#include "harness/common/error.h"
#include "harness/driver/cli.h"
#include "harness/driver/options.h"

#include <stdbool.h>
#include <stdio.h>

struct arenas_options {
    struct text_list allocators, binds;
    struct number_list limits, threads, batches;
    struct cli_number rounds, seed;
    struct cli_real budget_s;
    bool quiet, dose_only, exhaust_only;
    char *out;
};

/* All zero bytes hold nothing. Errors: false, naming the option; arenas_options_free() either way. */
bool arenas_options_read(struct arenas_options *options, int argc, char *const argv[], bool *help,
                         struct error *error);

/* Gives every option that was not given its default. Errors: no memory. */
bool arenas_options_complete(struct arenas_options *options, struct error *error);

void arenas_options_free(struct arenas_options *options);

void arenas_options_help(FILE *out);

/* The options of `run` that are common to all that is run here. Errors: no memory. */
bool arenas_options_common(const struct arenas_options *options, struct run_options *run,
                           struct error *error);

#endif
