/* selftest.c - see selftest.h: the false alarms of the comparison, and its power. */
#include "harness/driver/selftest/selftest.h"

#include "harness/driver/cli.h"
#include "harness/driver/describe.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/run.h"
#include "harness/driver/selftest/gates.h"
#include "harness/stats/rates.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an injected delay is, in percent; percent=0 stands for before. */
static const uint64_t delays[] = {1, 2, 3, 5, 10};

enum {
    DELAYS = sizeof delays / sizeof delays[0],
    GATES = 200,
    GATE_ROUNDS = 15,
    ROUNDS = 30,
    BUDGET_S = 120
};

struct selftest_options {
    bool aa;
    struct cli_number gates, gate_rounds, rounds, seed;
    struct cli_real budget_s, margin_percent;
    char *from;
};

#define AT(field) .offset = offsetof(struct selftest_options, field)

static const struct cli_option table[] = {
    {.name = "aa",
     .sentence =
         "Measure a build against itself, make gates of its rounds, and count false alarms; and what is "
         "found of known delays.",
     .kind = CLI_FLAG,
     AT(aa)},
    {.name = "gates",
     .argument = "N",
     .sentence = "Gates of each kind. Default: 200.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = 100000,
     AT(gates)},
    {.name = "gate-rounds",
     .argument = "N",
     .sentence = "Rounds of a gate. Default: 15.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = 1000,
     AT(gate_rounds)},
    {.name = "rounds",
     .argument = "N",
     .sentence = "Rounds that are measured. Default: 30.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = 1000,
     AT(rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "Time to measure. Default: 120.",
     .kind = CLI_REAL,
     .min = 1,
     .max = 86400,
     AT(budget_s)},
    {.name = "margin",
     .argument = "PERCENT",
     .sentence = "What gates are judged by. Default: 1; false alarms are counted at 0, too.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(margin_percent)},
    {.name = "seed",
     .argument = "N",
     .sentence = "Draws rounds and sides. Default: 1.",
     .kind = CLI_NUMBER,
     .min = 0,
     .max = UINT32_MAX,
     AT(seed)},
    {.name = "from",
     .argument = "RUN",
     .sentence = "Take the rounds from an earlier run of selftest instead of measuring.",
     .kind = CLI_TEXT,
     AT(from)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

/* Everything of one invocation. All zero bytes hold nothing. */
struct selftest {
    const char *program;
    struct selftest_options options;
    struct results results;
    struct gate_rounds rounds;
    bool *left_out;
    char file[PATH_MAX];
};

static void help_print(FILE *out)
{
    fputs("Usage: triebench selftest --aa [OPTION...]\n\n"
          "Measures how far the comparison itself can be trusted. Ends with 1 if it surely raises more false "
          "alarms than\n"
          "its level allows. Needs `make saboteurs`.\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
}

static void options_complete(struct selftest_options *options)
{
    struct {
        struct cli_number *number;
        uint64_t preset;
    } const numbers[] = {{&options->gates, GATES},
                         {&options->gate_rounds, GATE_ROUNDS},
                         {&options->rounds, ROUNDS},
                         {&options->seed, 1}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!numbers[i].number->given)
            numbers[i].number->value = numbers[i].preset;
    }
    if (!options->budget_s.given)
        options->budget_s.value = BUDGET_S;
    if (!options->margin_percent.given)
        options->margin_percent.value = 1;
}

/* The words for `run`: the build twice under two names, a few strategies, and every delay. */
static bool measure(struct selftest *selftest, int *status, struct error *error)
{
    char worker[PATH_MAX], plugin[PATH_MAX + 32], builds[2 * PATH_MAX + 8], rounds[32], budget[64],
        strategies[8 * PATH_MAX];
    if (!describe_worker_path(worker, sizeof worker, error))
        return false;
    char *slash = strrchr(worker, '/');
    if (slash == NULL || strpbrk(worker, ",\\:") != NULL)
        return error_set(
            error,
            "the folder of the programs must be told as a path without commas, colons and backslashes");
    *slash = '\0';
    snprintf(plugin, sizeof plugin, "%s/saboteurs/delay.so", worker);
    if (access(plugin, R_OK) != 0)
        return error_set(error, "there is no %s; build it with: make saboteurs", plugin);
    snprintf(builds, sizeof builds, "%s,%s/.", worker, worker);
    int used = snprintf(strategies, sizeof strategies, "individual,two-pass,%s:percent=0", plugin);
    for (size_t i = 0; i < DELAYS; i++)
        used += snprintf(strategies + used, sizeof strategies - (size_t)used, ",%s:percent=%" PRIu64, plugin,
                         delays[i]);
    snprintf(rounds, sizeof rounds, "%" PRIu64, selftest->options.rounds.value);
    snprintf(budget, sizeof budget, "%g", selftest->options.budget_s.value);
    char *words[] = {(char[]){"--build"},
                     builds,
                     (char[]){"--strategy"},
                     strategies,
                     (char[]){"--workload"},
                     (char[]){"facts"},
                     (char[]){"--batch"},
                     (char[]){"1000"},
                     (char[]){"--rounds"},
                     rounds,
                     (char[]){"--budget"},
                     budget,
                     (char[]){"--symbols"},
                     (char[]){"inline"},
                     NULL};
    int count = sizeof words / sizeof words[0] - 1;
    if (!run_measure(selftest->program, count, words, selftest->file, sizeof selftest->file, status)) {
        error->text[0] = '\0';
        return false;
    }
    *status = EXIT_USAGE;
    return true;
}

/* The cell that was delayed by so many percent; SIZE_MAX if it is not there. */
static size_t delayed(const struct gate_rounds *rounds, uint64_t percent)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "percent=%" PRIu64, percent);
    for (size_t i = 0; i < rounds->cells; i++) {
        if (strcmp(rounds->rows[i]->options, wanted) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void rate_print(const char *what, size_t seen, size_t gates, FILE *out)
{
    double low, high;
    rate_interval(seen, gates, &low, &high);
    fprintf(out, "%s %zu of %zu, %.1f %% (%.1f .. %.1f)", what, seen, gates,
            100.0 * (double)seen / (double)gates, 100 * low, 100 * high);
}

/* Counts alarms where nothing changed. *trusted is false if they are surely more than the level allows. */
static bool alarms_tell(const struct selftest *selftest, double margin, bool *trusted, struct error *error)
{
    struct gate_counts counts;
    struct gate_plan plan = {.gates = selftest->options.gates.value,
                             .rounds = selftest->options.gate_rounds.value,
                             .seed = selftest->options.seed.value,
                             .criteria = {.margin = margin, .level = COMPARE_LEVEL},
                             .changed = SIZE_MAX,
                             .left_out = selftest->left_out};
    double low, high;
    if (!gates_run(&selftest->rounds, &plan, &counts, error))
        return false;
    rate_interval(counts.alarms, counts.gates, &low, &high);
    *trusted = *trusted && low <= COMPARE_LEVEL;
    printf("margin %3.1f %%: ", 100 * margin);
    rate_print("false alarms in", counts.alarms, counts.gates, stdout);
    printf("; allowed: %.0f %%%s\n", 100 * COMPARE_LEVEL, low <= COMPARE_LEVEL ? "" : ": THIS IS MORE");
    return true;
}

static bool power_tell(const struct selftest *selftest, uint64_t percent, struct error *error)
{
    struct gate_counts counts;
    struct gate_plan plan = {
        .gates = selftest->options.gates.value,
        .rounds = selftest->options.gate_rounds.value,
        .seed = selftest->options.seed.value,
        .criteria = {.margin = selftest->options.margin_percent.value / 100, .level = COMPARE_LEVEL},
        .changed = delayed(&selftest->rounds, 0),
        .changed_into = delayed(&selftest->rounds, percent),
        .left_out = selftest->left_out};
    if (plan.changed == SIZE_MAX || plan.changed_into == SIZE_MAX)
        return error_set(error, "the run has no trials of a delay of %" PRIu64 " %%", percent);
    if (!gates_run(&selftest->rounds, &plan, &counts, error))
        return false;
    char what[64];
    snprintf(what, sizeof what, "slower by %2" PRIu64 " %%: found in", percent);
    rate_print(what, counts.found, counts.gates, stdout);
    printf("; inconclusive %zu, equivalent %zu, improved %zu; others accused in %zu\n", counts.inconclusive,
           counts.equivalent, counts.improved, counts.alarms);
    return true;
}

static bool tell(struct selftest *selftest, bool *trusted, struct error *error)
{
    const struct gate_rounds *rounds = &selftest->rounds;
    selftest->left_out = calloc(rounds->cells + 1, sizeof *selftest->left_out);
    if (selftest->left_out == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < DELAYS; i++) {
        size_t cell = delayed(rounds, delays[i]);
        if (cell != SIZE_MAX)
            selftest->left_out[cell] = true;
    }
    printf("%zu rounds of %zu cells; %" PRIu64 " gates of %" PRIu64 " rounds each\n", rounds->rounds,
           rounds->cells, selftest->options.gates.value, selftest->options.gate_rounds.value);
    double margin = selftest->options.margin_percent.value / 100;
    if (!alarms_tell(selftest, 0, trusted, error) ||
        (margin > 0 && !alarms_tell(selftest, margin, trusted, error)))
        return false;
    for (size_t i = 0; i < DELAYS; i++) {
        if (!power_tell(selftest, delays[i], error))
            return false;
    }
    return true;
}

static int selftest_go(struct selftest *selftest, int argc, char **argv, struct error *error)
{
    bool help = false, trusted = true;
    int status = EXIT_USAGE;
    if (!cli_read(table, TABLE_ROWS, argc, argv, &selftest->options, &help, error))
        return EXIT_USAGE;
    if (help) {
        help_print(stdout);
        return EXIT_PASS;
    }
    if (!selftest->options.aa) {
        error_set(error, "--aa is all there is to ask for, and must be");
        return EXIT_USAGE;
    }
    options_complete(&selftest->options);
    if (selftest->options.from == NULL && !measure(selftest, &status, error))
        return status;
    const char *from = selftest->options.from != NULL ? selftest->options.from : selftest->file;
    if (!results_open(from, &selftest->results, error) ||
        !gate_rounds_make(&selftest->results, &selftest->rounds, error) || !tell(selftest, &trusted, error))
        return EXIT_USAGE;
    printf("%s: results: %s\n", trusted ? "trusted" : "NOT trusted", from);
    return trusted ? EXIT_PASS : EXIT_REGRESSION;
}

int selftest_main(const char *program, int argc, char **argv)
{
    struct error error = {""};
    struct selftest *selftest = calloc(1, sizeof *selftest);
    if (selftest == NULL) {
        fputs("triebench selftest: no memory\n", stderr);
        return EXIT_USAGE;
    }
    selftest->program = program;
    int status = selftest_go(selftest, argc - 1, argv + 1, &error);
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench selftest: %s\n", error.text);
    gate_rounds_free(&selftest->rounds);
    results_free(&selftest->results);
    free(selftest->left_out);
    free(selftest->options.from);
    free(selftest);
    return status;
}
