/* explain.c - see explain.h: from a cell that crashes to the factors that the crash follows. */
#include "harness/driver/explain/explain.h"

#include "harness/driver/describe.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/explain/judge.h"
#include "harness/driver/explain/options.h"
#include "harness/driver/explain/print.h"
#include "harness/driver/progress.h"
#include "harness/driver/replay.h"
#include "harness/driver/rundir.h"
#include "harness/driver/search.h"
#include "harness/driver/version.h"

#include "allocators/allocator.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>

/* Of the budget; what is left is for the pairs. */
#define SINGLES_SHARE 0.6

/* Everything of one invocation. All zero bytes hold nothing. */
struct explain {
    const char *program;
    char worker_path[PATH_MAX], perturb_worker_path[PATH_MAX];
    struct run_options options;
    struct catalogue catalogue;
    struct host host;
    struct explain_rows rows, pairs; /* one change each, two changes each */
    struct explain_trials trials;
    struct run_header header;
    char folder[PATH_MAX], file[PATH_MAX];
};

static void explain_free(struct explain *explain)
{
    explain_rows_free(&explain->rows);
    explain_rows_free(&explain->pairs);
    catalogue_free(&explain->catalogue);
    options_free(&explain->options);
}

/* That the cell can be run at all; what is changed in it is looked at row by row. */
static bool cell_check(struct explain *explain, struct error *error)
{
    const char *strategy = explain->options.strategies.items[0],
               *allocator = explain->options.allocators.items[0];
    struct allocator_variant variant;
    char reason[512], path[CELL_TEXT_BYTES];
    if (!allocator_parse(allocator, &variant, reason, sizeof reason) ||
        !allocator_locate(&variant, reason, sizeof reason))
        return error_set(error, "--alloc: %s", reason);
    snprintf(path, sizeof path, "%.*s", (int)catalogue_name_bytes(strategy), strategy);
    if (catalogue_is_plugin(strategy) &&
        !describe_plugin(explain->worker_path, path, &explain->catalogue, error))
        return error_context(error, "--strategy %s", path);
    if (!catalogue_check(&explain->catalogue, strategy, error))
        return error_context(error, "--strategy");
    return catalogue_check_workload(&explain->catalogue, explain->options.workloads.items[0], error) ||
           error_context(error, "--workload");
}

static bool rows_prepare(struct explain *explain, struct error *error)
{
    struct error missing = {.text = ""};
    bool perturb = search_worker(explain->worker_path, explain->perturb_worker_path,
                                 sizeof explain->perturb_worker_path, &missing) &&
                   describe_check(explain->perturb_worker_path, &missing);
    if (explain->options.perturb_seed.given && !perturb) {
        *error = missing;
        return error_context(error, "--perturb");
    }
    return explain_rows_make(&explain->options, &explain->catalogue, perturb ? NULL : missing.text,
                             &explain->rows, error);
}

static bool prepare(struct explain *explain, struct error *error)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return error_errno(error, "cannot draw a seed");
    return describe_worker_path(explain->worker_path, sizeof explain->worker_path, error) &&
           describe_worker(explain->worker_path, &explain->catalogue, error) &&
           host_facts(&explain->host, error) &&
           explain_options_complete(&explain->options, &explain->catalogue, explain->host.cores, seed,
                                    error) &&
           cell_check(explain, error) && rows_prepare(explain, error);
}

static bool header_make(struct explain *explain, struct error *error)
{
    struct run_header *header = &explain->header;
    uint64_t rounds = explain->options.rounds.value, rows = explain->rows.count;
    /* How many trials the budget allows is found on the way; these are the most. */
    *header = (struct run_header){.git_dirty = version_dirty(),
                                  .seed = explain->options.seed.value,
                                  .cells = rows,
                                  .rounds = rounds,
                                  .trials = (rows - 1 + EXPLAIN_GIVEN_PER_ROUND) * rounds,
                                  .host = explain->host};
    rundir_id(header->id);
    rundir_time(header->started, sizeof header->started);
    snprintf(header->tool_version, sizeof header->tool_version, "%s", version_tool());
    snprintf(header->git_commit, sizeof header->git_commit, "%s", version_commit());
    snprintf(header->compiler, sizeof header->compiler, "%s", version_compiler());
    snprintf(header->flags, sizeof header->flags, "%s", version_flags());
    snprintf(header->plan_hash, sizeof header->plan_hash, "%s", explain->rows.rows[0].plan.hash);
    return replay_command(explain->program, "explain", &explain->options, header->command,
                          sizeof header->command, error);
}

static bool record_start(struct explain *explain, struct record **record, struct error *error)
{
    return rundir_choose(explain->options.out, explain->header.id, explain->folder, sizeof explain->folder,
                         error) &&
           rundir_make(explain->folder, error) &&
           rundir_file(explain->folder, explain->file, sizeof explain->file, error) &&
           record_open(explain->file, false, record, error);
}

