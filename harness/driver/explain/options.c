/* options.c - see explain_options.h: a table over the options of `run`, for one of each. */
#include "harness/driver/explain/options.h"

#include "harness/driver/explain/rows.h"
#include "harness/driver/limits.h"
#include "harness/driver/option_rows.h"

#include <stddef.h>

#define AT(field) .offset = offsetof(struct run_options, field)

static const struct cli_option table[] = {
    {.name = "alloc",
     .argument = "NAME[:KNOB=V..]",
     .sentence = "The allocator that it crashes on. Default: glibc.",
     .kind = CLI_TEXTS,
     AT(allocators)},
    {.name = "strategy",
     .argument = "NAME[:OPT=V..]",
     .sentence = "The strategy that crashes. Must be given.",
     .kind = CLI_TEXTS,
     AT(strategies)},
    {.name = "workload",
     .argument = "NAME",
     .sentence = "Where the items come from. Default: facts.",
     .kind = CLI_TEXTS,
     AT(workloads)},
    {.name = "batch",
     .argument = "N",
     .sentence = "Items inserted in one go. Default: 1000.",
     .kind = CLI_NUMBERS,
     .min = 0,
     .max = LIMIT_BATCH,
     AT(batches)},
    {.name = "threads",
     .argument = "N",
     .sentence = "Workers of a parallel strategy. Default: the processors allowed, at least 2.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_THREADS,
     AT(threads)},
    {.name = "symbols",
     .argument = "interned|inline",
     .sentence = "What keys hold. Default: interned.",
     .kind = CLI_CHOICES,
     .choices = options_symbols,
     AT(symbols)},
    {.name = "keys",
     .argument = "expressions|encoded",
     .sentence = "What a strategy is given. Default: expressions.",
     .kind = CLI_CHOICES,
     .choices = options_keys,
     AT(keys)},
    OPTION_BIND(binds),
    {.name = "perturb",
     .argument = "SEED",
     .sentence = "Yield at one memory access in 200, so that races show. Needs `make perturb`.",
     .kind = CLI_NUMBER,
     .min = 0,
     .max = LIMIT_SEED,
     AT(perturb_seed)},
    {.name = "preempt",
     .argument = "MICROSECONDS",
     .sentence = "Make each thread yield this often, 50 to 1000000.",
     .kind = CLI_NUMBER,
     .min = 50,
     .max = 1000000,
     AT(preempt_us)},
    {.name = "memory-limit",
     .argument = "BYTES",
     .sentence = "Address space of a worker (K, M, G, T may stand behind it). Default: no limit.",
     .kind = CLI_BYTES,
     .min = 1 << 20,
     .max = LIMIT_MEMORY_BYTES,
     AT(memory_limit_bytes)},
    OPTION_STACK_SIZE(stack_bytes),
    {.name = "timeout",
     .argument = "SECONDS",
     .sentence = "A trial that takes longer hangs, and is killed. Default: 20.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_TIMEOUT_S,
     AT(timeout_s)},
    OPTION_SEED(seed),
    {.name = "single",
     .sentence = "Change one factor at a time only, never two.",
     .kind = CLI_FLAG,
     AT(single)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence =
         "Time in all, about; a quarter of it, at most, to see how soon the cell crashes. Default: 60.",
     .kind = CLI_REAL,
     .min = 1,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    {.name = "rounds",
     .argument = "N",
     .sentence = "Trials of each row, at most, and three times as many of the given cell. Default: 24.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = EXPLAIN_ROUNDS_MAX,
     AT(rounds)},
    OPTION_OUT(out),
    OPTION_QUIET(quiet),
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

bool explain_options_read(struct run_options *options, int argc, char *const argv[], bool *help,
                          struct error *error)
{
    if (!cli_read(table, TABLE_ROWS, argc, argv, options, help, error))
        return false;
    if (!*help && options->strategies.count == 0)
        return error_set(error, "--strategy must be given: one cell is explained, one that crashes");
    if (options->timeout_s.given && options->timeout_s.value <= 0)
        return error_set(error, "--timeout: must be above 0");
    return true;
}

static bool one_only(const char *option, size_t count, struct error *error)
{
    return count == 1 || error_set(error, "--%s: one cell is explained, so there can be but one", option);
}

bool explain_options_complete(struct run_options *options, const struct catalogue *catalogue, uint64_t cores,
                              uint64_t seed, struct error *error)
{
    const uint64_t batch = 1000;
    if ((options->batches.count == 0 && !number_list_set(&options->batches, &batch, 1, error)) ||
        (options->workloads.count == 0 && !text_list_add(&options->workloads, "facts", error)))
        return false;
    if (!options->budget_s.given)
        options->budget_s = (struct cli_real){.value = 60, .given = true};
    if (!options->timeout_s.given)
        options->timeout_s = (struct cli_real){.value = 20, .given = true};
    if (!options->rounds.given)
        options->rounds = (struct cli_number){.value = EXPLAIN_ROUNDS_PRESET, .given = true};
    return options_complete(options, catalogue, cores, seed, error) &&
           one_only("alloc", options->allocators.count, error) &&
           one_only("strategy", options->strategies.count, error) &&
           one_only("workload", options->workloads.count, error) &&
           one_only("batch", options->batches.count, error) &&
           one_only("threads", options->threads.count, error) &&
           one_only("bind", options->binds.count, error) &&
           one_only("symbols", (size_t)__builtin_popcount(options->symbols), error) &&
           one_only("keys", (size_t)__builtin_popcount(options->keys), error);
}

void explain_options_help(FILE *out)
{
    fputs("Usage: triebench explain --strategy NAME[:OPT=V..] [OPTION...]\n\n"
          "Given one cell that crashes: which factors does the crash follow? Counts how often the cell\n"
          "crashes, changes one factor at a time (allocator, arena limit, threads, batch, symbols, each "
          "option\n"
          "of the strategy, binding, memory limit, perturbation), and compares the rates by Fisher's exact\n"
          "test, corrected after Holm for the number of rows. The crash follows a factor whose change makes "
          "it\n"
          "vanish or appear; it does not follow one under whose change it is seen all the same.\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
    fputs("\nExit status: 0 explained, or there was nothing to explain; 2 usage, or this program failed;\n"
          "4 it crashes, and no factor was found that it follows; 5 no trial could be run on this host;\n"
          "130 interrupted.\n",
          out);
}
