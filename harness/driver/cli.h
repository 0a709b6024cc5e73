/*
 * cli.h - command lines: one table of options says what a subcommand takes, and both the reading and the help
 * come from it.
 *
 * Options are long ones, `--name value` or `--name=value`; the last of two wins. An unknown one is named
 * together with the name that was probably meant, which is why this is not argp.
 */
#ifndef HARNESS_DRIVER_CLI_H
#define HARNESS_DRIVER_CLI_H

#include "harness/common/error.h"
#include "harness/driver/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What an option is read into, at `offset` of the target. */
enum cli_kind {
    CLI_FLAG,    /* bool */
    CLI_TEXT,    /* char *, owned by the target */
    CLI_NUMBER,  /* struct cli_number, min .. max */
    CLI_BYTES,   /* struct cli_number, min .. max, K M G T behind it */
    CLI_REAL,    /* struct cli_real, min .. max */
    CLI_TEXTS,   /* struct text_list */
    CLI_NUMBERS, /* struct number_list, min .. max */
    CLI_CHOICES, /* unsigned: bit i is set if choices[i] stands in the list */
};

struct cli_number {
    uint64_t value;
    bool given;
};

struct cli_real {
    double value;
    bool given;
};

struct cli_option {
    const char *name;     /* without its dashes */
    const char *argument; /* what it takes, for people; NULL for a flag */
    const char *sentence;
    enum cli_kind kind;
    size_t offset;
    uint64_t min, max;
    const char *const *choices; /* NULL-ended */
};

/*
 * Reads argv[0 .. argc) (no program name in it) into target. *help is set, and reading ends, at --help.
 * Errors: false, naming the option; what was read before it stays in target.
 */
bool cli_read(const struct cli_option *options, size_t count, int argc, char *const argv[], void *target,
              bool *help, struct error *error);

/*
 * The same where a run stands in front of the options, as argv[1] behind the command's name; *run is NULL
 * with --help. Errors: also where there is none.
 */
bool cli_read_behind_run(const struct cli_option *options, size_t count, int argc, char *const argv[],
                         void *target, const char **run, bool *help, struct error *error);

/* One paragraph an option, wrapped at 100 columns. */
void cli_help(FILE *out, const struct cli_option *options, size_t count);

#endif
