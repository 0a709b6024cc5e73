/* scale.c - see scale.h: measures, runs the parts alone, and prints both as curves. */
#include "harness/driver/scale/scale.h"

#include "harness/driver/cli.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/experiment.h"
#include "harness/driver/host.h"
#include "harness/driver/limits.h"
#include "harness/driver/rundir.h"
#include "harness/driver/scale/curve.h"
#include "harness/driver/scale/print.h"
#include "harness/stats/quantile.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_BYTES = 3072 };

struct scale_options {
    struct text_list strategies, allocators, workloads, binds, symbols, keys;
    struct number_list threads, projected, batches;
    struct cli_number rounds, seed;
    struct cli_real budget_s;
    bool quiet;
    char *out;
};

/* Everything of one invocation. All zero bytes hold nothing. */
struct scale {
    const char *program;
    struct scale_options options;
    struct host host;
    struct results measured, alone, handoff;
    bool has_measured, has_alone, has_handoff;
    double handoff_ns;
    struct scale_curve curve;
    char folder[PATH_MAX];
    bool interrupted;
};

#define AT(field) .offset = offsetof(struct scale_options, field)

static const struct cli_option table[] = {
    {.name = "strategy",
     .argument = "NAME[:OPT=V..],..",
     .sentence = "Parallel strategies. Default: thread-local.",
     .kind = CLI_TEXTS,
     AT(strategies)},
    {.name = "threads",
     .argument = "N,..",
     .sentence = "Workers to measure with. Default: 1, 2, 4 .. up to the cores, and 18.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_THREADS,
     AT(threads)},
    {.name = "project",
     .argument = "N,..",
     .sentence = "Workers to project to. Default: 2,4,8,18,36,64.",
     .kind = CLI_NUMBERS,
     .min = 2,
     .max = LIMIT_THREADS,
     AT(projected)},
    {.name = "alloc",
     .argument = "NAME[:KNOB=V..]",
     .sentence = "The allocator. Default: glibc.",
     .kind = CLI_TEXTS,
     AT(allocators)},
    {.name = "workload", .argument = "NAME", .sentence = "Default: facts.", .kind = CLI_TEXTS, AT(workloads)},
    {.name = "batch",
     .argument = "N",
     .sentence = "Items of a sample. Default: 100000.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_BATCH,
     AT(batches)},
    {.name = "symbols",
     .argument = "interned|inline",
     .sentence = "What keys hold. Default: interned.",
     .kind = CLI_TEXTS,
     AT(symbols)},
    {.name = "keys",
     .argument = "expressions|encoded",
     .sentence = "What a strategy is given. Default: expressions.",
     .kind = CLI_TEXTS,
     AT(keys)},
    {.name = "bind",
     .argument = "HOW",
     .sentence = "Which processors workers are pinned to. Default: core.",
     .kind = CLI_TEXTS,
     AT(binds)},
    {.name = "rounds",
     .argument = "N",
     .sentence = "Trials of each cell. Default: 9.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = LIMIT_ROUNDS,
     AT(rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "In all. Default: 120.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    {.name = "seed",
     .argument = "N",
     .sentence = "Fixes the order of trials and the items. Default: chosen, and recorded.",
     .kind = CLI_NUMBER,
     .min = 0,
     .max = LIMIT_SEED,
     AT(seed)},
    {.name = "out",
     .argument = "DIR",
     .sentence = "Folder for the results. Default: results/runs/ID.",
     .kind = CLI_TEXT,
     AT(out)},
    {.name = "quiet", .sentence = "No progress.", .kind = CLI_FLAG, AT(quiet)},
};

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

static void help_print(void)
{
    fputs(
        "Usage: triebench scale [OPTION...]\n\n"
        "How strategies speed up with their workers: measured on this machine's cores, with the serial "
        "share\n"
        "that explains it, Amdahl's law and the universal scalability law where they can be fitted; and "
        "projected\nto more workers than there are cores, from what each worker's part takes by itself.\n\n",
        stdout);
    cli_help(stdout, table, TABLE_ROWS);
    fputs("\nExit status: 0; 2 usage, or this program failed; 130 interrupted.\n", stdout);
}

static bool text_preset(struct text_list *list, const char *option, const char *preset, struct error *error)
{
    if (list->count > 1)
        return error_set(error, "--%s: one is enough", option);
    return list->count == 1 || text_list_add(list, preset, error);
}

static bool threads_preset(struct scale_options *options, uint64_t cores, struct error *error)
{
    static const uint64_t projected[] = {2, 4, 8, 18, 36, 64}, batch = 100000;
    uint64_t threads[SCALE_COUNTS_MAX];
    size_t count = 0;
    for (uint64_t n = 1; n < cores && n <= LIMIT_THREADS; n *= 2)
        threads[count++] = n;
    threads[count++] = cores < LIMIT_THREADS ? cores : LIMIT_THREADS;
    if (cores != 18)
        threads[count++] = 18;
    if (options->batches.count > 1)
        return error_set(error, "--batch: one is enough");
    return (options->threads.count > 0 || number_list_set(&options->threads, threads, count, error)) &&
           (options->projected.count > 0 || number_list_set(&options->projected, projected, 6, error)) &&
           (options->batches.count > 0 || number_list_set(&options->batches, &batch, 1, error));
}

static bool complete(struct scale_options *options, uint64_t cores, struct error *error)
{
    if (!options->rounds.given)
        options->rounds.value = 9;
    if (!options->budget_s.given)
        options->budget_s.value = 120;
    return threads_preset(options, cores, error) &&
           (options->strategies.count > 0 || text_list_add(&options->strategies, "thread-local", error)) &&
           text_preset(&options->allocators, "alloc", "glibc", error) &&
           text_preset(&options->workloads, "workload", "facts", error) &&
           text_preset(&options->binds, "bind", "core", error) &&
           text_preset(&options->symbols, "symbols", "interned", error) &&
           text_preset(&options->keys, "keys", "expressions", error);
}

/* A line of options that grows; too long a one is told at the end. */
struct line {
    char text[OPTIONS_BYTES];
    size_t used;
};

static void put(struct line *line, const char *text)
{
    size_t room = sizeof line->text - (line->used < sizeof line->text ? line->used : sizeof line->text);
    line->used += (size_t)snprintf(line->text + (sizeof line->text - room), room, "%s", text);
}

/* A value between single quotes, for a shell and for replay_words(). */
static void put_value(struct line *line, const char *value)
{
    put(line, "'");
    for (; *value != '\0'; value++) {
        const char character[] = {*value, '\0'};
        put(line, *value == '\'' ? "'\\''" : character);
    }
    put(line, "'");
}

static void put_list(struct line *line, const char *option, const struct text_list *list)
{
    struct line joined = {.used = 0};
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            put(&joined, ",");
        for (const char *at = list->items[i]; *at != '\0'; at++) {
            const char character[] = {*at, '\0'};
            put(&joined, *at == ',' ? "\\," : *at == '\\' ? "\\\\" : character);
        }
    }
    put(line, option);
    put_value(line, joined.text);
    line->used += joined.used >= sizeof joined.text ? sizeof line->text : 0;
}

