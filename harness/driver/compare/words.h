/* words.h - the command line of `triebench compare`, of which it passes a part on to `run`. */
#ifndef HARNESS_DRIVER_COMPARE_WORDS_H
#define HARNESS_DRIVER_COMPARE_WORDS_H

#include "harness/driver/cli.h"

#include <stdio.h>

struct compare_options {
    struct cli_real margin_percent, budget_s; /* the latter of all looks together */
    struct cli_number looks;
    bool force, json;
    char *waive; /* owned */
};

enum { COMPARE_OPERANDS_MAX = 2, COMPARE_BUILDS_MAX = 2 };

/* All zero bytes hold nothing. Words are borrowed from argv. */
struct compare_words {
    struct compare_options options;
    bool help;
    const char *operands[COMPARE_OPERANDS_MAX];
    size_t operand_count;
    const char *builds[COMPARE_BUILDS_MAX];
    size_t build_count;
    char **run_words; /* what `run` is called with where builds are given; ends in NULL; owned */
    int run_word_count;
    char *build_list; /* one of run_words; owned */
    char budget[32];  /* another: of the first look */
    bool quiet;       /* stands in run_words */
};

/*
 * Reads argv[0 .. argc), no program name in it: operands first, then options. With --build, words that are no
 * options of compare go to `run`, behind what compare asks of it (both builds, the A/A pair, more rounds).
 * Errors: false, with what is wrong; *words is to be freed either way.
 */
bool compare_words_read(int argc, char **argv, struct compare_words *words, struct error *error);

void compare_words_free(struct compare_words *words);

void compare_help(FILE *out);

#endif
