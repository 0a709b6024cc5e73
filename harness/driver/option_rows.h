/*
 * option_rows.h - rows that the tables of options of several commands share. Each takes the name of the field
 * that it is read into; AT() is the table's own.
 */
#ifndef HARNESS_DRIVER_OPTION_ROWS_H
#define HARNESS_DRIVER_OPTION_ROWS_H

#include "harness/driver/cli.h"
#include "harness/driver/limits.h"

#define OPTION_SEED(field)                                                                                   \
    {                                                                                                        \
        .name = "seed", .argument = "N",                                                                     \
        .sentence = "Fixes the order of trials and the items. Default: chosen, and recorded.",               \
        .kind = CLI_NUMBER, .min = 0, .max = LIMIT_SEED, AT(field)                                           \
    }

#define OPTION_STACK_SIZE(field)                                                                             \
    {                                                                                                        \
        .name = "stack-size", .argument = "BYTES",                                                           \
        .sentence = "Stack of each thread of a worker, 64K at least. Default: the system's.",                \
        .kind = CLI_BYTES, .min = LIMIT_STACK_MIN_BYTES, .max = LIMIT_STACK_BYTES, AT(field)                 \
    }

#define OPTION_BIND(field)                                                                                   \
    {                                                                                                        \
        .name = "bind", .argument = "core|compact|scatter|none|CPUS",                                        \
        .sentence = "Which processors workers are pinned to. Default: core.", .kind = CLI_TEXTS, AT(field)   \
    }

#define OPTION_OUT(field)                                                                                    \
    {                                                                                                        \
        .name = "out", .argument = "DIR",                                                                    \
        .sentence = "Where the results go; must be empty or new. Default: results/runs/TIME-XXXX.",          \
        .kind = CLI_TEXT, AT(field)                                                                          \
    }

#define OPTION_QUIET(field)                                                                                  \
    {                                                                                                        \
        .name = "quiet", .sentence = "No progress.", .kind = CLI_FLAG, AT(field)                             \
    }

#define OPTION_PNG(field)                                                                                    \
    {                                                                                                        \
        .name = "png", .sentence = "With --plots: a PNG of each beside its SVG.", .kind = CLI_FLAG,          \
        AT(field)                                                                                            \
    }

#endif