static void put_numbers(struct line *line, const char *option, const struct number_list *list)
{
    put(line, option);
    for (size_t i = 0; i < list->count; i++) {
        char number[24];
        snprintf(number, sizeof number, "%s%" PRIu64, i > 0 ? "," : "", list->items[i]);
        put(line, number);
    }
}

static void put_common(struct line *line, const struct scale_options *options, double budget_s)
{
    char numbers[128];
    put_list(line, " --alloc ", &options->allocators);
    put_list(line, " --workload ", &options->workloads);
    put_list(line, " --bind ", &options->binds);
    snprintf(numbers, sizeof numbers, " --rounds %" PRIu64 " --budget %g", options->rounds.value, budget_s);
    put(line, numbers);
    if (options->seed.given) {
        snprintf(numbers, sizeof numbers, " --seed %" PRIu64, options->seed.value);
        put(line, numbers);
    }
}

/* One run of the strategies and their reference. */
static bool run(struct scale *scale, const char *folder, const struct number_list *threads, const char *how,
                double budget_s, struct results *results, struct error *error)
{
    const struct scale_options *options = &scale->options;
    struct line line = {.used = 0};
    struct text_list strategies = {0};
    bool good = text_list_add(&strategies, "sequential", error);
    for (size_t i = 0; good && i < options->strategies.count; i++)
        good = text_list_has(&strategies, options->strategies.items[i]) ||
               text_list_add(&strategies, options->strategies.items[i], error);
    put_list(&line, "--strategy ", &strategies);
    text_list_free(&strategies);
    put_common(&line, options, budget_s);
    put_list(&line, " --symbols ", &options->symbols);
    put_list(&line, " --keys ", &options->keys);
    put_numbers(&line, " --batch ", &options->batches);
    put_numbers(&line, " --threads ", threads);
    put(&line, how);
    if (line.used >= sizeof line.text)
        return error_set(error, "the options are too long");
    const struct experiment experiment = {.folder = folder, .options = line.text};
    return good && experiment_run(scale->program, scale->folder, &experiment, NULL, options->quiet, results,
                                  &scale->interrupted, error);
}

