/* options.c - see options.h. */
#include "harness/driver/arenas/options.h"

#include "harness/driver/limits.h"
#include "harness/driver/option_rows.h"

#include <stddef.h>
#include <stdlib.h>

#define AT(field) .offset = offsetof(struct arenas_options, field)

static const struct cli_option table[] = {
    {.name = "alloc",
     .argument = "NAME[:KNOB=V..],..",
     .sentence =
         "Allocators. Default: glibc, jemalloc, both again without their thread caches (where sharing "
         "an arena must show if it ever does), mimalloc, tcmalloc.",
     .kind = CLI_TEXTS,
     AT(allocators)},
    {.name = "limits",
     .argument = "N,..",
     .sentence = "Arena limits for those that have one, beside none at all. Default: 1,2,4.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = 4094,
     AT(limits)},
    {.name = "threads",
     .argument = "N,..",
     .sentence = "Workers. One thread is the control and should be among them. Default: 1,2,4,8,18,64,256.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_THREADS,
     AT(threads)},
    {.name = "batch",
     .argument = "N",
     .sentence = "Allocations, and items, of a sample. Default: 100000.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_BATCH,
     AT(batches)},
    OPTION_BIND(binds),
    {.name = "rounds",
     .argument = "N",
     .sentence = "Trials of each cell. Default: 5.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = LIMIT_ROUNDS,
     AT(rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "For the doses. Default: 300.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    OPTION_SEED(seed),
    {.name = "only-doses",
     .sentence = "Vary the limits only; exhaust nothing.",
     .kind = CLI_FLAG,
     AT(dose_only)},
    {.name = "only-exhaustion",
     .sentence = "Exhaust only; vary no limits.",
     .kind = CLI_FLAG,
     AT(exhaust_only)},
    OPTION_OUT(out),
    OPTION_QUIET(quiet),
};

bool arenas_options_read(struct arenas_options *options, int argc, char *const argv[], bool *help,
                         struct error *error)
{
    if (!cli_read(table, sizeof table / sizeof table[0], argc, argv, options, help, error))
        return false;
    if (options->batches.count > 1)
        return error_set(error, "--batch: one size is enough");
    return !(options->dose_only && options->exhaust_only) ||
           error_set(error, "--only-doses and --only-exhaustion leave nothing to do");
}

static bool numbers_preset(struct number_list *list, const uint64_t *preset, size_t count,
                           struct error *error)
{
    return list->count > 0 || number_list_set(list, preset, count, error);
}

bool arenas_options_complete(struct arenas_options *options, struct error *error)
{
    static const char *const allocators[] = {
        "glibc", "glibc:tcache_count=0", "jemalloc", "jemalloc:tcache=false", "mimalloc", "tcmalloc"};
    static const uint64_t limits[] = {1, 2, 4}, threads[] = {1, 2, 4, 8, 18, 64, 256}, batch = 100000;
    bool none = options->allocators.count == 0;
    for (size_t i = 0; none && i < sizeof allocators / sizeof allocators[0]; i++) {
        if (!text_list_add(&options->allocators, allocators[i], error))
            return false;
    }
    if (!options->budget_s.given)
        options->budget_s.value = 300;
    if (!options->rounds.given)
        options->rounds.value = 5;
    return numbers_preset(&options->limits, limits, 3, error) &&
           numbers_preset(&options->threads, threads, 7, error) &&
           numbers_preset(&options->batches, &batch, 1, error) &&
           (options->binds.count > 0 || text_list_add(&options->binds, "core", error));
}

void arenas_options_free(struct arenas_options *options)
{
    text_list_free(&options->allocators);
    text_list_free(&options->binds);
    number_list_free(&options->limits);
    number_list_free(&options->threads);
    number_list_free(&options->batches);
    free(options->out);
    *options = (struct arenas_options){.out = NULL};
}

bool arenas_options_common(const struct arenas_options *options, struct run_options *run, struct error *error)
{
    run->quiet = options->quiet;
    run->seed = options->seed;
    run->symbols = SYMBOLS_INLINE;
    run->keys = KEYS_EXPRESSIONS;
    for (size_t i = 0; i < options->binds.count; i++) {
        if (!text_list_add(&run->binds, options->binds.items[i], error))
            return false;
    }
    return text_list_add(&run->workloads, "facts", error);
}

void arenas_options_help(FILE *out)
{
    fputs(
        "Usage: triebench arenas [OPTION...]\n\n"
        "Is it the allocator's arenas? First doses: more and more threads under fewer and fewer arenas, on\n"
        "allocation alone (`churn`) and on `thread-local`. If sharing an arena slowed or crashed an "
        "insertion,\n"
        "both would grow as arenas become fewer, and not on one thread: a test that can fail. Then what\n"
        "exhaustion really looks like under each allocator: of arenas, of address space, of mappings, and "
        "of\n"
        "threads; beside it the study's crash.\n\n",
        out);
    cli_help(out, table, sizeof table / sizeof table[0]);
    fputs(
        "\nExit status: 0 the hypothesis was refuted or supported, 4 inconclusive; 2 usage, or this program "
        "failed;\n130 interrupted.\n",
        out);
}
