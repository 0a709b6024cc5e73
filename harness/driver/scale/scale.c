/* scale.c - see scale.h: measures, runs the parts alone, and prints both as curves. */
#include "harness/driver/scale/scale.h"

#include "harness/driver/cli.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/experiment.h"
#include "harness/driver/host.h"
#include "harness/driver/limits.h"
#include "harness/driver/option_rows.h"
#include "harness/driver/rundir.h"
#include "harness/driver/scale/curve.h"
#include "harness/driver/scale/plot.h"
#include "harness/driver/scale/print.h"
#include "harness/stats/quantile.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

struct scale_options {
    struct run_options run; /* of the measured run; the others are made from it */
    struct number_list projected;
    char *plots;
    bool png;
};

/* Everything of one invocation. All zero bytes hold nothing. */
struct scale {
    const char *program;
    struct scale_options options;
    struct text_list strategies; /* asked for, without the reference */
    struct host host;
    struct results measured, alone, handoff;
    bool has_measured, has_alone, has_handoff;
    double handoff_ns;
    struct scale_curve curve;
    struct plots plots;
    struct drawing drawing;
    char folder[PATH_MAX];
    bool interrupted;
};

#define AT(field) .offset = offsetof(struct scale_options, field)

static const struct cli_option table[] = {
    {.name = "strategy",
     .argument = "NAME[:OPT=V..],..",
     .sentence = "Parallel strategies. Default: thread-local.",
     .kind = CLI_TEXTS,
     AT(run.strategies)},
    {.name = "threads",
     .argument = "N,..",
     .sentence = "Workers to measure with. Default: 1, 2, 4 .. up to the cores, and 18.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_THREADS,
     AT(run.threads)},
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
     AT(run.allocators)},
    {.name = "workload",
     .argument = "NAME",
     .sentence = "Default: facts.",
     .kind = CLI_TEXTS,
     AT(run.workloads)},
    {.name = "batch",
     .argument = "N",
     .sentence = "Items of a sample. Default: 100000.",
     .kind = CLI_NUMBERS,
     .min = 1,
     .max = LIMIT_BATCH,
     AT(run.batches)},
    {.name = "symbols",
     .argument = "interned|inline",
     .sentence = "What keys hold. Default: interned.",
     .kind = CLI_CHOICES,
     .choices = options_symbols,
     AT(run.symbols)},
    {.name = "keys",
     .argument = "expressions|encoded",
     .sentence = "What a strategy is given. Default: expressions.",
     .kind = CLI_CHOICES,
     .choices = options_keys,
     AT(run.keys)},
    OPTION_BIND(run.binds),
    {.name = "rounds",
     .argument = "N",
     .sentence = "Trials of each cell. Default: 9.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = LIMIT_ROUNDS,
     AT(run.rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "In all. Default: 120.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_BUDGET_S,
     AT(run.budget_s)},
    OPTION_SEED(run.seed),
    {.name = "plots",
     .argument = "DIR",
     .sentence = "Draw a curve a strategy there by gnuplot, as SVG beside its data.",
     .kind = CLI_TEXT,
     AT(plots)},
    OPTION_PNG(png),
    OPTION_OUT(run.out),
    OPTION_QUIET(run.quiet),
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

static bool one_text(struct text_list *list, const char *option, const char *preset, struct error *error)
{
    if (list->count > 1)
        return error_set(error, "--%s: one is enough", option);
    return list->count == 1 || text_list_add(list, preset, error);
}

/* A curve is of one group of cells. */
static bool one_bit(unsigned *set, const char *option, unsigned preset, struct error *error)
{
    if (*set == 0)
        *set = preset;
    return (*set & (*set - 1)) == 0 || error_set(error, "--%s: one is enough", option);
}

static bool numbers_preset(struct scale_options *options, uint64_t cores, struct error *error)
{
    static const uint64_t projected[] = {2, 4, 8, 18, 36, 64}, batch = 100000;
    uint64_t threads[SCALE_COUNTS_MAX];
    size_t count = 0;
    for (uint64_t n = 1; n < cores && n <= LIMIT_THREADS; n *= 2)
        threads[count++] = n;
    threads[count++] = cores < LIMIT_THREADS ? cores : LIMIT_THREADS;
    if (cores != 18)
        threads[count++] = 18;
    if (options->run.batches.count > 1)
        return error_set(error, "--batch: one is enough");
    return (options->run.threads.count > 0 ||
            number_list_set(&options->run.threads, threads, count, error)) &&
           (options->projected.count > 0 || number_list_set(&options->projected, projected, 6, error)) &&
           (options->run.batches.count > 0 || number_list_set(&options->run.batches, &batch, 1, error));
}

/* The strategies asked for are kept apart; the reference runs beside them. */
static bool strategies_take(struct scale *scale, struct error *error)
{
    struct text_list *run = &scale->options.run.strategies;
    scale->strategies = *run;
    *run = (struct text_list){0};
    if ((scale->strategies.count == 0 && !text_list_add(&scale->strategies, "thread-local", error)) ||
        !text_list_add(run, "sequential", error))
        return false;
    for (size_t i = 0; i < scale->strategies.count; i++) {
        if (!text_list_has(run, scale->strategies.items[i]) &&
            !text_list_add(run, scale->strategies.items[i], error))
            return false;
    }
    return true;
}

static bool complete(struct scale *scale, struct error *error)
{
    struct run_options *run = &scale->options.run;
    if (!run->rounds.given)
        run->rounds = (struct cli_number){.value = 9, .given = true};
    if (!run->budget_s.given)
        run->budget_s = (struct cli_real){.value = 120, .given = true};
    return numbers_preset(&scale->options, scale->host.cores, error) && strategies_take(scale, error) &&
           one_text(&run->allocators, "alloc", "glibc", error) &&
           one_text(&run->workloads, "workload", "facts", error) &&
           one_text(&run->binds, "bind", "core", error) &&
           one_bit(&run->symbols, "symbols", SYMBOLS_INTERNED, error) &&
           one_bit(&run->keys, "keys", KEYS_EXPRESSIONS, error);
}

/* One run from the options given, for a share of the budget. */
static bool run(struct scale *scale, const char *folder, struct run_options *options, double share,
                struct results *results, struct error *error)
{
    options->budget_s.value = share * scale->options.run.budget_s.value;
    return experiment_measure(scale->program, scale->folder, folder, options, results, &scale->interrupted,
                              error);
}

static bool measured_run(struct scale *scale, struct error *error)
{
    struct run_options options;
    return options_copy(&options, &scale->options.run, error) &&
           run(scale, "measured", &options, 0.5, &scale->measured, error);
}

static bool alone_run(struct scale *scale, struct error *error)
{
    struct run_options options;
    const struct number_list *threads = &scale->options.projected;
    if (!options_copy(&options, &scale->options.run, error))
        return false;
    options.alone = true;
    if (!number_list_set(&options.threads, threads->items, threads->count, error)) {
        options_free(&options);
        return false;
    }
    return run(scale, "alone", &options, 0.4, &scale->alone, error);
}

/* A job of one allocation on two workers: what is not that is the hand-off. */
static bool handoff_run(struct scale *scale, struct error *error)
{
    static const uint64_t batch = 1, threads = 2;
    struct run_options options;
    if (!options_copy(&options, &scale->options.run, error))
        return false;
    text_list_free(&options.strategies);
    if (!text_list_add(&options.strategies, "churn:pool=spin", error) ||
        !number_list_set(&options.batches, &batch, 1, error) ||
        !number_list_set(&options.threads, &threads, 1, error)) {
        options_free(&options);
        return false;
    }
    return run(scale, "handoff", &options, 0.1, &scale->handoff, error);
}

/* The median of its trials; 0 where none ended well. */
static double handoff_time_ns(const struct results *results)
{
    double times[LIMIT_ROUNDS];
    size_t count = 0;
    for (size_t i = 0; i < results->row_count && count < LIMIT_ROUNDS; i++) {
        if (results->rows[i].median_ns > 0)
            times[count++] = results->rows[i].median_ns;
    }
    return fmax(0, median_sorting(times, count));
}

static bool measure(struct scale *scale, struct error *error)
{
    scale->has_measured = measured_run(scale, error);
    if (!scale->has_measured || scale->interrupted)
        return scale->has_measured;
    scale->has_alone = alone_run(scale, error);
    if (!scale->has_alone || scale->interrupted)
        return scale->has_alone;
    scale->has_handoff = handoff_run(scale, error);
    if (scale->has_handoff)
        scale->handoff_ns = handoff_time_ns(&scale->handoff);
    return scale->has_handoff;
}

static bool draw(struct scale *scale, const char *spec, struct error *error)
{
    const struct run_options *run = &scale->options.run;
    struct drawing *drawing = &scale->drawing;
    if (scale->options.plots == NULL)
        return true;
    (void)snprintf(drawing->title, sizeof drawing->title,
                   "Workers: %.60s, batch %" PRIu64 ": %.100s on %.100s (bind %.40s)", spec,
                   run->batches.items[0], run->workloads.items[0], run->allocators.items[0],
                   run->binds.items[0]);
    return scale_plot(spec, &scale->curve, &scale->measured, drawing, error) ||
           error_context(error, "--plots");
}

static bool tell(struct scale *scale, struct error *error)
{
    for (size_t i = 0; i < scale->strategies.count; i++) {
        if (!scale_curve_make(scale->strategies.items[i], &scale->measured, &scale->alone, scale->handoff_ns,
                              1, &scale->curve, error))
            return false;
        scale_print(&scale->curve, scale->host.cores, stdout);
        if (!draw(scale, scale->strategies.items[i], error))
            return false;
    }
    scale_print_legend(scale->handoff_ns, stdout);
    return true;
}

static bool plots_begin(struct scale *scale, struct error *error)
{
    const struct scale_options *options = &scale->options;
    scale->drawing.kind = "threads";
    if (options->plots == NULL)
        return !options->png || error_set(error, "--png goes with --plots");
    return drawing_begin(&scale->drawing, scale->program, options->plots, options->png, &scale->plots, error);
}

static bool prepare(struct scale *scale, struct error *error)
{
    char id[RUN_ID_BYTES];
    rundir_id(id);
    return rundir_choose(scale->options.run.out, id, scale->folder, sizeof scale->folder, error) &&
           host_facts(&scale->host, error) && complete(scale, error) && rundir_make(scale->folder, error) &&
           plots_begin(scale, error);
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
    options_free(&scale->options.run);
    number_list_free(&scale->options.projected);
    text_list_free(&scale->strategies);
    free(scale->options.plots);
    plots_free(&scale->plots);
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
    options_init(&scale->options.run);
    int status = scale_go(scale, argc - 1, argv + 1);
    scale_free(scale);
    return status;
}