/* A job of one allocation on two workers: what is not that is the hand-off. */
static bool handoff_measure(struct scale *scale, struct error *error)
{
    struct line line = {.used = 0};
    double times[LIMIT_ROUNDS];
    size_t count = 0;
    put(&line, "--strategy churn:pool=spin --batch 1 --threads 2");
    put_common(&line, &scale->options, 0.1 * scale->options.budget_s.value);
    if (line.used >= sizeof line.text)
        return error_set(error, "the options are too long");
    const struct experiment experiment = {.folder = "handoff", .options = line.text};
    scale->has_handoff = experiment_run(scale->program, scale->folder, &experiment, NULL,
                                        scale->options.quiet, &scale->handoff, &scale->interrupted, error);
    if (!scale->has_handoff)
        return false;
    for (size_t i = 0; i < scale->handoff.row_count && count < LIMIT_ROUNDS; i++) {
        if (scale->handoff.rows[i].median_ns > 0)
            times[count++] = scale->handoff.rows[i].median_ns;
    }
    if (count > 0)
        median_sort(times, count);
    scale->handoff_ns = count > 0 ? median_of_sorted(times, count) : 0;
    return true;
}

static bool measure(struct scale *scale, struct error *error)
{
    const struct scale_options *options = &scale->options;
    double budget_s = options->budget_s.value;
    scale->has_measured =
        run(scale, "measured", &options->threads, "", 0.5 * budget_s, &scale->measured, error);
    if (!scale->has_measured || scale->interrupted)
        return scale->has_measured;
    scale->has_alone =
        run(scale, "alone", &options->projected, " --alone", 0.4 * budget_s, &scale->alone, error);
    if (!scale->has_alone || scale->interrupted)
        return scale->has_alone;
    return handoff_measure(scale, error);
}

static bool tell(struct scale *scale, struct error *error)
{
    for (size_t i = 0; i < scale->options.strategies.count; i++) {
        if (!scale_curve_make(scale->options.strategies.items[i], &scale->measured, &scale->alone,
                              scale->handoff_ns, 1, &scale->curve, error))
            return false;
        scale_print(&scale->curve, scale->host.cores, stdout);
    }
    scale_print_legend(scale->handoff_ns, stdout);
    return true;
}

static bool prepare(struct scale *scale, struct error *error)
{
    char id[RUN_ID_BYTES];
    rundir_id(id);
    int used = scale->options.out != NULL
                   ? snprintf(scale->folder, sizeof scale->folder, "%s", scale->options.out)
                   : snprintf(scale->folder, sizeof scale->folder, "results/runs/%s", id);
    if (used < 0 || (size_t)used >= sizeof scale->folder)
        return error_set(error, "--out: too long a path");
    return host_facts(&scale->host, error) && complete(&scale->options, scale->host.cores, error) &&
           rundir_make(scale->folder, error);
}

static int scale_go(struct scale *scale, int argc, char **argv)
{
    struct error error = {.text = ""};
    bool help = false;
    bool good = cli_read(table, TABLE_ROWS, argc, argv, &scale->options, &help, &error);
    if (good && help) {
        help_print();
        return EXIT_PASS;
    }
    good = good && prepare(scale, &error) && measure(scale, &error) &&
           (scale->interrupted || tell(scale, &error));
    if (!good) {
        fprintf(stderr, "triebench scale: %s\n", error.text);
        return EXIT_USAGE;
    }
    printf("\nresults: %s\n", scale->folder);
    if (scale->interrupted)
        fputs("interrupted\n", stderr);
    return scale->interrupted ? EXIT_INTERRUPTED : EXIT_PASS;
}

static void scale_free(struct scale *scale)
{
    struct scale_options *options = &scale->options;
    struct text_list *const texts[] = {&options->strategies, &options->allocators, &options->workloads,
                                       &options->binds,      &options->symbols,    &options->keys};
    struct number_list *const numbers[] = {&options->threads, &options->projected, &options->batches};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        text_list_free(texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        number_list_free(numbers[i]);
    free(options->out);
    if (scale->has_measured)
        results_free(&scale->measured);
    if (scale->has_alone)
        results_free(&scale->alone);
    if (scale->has_handoff)
        results_free(&scale->handoff);
    free(scale);
}

int scale_main(const char *program, int argc, char **argv)
{
    struct scale *scale = calloc(1, sizeof *scale);
    if (scale == NULL) {
        fputs("triebench scale: no memory\n", stderr);
        return EXIT_USAGE;
    }
    scale->program = program;
    int status = scale_go(scale, argc - 1, argv + 1);
    scale_free(scale);
    return status;
}
