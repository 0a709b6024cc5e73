/* options.h - what `triebench run` was asked to do. */
#ifndef HARNESS_DRIVER_OPTIONS_H
#define HARNESS_DRIVER_OPTIONS_H

#include "harness/common/error.h"
#include "harness/driver/catalogue.h"
#include "harness/driver/cli.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Bits of run_options.symbols and .keys, in the order of the lists of names below. */
enum {
    SYMBOLS_INTERNED = 1u << 0,
    SYMBOLS_INLINE = 1u << 1,
    KEYS_EXPRESSIONS = 1u << 0,
    KEYS_ENCODED = 1u << 1
};

/* Names behind the bits; NULL-ended. */
extern const char *const options_symbols[];
extern const char *const options_keys[];

/* What `--alloc all` stands for; NULL-ended. */
extern const char *const options_allocators_all[];

struct run_options {
    struct text_list allocators, strategies, workloads, binds, builds;
    struct number_list batches, threads, cells;
    unsigned symbols, keys;
    struct cli_number rounds, seed, only_round, samples, memory_limit_bytes, stack_bytes, perturb_seed,
        preempt_us;
    struct cli_real budget_s, precision_percent, timeout_s;
    bool replay, alone, single, twin, until_crash, dry_run, quiet, expect_crash;
    char *out, *resume, *criteria;
};

/*
 * Reads the words behind `triebench run` into *options, which are as options_init() or an earlier
 * options_read() left them: what is not named keeps its value. *help is set, and reading ends, at --help.
 * Errors: false, naming the option. The caller owns *options either way (options_free()).
 */
bool options_read(struct run_options *options, int argc, char *const argv[], bool *help, struct error *error);

/* Everything empty: not given. */
void options_init(struct run_options *options);

/*
 * Gives every option that was not given its default, and writes out "all". cores is the number of processors
 * this process may use, seed what to shuffle by if none was asked for. Errors: no memory; more than
 * TEXT_LIST_MAX strategies.
 */
bool options_complete(struct run_options *options, const struct catalogue *catalogue, uint64_t cores,
                      uint64_t seed, struct error *error);

/* A copy of its own, into *to, which held nothing. Errors: false: no memory; *to is then empty. */
bool options_copy(struct run_options *to, const struct run_options *from, struct error *error);

void options_free(struct run_options *options);

void options_help(FILE *out);

#endif