/* The changes one at a time, and then, of those that made no difference by themselves, two at a time. */
static bool crash_follow(struct explain *explain, struct error *error)
{
    struct explain_trials *trials = &explain->trials;
    if (!explain->options.single)
        trials->budget_s = SINGLES_SHARE * explain->options.budget_s.value;
    if (!explain_rounds(trials, &explain->rows, error))
        return false;
    explain_judge(&explain->rows);
    if (explain->options.single || trials->interrupted || explain->rows.rows[0].crashes == 0)
        return true;
    if (!explain_rows_pair(&explain->rows, &explain->pairs, error))
        return false;
    trials->budget_s = explain->options.budget_s.value;
    if (explain->pairs.count > 1 && !explain_rounds_of_pairs(trials, &explain->pairs, error))
        return false;
    explain_judge(&explain->pairs);
    return true;
}

/* The look, and the rounds if it crashed; the end line whatever came of it. */
static bool trials_run(struct explain *explain, struct record *record, struct error *error)
{
    struct progress progress;
    struct explain_trials *trials = &explain->trials;
    *trials = (struct explain_trials){.program = explain->program,
                                      .worker_path = explain->worker_path,
                                      .perturb_worker_path = explain->perturb_worker_path,
                                      .catalogue = &explain->catalogue,
                                      .host = &explain->host,
                                      .record = record,
                                      .progress = &progress,
                                      .started_ns = monotonic_ns(),
                                      .budget_s = explain->options.budget_s.value,
                                      .rounds_max = explain->options.rounds.value};
    if (!record_run(record, &explain->header, error))
        return false;
    struct sigaction before[LOOP_SIGNALS];
    loop_signals_take(before);
    progress_begin(&progress, stderr, explain->options.quiet, explain->header.trials, 0);
    bool good = explain_calibrate(trials, &explain->rows, error) &&
                (trials->look_crashes == 0 || trials->interrupted || crash_follow(explain, error));
    progress_end(&progress);
    trials->summary.finished = good && !trials->interrupted;
    trials->summary.seconds = (double)(monotonic_ns() - trials->started_ns) * 1e-9;
    struct error late;
    if (!record_end(record, &trials->summary, good ? error : &late))
        good = false;
    loop_signals_give_back(before);
    return good;
}

static bool measure(struct explain *explain, struct error *error)
{
    struct record *record = NULL;
    if (!explain_rows_plan(&explain->rows, &explain->catalogue, 0, 1, error) ||
        !header_make(explain, error) || !record_start(explain, &record, error))
        return false;
    bool good = trials_run(explain, record, error);
    struct error late;
    return record_close(record, good ? error : &late) && good;
}

static int finish(struct explain *explain, struct error *error)
{
    const struct explain_trials *trials = &explain->trials;
    int status = EXIT_PASS;
    if (trials->interrupted) {
        fprintf(stderr, "interrupted; what was run: %s\n", explain->file);
        return EXIT_INTERRUPTED;
    }
    if (trials->look_void == trials->look_trials) {
        fprintf(stderr, "triebench explain: the cell cannot be run here: every trial was refused or lost\n");
        status = EXIT_UNFIT;
    } else if (trials->look_crashes == 0) {
        explain_print_healthy(trials, stdout);
    } else {
        if (!explain_print(&explain->rows, trials, stdout, error) ||
            (explain->pairs.count > 1 && !explain_print_pairs(&explain->pairs, trials, stdout, error))) {
            fprintf(stderr, "triebench explain: %s\n", error->text);
            return EXIT_USAGE;
        }
        status = EXIT_INCONCLUSIVE;
        for (size_t i = 1; i < explain->rows.count; i++) {
            if (explain->rows.rows[i].verdict == EXPLAIN_FOLLOWS)
                status = EXIT_PASS;
        }
    }
    printf("\nresults: %s\n", explain->file);
    return status;
}

static int explain_go(struct explain *explain, int argc, char **argv)
{
    struct error error = {.text = ""};
    bool help = false;
    bool good = explain_options_read(&explain->options, argc, argv, &help, &error);
    if (good && help) {
        explain_options_help(stdout);
        return EXIT_PASS;
    }
    if (!good || !prepare(explain, &error) || !measure(explain, &error)) {
        fprintf(stderr, "triebench explain: %s\n", error.text);
        return EXIT_USAGE;
    }
    return finish(explain, &error);
}

int explain_main(const char *program, int argc, char **argv)
{
    struct explain *explain = calloc(1, sizeof *explain);
    if (explain == NULL) {
        fputs("triebench explain: no memory\n", stderr);
        return EXIT_USAGE;
    }
    explain->program = program;
    options_init(&explain->options);
    int status = explain_go(explain, argc - 1, argv + 1);
    explain_free(explain);
    free(explain);
    return status;
}
