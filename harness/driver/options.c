/* options.c - see options.h: the table of the options of `run`, and their defaults. */
#include "harness/driver/options.h"

#include "harness/common/trial_args.h"
#include "harness/common/trial_page.h"
#include "harness/driver/limits.h"
#include "harness/driver/option_rows.h"

#include <stddef.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const options_symbols[] = {"interned", "inline", NULL};
const char *const options_keys[] = {"expressions", "encoded", NULL};

#define AT(field) .offset = offsetof(struct run_options, field)

static const struct cli_option table[] = {
    {.name = "alloc",
     .argument = "NAME[:KNOB=V..],..",
     .sentence =
         "Allocators to run on, with their knobs: jemalloc:narenas=1, a path to preload, or all (the four "
         "of `triebench list`). Default: glibc.",
     .kind = CLI_TEXTS,
     AT(allocators)},
    {.name = "strategy",
     .argument = "NAME[:OPT=V..],..",
     .sentence =
         "Strategies, with their options: thread-local:pool=spin, a path ending in .so, or all (every "
         "built-in but the controls). Default: all.",
     .kind = CLI_TEXTS,
     AT(strategies)},
    {.name = "workload",
     .argument = "NAME,..",
     .sentence = "Where the items come from: facts, rules, file:PATH and others; a comma in a path wants a "
                 "backslash in front. Default: facts,rules.",
     .kind = CLI_TEXTS,
     AT(workloads)},
    {.name = "batch",
     .argument = "N,..",
     .sentence = "Items inserted in one go. Default: 10,50,100,500,1000.",
     .kind = CLI_NUMBERS,
     .min = 0,
     .max = LIMIT_BATCH,
     AT(batches)},
    {.name = "threads",
     .argument = "N,..",
     .sentence =
         "Workers of a parallel strategy; a serial one always has one. Default: the processors allowed, at "
         "least 2.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_THREADS,
     AT(threads)},
    {.name = "symbols",
     .argument = "interned|inline",
     .sentence =
         "Whether keys hold ids of a symbol table or the symbols' bytes; both may be asked for. Default: "
         "interned.",
     .kind = CLI_CHOICES,
     .choices = options_symbols,
     AT(symbols)},
    {.name = "keys",
     .argument = "expressions|encoded",
     .sentence = "Whether a strategy encodes the items itself or is given their keys. Default: expressions.",
     .kind = CLI_CHOICES,
     .choices = options_keys,
     AT(keys)},
    {.name = "bind",
     .argument = "core|compact|scatter|none|CPUS,..",
     .sentence =
         "Which processors workers are pinned to; CPUS is a list such as 0-3 (its commas want a backslash in "
         "front). Default: core.",
     .kind = CLI_TEXTS,
     AT(binds)},
    {.name = "rounds",
     .argument = "N",
     .sentence = "Passes over the whole matrix; six or more give intervals. Default: 7, fewer if the budget "
                 "wants it.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = LIMIT_ROUNDS,
     AT(rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "Time for the whole run, shared out evenly. Default: 150.",
     .kind = CLI_REAL,
     .min = 1,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    {.name = "precision",
     .argument = "PERCENT",
     .sentence = "End a trial early once its median is known to this share. Default: never.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(precision_percent)},
    {.name = "samples",
     .argument = "N",
     .sentence = "Exactly so many samples a trial, whatever the time.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = PAGE_SAMPLES_MAX,
     AT(samples)},
    {.name = "timeout",
     .argument = "SECONDS",
     .sentence = "A trial that takes longer hangs, and is killed. Default: 60, and 20 for each million items "
                 "of the largest batch.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_TIMEOUT_S,
     AT(timeout_s)},
    {.name = "memory-limit",
     .argument = "BYTES",
     .sentence =
         "Address space of a worker (K, M, G, T may stand behind it). Default: no limit but nine tenths of "
         "the memory, resident.",
     .kind = CLI_BYTES,
     .min = 1 << 20,
     .max = LIMIT_MEMORY_BYTES,
     AT(memory_limit_bytes)},
    OPTION_STACK_SIZE(stack_bytes),
    OPTION_SEED(seed),
    {.name = "only-round",
     .argument = "N",
     .sentence = "Run round N, counted from 0, alone.",
     .kind = CLI_NUMBER,
     .min = 0,
     .max = LIMIT_ROUNDS - 1,
     AT(only_round)},
    {.name = "replay",
     .sentence = "The same items for every sample, as the earlier study did it; flatters every structure.",
     .kind = CLI_FLAG,
     AT(replay)},
    {.name = "alone",
     .sentence =
         "Run each worker's part of a job by itself, one behind the other on one processor, and time what "
         "they would take at the same time: a projection, which shares no caches and no locks.",
     .kind = CLI_FLAG,
     AT(alone)},
    {.name = "aa",
     .sentence = "Measure `sequential` twice under two names: the difference is what this run cannot tell.",
     .kind = CLI_FLAG,
     AT(twin)},
    {.name = "build",
     .argument = "DIR,..",
     .sentence =
         "Build folders whose workers are measured beside each other, each cell once in each; `triebench "
         "compare --build DIR --build DIR` does it and compares. Default: the worker beside this program.",
     .kind = CLI_TEXTS,
     AT(builds)},
    {.name = "cells",
     .argument = "N,..",
     .sentence =
         "Of the whole matrix these cells alone, by the numbers that --dry-run tells; a cell in every "
         "build if it is one in any. Default: all.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_CELLS,
     AT(cells)},
    {.name = "perturb",
     .argument = "SEED",
     .sentence =
         "Yield at one memory access in 200 of trie and strategies, drawn by the seed, so that races show; "
         "nothing is timed. Needs `make perturb`.",
     .kind = CLI_NUMBER,
     .min = 0,
     .max = LIMIT_SEED,
     AT(perturb_seed)},
    {.name = "preempt",
     .argument = "MICROSECONDS",
     .sentence =
         "Make each thread yield this often, 50 to 1000000, also in code that was not built for --perturb; "
         "nothing is timed.",
     .kind = CLI_NUMBER,
     .min = 50,
     .max = 1000000,
     AT(preempt_us)},
    {.name = "until-crash",
     .sentence =
         "Repeat each cell until it crashes or its share of the budget is spent, and tell the rate; failed "
         "checks are counted, and nothing is timed.",
     .kind = CLI_FLAG,
     AT(until_crash)},
    {.name = "criteria",
     .argument = "FILE",
     .sentence =
         "What `triebench report` will judge by: its hash is recorded, so that it stands before the results. "
         "Default: results/criteria.json.",
     .kind = CLI_TEXT,
     AT(criteria)},
    OPTION_OUT(out),
    {.name = "resume",
     .argument = "DIR",
     .sentence = "Go on with an unfinished run, with the options that it was started with.",
     .kind = CLI_TEXT,
     AT(resume)},
    {.name = "dry-run", .sentence = "Print the plan and stop.", .kind = CLI_FLAG, AT(dry_run)},
    OPTION_QUIET(quiet),
    {.name = "expect-crash",
     .sentence = "Exit with 0 even if trials crash, hang or are corrupt.",
     .kind = CLI_FLAG,
     AT(expect_crash)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

void options_init(struct run_options *options)
{
    *options = (struct run_options){0};
}

bool options_read(struct run_options *options, int argc, char *const argv[], bool *help, struct error *error)
{
    if (!cli_read(table, TABLE_ROWS, argc, argv, options, help, error))
        return false;
    if (options->out != NULL && options->resume != NULL)
        return error_set(error, "--out and --resume exclude each other");
    if (options->timeout_s.given && options->timeout_s.value <= 0)
        return error_set(error, "--timeout: must be above 0");
    return true;
}

static bool texts_preset(struct text_list *list, const char *preset, struct error *error)
{
    return list->count > 0 || text_list_read("default", preset, TRIAL_TEXT_BYTES, list, error);
}

static void number_preset(struct cli_number *number, uint64_t preset)
{
    if (!number->given)
        number->value = preset;
}

static void real_preset(struct cli_real *real, double preset)
{
    if (!real->given)
        real->value = preset;
}

/* More for batches of millions, of which making the items alone takes seconds. */
static double timeout_preset_s(const struct number_list *batches)
{
    enum { LEAST_S = 60, MILLION_S = 20, MILLION = 1000000 };
    uint64_t largest = 0;
    for (size_t i = 0; i < batches->count; i++)
        largest = batches->items[i] > largest ? batches->items[i] : largest;
    uint64_t timeout_s = LEAST_S + MILLION_S * (largest / MILLION);
    return (double)timeout_s;
}

/* The four that the study is about; another registered one is run when it is named. */
const char *const options_allocators_all[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc", NULL};

enum { ALLOCATORS_ALL = sizeof options_allocators_all / sizeof options_allocators_all[0] - 1 };

/* Adds what "all" stands for: names of the catalogue, or of the allocators if there is none. */
static bool all_add(struct text_list *list, const struct catalogue *catalogue, struct error *error)
{
    size_t count = catalogue == NULL ? ALLOCATORS_ALL : catalogue->strategy_count;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_strategy *row = catalogue == NULL ? NULL : &catalogue->strategies[i];
        const char *name = row == NULL ? options_allocators_all[i] : row->name;
        bool left_out = row != NULL && (row->control || row->plugin);
        if (!left_out && !text_list_has(list, name) && !text_list_add(list, name, error))
            return false;
    }
    return true;
}

/* Replaces "all" in the list by what it stands for; names beside it stay. */
static bool all_expand(struct text_list *list, const struct catalogue *catalogue, struct error *error)
{
    if (!text_list_has(list, "all"))
        return true;
    struct text_list expanded = {0};
    bool good = true;
    for (size_t i = 0; good && i < list->count; i++) {
        if (strcmp(list->items[i], "all") == 0)
            good = all_add(&expanded, catalogue, error);
        else if (!text_list_has(&expanded, list->items[i]))
            good = text_list_add(&expanded, list->items[i], error);
    }
    if (!good) {
        text_list_free(&expanded);
        return false;
    }
    text_list_free(list);
    *list = expanded;
    return true;
}

bool options_complete(struct run_options *options, const struct catalogue *catalogue, uint64_t cores,
                      uint64_t seed, struct error *error)
{
    static const uint64_t batches[] = {10, 50, 100, 500, 1000};
    uint64_t threads = cores < 2 ? 2 : cores > LIMIT_THREADS ? LIMIT_THREADS : cores;
    if (!texts_preset(&options->allocators, "glibc", error) ||
        !texts_preset(&options->strategies, "all", error) ||
        !texts_preset(&options->workloads, "facts,rules", error) ||
        !texts_preset(&options->binds, "core", error))
        return false;
    if (options->batches.count == 0 && !number_list_set(&options->batches, batches, 5, error))
        return false;
    if (options->threads.count == 0 && !number_list_set(&options->threads, &threads, 1, error))
        return false;
    if (options->symbols == 0)
        options->symbols = SYMBOLS_INTERNED;
    if (options->keys == 0)
        options->keys = KEYS_EXPRESSIONS;
    number_preset(&options->rounds, 7);
    number_preset(&options->seed, seed & LIMIT_SEED);
    real_preset(&options->budget_s, 150);
    real_preset(&options->timeout_s, timeout_preset_s(&options->batches));
    if (options->only_round.given && options->rounds.given &&
        options->only_round.value >= options->rounds.value)
        return error_set(error, "--only-round: there are no more than %" PRIu64 " rounds",
                         options->rounds.value);
    return all_expand(&options->allocators, NULL, error) &&
           all_expand(&options->strategies, catalogue, error);
}

static bool texts_copy(struct text_list *to, const struct text_list *from, struct error *error)
{
    *to = (struct text_list){0};
    for (size_t i = 0; i < from->count; i++) {
        if (!text_list_add(to, from->items[i], error))
            return false;
    }
    return true;
}

static bool numbers_copy(struct number_list *to, const struct number_list *from, struct error *error)
{
    *to = (struct number_list){0};
    return from->count == 0 || number_list_set(to, from->items, from->count, error);
}

static bool text_copy_known(char **to, const char *from, struct error *error)
{
    *to = from == NULL ? NULL : text_copy(from);
    return from == NULL || *to != NULL || error_set(error, "no memory");
}

bool options_copy(struct run_options *to, const struct run_options *from, struct error *error)
{
    struct run_options copy = *from;
    const bool good[] = {texts_copy(&copy.allocators, &from->allocators, error),
                         texts_copy(&copy.strategies, &from->strategies, error),
                         texts_copy(&copy.workloads, &from->workloads, error),
                         texts_copy(&copy.binds, &from->binds, error),
                         texts_copy(&copy.builds, &from->builds, error),
                         numbers_copy(&copy.batches, &from->batches, error),
                         numbers_copy(&copy.threads, &from->threads, error),
                         numbers_copy(&copy.cells, &from->cells, error),
                         text_copy_known(&copy.out, from->out, error),
                         text_copy_known(&copy.resume, from->resume, error),
                         text_copy_known(&copy.criteria, from->criteria, error)};
    *to = copy;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!good[i]) {
            options_free(to);
            return false;
        }
    }
    return true;
}

void options_free(struct run_options *options)
{
    text_list_free(&options->allocators);
    text_list_free(&options->strategies);
    text_list_free(&options->workloads);
    text_list_free(&options->binds);
    text_list_free(&options->builds);
    number_list_free(&options->batches);
    number_list_free(&options->threads);
    number_list_free(&options->cells);
    free(options->out);
    free(options->resume);
    free(options->criteria);
    options_init(options);
}

void options_help(FILE *out)
{
    fputs("Usage: triebench run [OPTION...]\n\n"
          "Measures every strategy under every allocator at every batch size, each trial in a process of its "
          "own,\n"
          "writes the results as they come, and prints the table. Lists are comma-separated.\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
    fputs("\nExit status: 0 pass; 2 usage, or this program failed; 3 a trial crashed, hung or was corrupt;\n"
          "5 no trial could be run on this host; 130 interrupted.\n",
          out);
}
