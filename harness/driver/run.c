/* run.c - see run.h: from the command line to the plan, from the plan to the table. */
#include "harness/driver/run.h"

#include "allocators/allocator.h"
#include "harness/driver/describe.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/host.h"
#include "harness/driver/loop.h"
#include "harness/driver/replay.h"
#include "harness/driver/rundir.h"
#include "harness/driver/show.h"
#include "harness/driver/version.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* Everything of one invocation. All zero bytes hold nothing. */
struct run {
    const char *program;
    char worker_path[PATH_MAX];
    char search_worker_path[PATH_MAX]; /* the worker that trials run on, where it is another one */
    struct search *searches;           /* one a cell, with --until-crash */
    struct run_options options;
    struct catalogue catalogue;
    struct host host;
    struct run_plan plan;
    struct results earlier; /* of the run that is resumed */
    bool resuming;
    struct done done;
    char folder[PATH_MAX], file[PATH_MAX];
    struct run_header header;
};

static void run_free(struct run *run)
{
    done_free(&run->done);
    plan_free(&run->plan);
    free(run->searches);
    if (run->resuming)
        results_free(&run->earlier);
    catalogue_free(&run->catalogue);
    options_free(&run->options);
}

/* The options of the command line; when resuming, on top of those that the run was started with. */
static bool options_gather(struct run *run, int argc, char **argv, bool *help, struct error *error)
{
    if (!options_read(&run->options, argc, argv, help, error))
        return false;
    if (*help || run->options.resume == NULL)
        return true;
    if (!rundir_file(run->options.resume, run->file, sizeof run->file, error) ||
        !results_read(run->file, &run->earlier, error))
        return error_context(error, "--resume");
    run->resuming = true;
    options_free(&run->options);
    return resume_options(&run->earlier, &run->options, error) &&
           options_read(&run->options, argc, argv, help, error);
}

static bool allocators_check(const struct text_list *allocators, struct error *error)
{
    for (size_t i = 0; i < allocators->count; i++) {
        struct allocator_variant variant;
        char reason[512];
        if (!allocator_parse(allocators->items[i], &variant, reason, sizeof reason) ||
            !allocator_locate(&variant, reason, sizeof reason))
            return error_set(error, "--alloc: %s", reason);
    }
    return true;
}

static bool strategies_check(struct run *run, struct error *error)
{
    for (size_t i = 0; i < run->options.strategies.count; i++) {
        const char *spec = run->options.strategies.items[i];
        if (catalogue_is_plugin(spec) && catalogue_find(&run->catalogue, spec) == NULL) {
            char path[CELL_TEXT_BYTES];
            snprintf(path, sizeof path, "%.*s", (int)catalogue_name_bytes(spec), spec);
            if (!describe_plugin(run->worker_path, path, &run->catalogue, error))
                return error_context(error, "--strategy %s", path);
        }
        if (!catalogue_check(&run->catalogue, spec, error))
            return error_context(error, "--strategy");
    }
    return true;
}

static bool workloads_check(const struct run *run, struct error *error)
{
    for (size_t i = 0; i < run->options.workloads.count; i++) {
        if (!catalogue_check_workload(&run->catalogue, run->options.workloads.items[i], error))
            return error_context(error, "--workload");
    }
    return true;
}

static bool header_make(struct run *run, struct error *error)
{
    struct run_header *header = &run->header;
    *header = (struct run_header){.git_dirty = version_dirty(),
                                  .seed = run->plan.seed,
                                  .cells = run->plan.cell_count,
                                  .rounds = run->plan.round_count,
                                  .trials = plan_trials(&run->plan),
                                  .host = run->host};
    rundir_id(header->id);
    rundir_time(header->started, sizeof header->started);
    snprintf(header->plan_hash, sizeof header->plan_hash, "%s", run->plan.hash);
    snprintf(header->tool_version, sizeof header->tool_version, "%s", version_tool());
    snprintf(header->git_commit, sizeof header->git_commit, "%s", version_commit());
    snprintf(header->compiler, sizeof header->compiler, "%s", version_compiler());
    snprintf(header->flags, sizeof header->flags, "%s", version_flags());
    return replay_run(run->program, &run->options, header->command, sizeof header->command, error);
}

/* The worker that was built for perturbation, where it is asked for; and room for what a search finds. */
static bool search_prepare(struct run *run, struct error *error)
{
    const struct run_plan *plan = &run->plan;
    snprintf(run->search_worker_path, sizeof run->search_worker_path, "%s", run->worker_path);
    if (plan->perturb_one_in != 0 &&
        !search_worker(run->worker_path, run->search_worker_path, sizeof run->search_worker_path, error))
        return error_context(error, "--perturb");
    if (!plan->until_crash)
        return true;
    if (run->resuming)
        return error_set(error, "--resume: a search until a crash cannot be gone on with; start it anew");
    run->searches = calloc(plan->cell_count + 1, sizeof *run->searches);
    return run->searches != NULL || error_set(error, "no memory");
}

/* What can be run is what the worker knows; with several builds what the first one's does, which is mostly
 * the older. */
static bool worker_describe(struct run *run, struct error *error)
{
    const struct text_list *builds = &run->options.builds;
    bool found = builds->count == 0
                     ? describe_worker_path(run->worker_path, sizeof run->worker_path, error)
                     : build_worker(builds->items[0], run->worker_path, sizeof run->worker_path, error) ||
                           error_context(error, "--build");
    return found && describe_worker(run->worker_path, &run->catalogue, error);
}

/* That the other builds know all the strategies, too. */
static bool builds_check(const struct run *run, struct error *error)
{
    const struct text_list *builds = &run->options.builds;
    bool good = true;
    for (size_t i = 1; good && i < builds->count; i++) {
        char path[PATH_MAX];
        struct catalogue catalogue = {0};
        good = build_worker(builds->items[i], path, sizeof path, error) &&
               describe_worker(path, &catalogue, error);
        for (size_t j = 0; good && j < run->options.strategies.count; j++) {
            const char *spec = run->options.strategies.items[j];
            good = catalogue_is_plugin(spec) || catalogue_check(&catalogue, spec, error);
        }
        catalogue_free(&catalogue);
        if (!good)
            error_context(error, "--build %s", builds->items[i]);
    }
    return good;
}

/* Everything that can be wrong with what was asked is found here, before the first trial. */
static bool plan_prepare(struct run *run, struct error *error)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return error_errno(error, "cannot draw a seed");
    return worker_describe(run, error) && host_facts(&run->host, error) &&
           options_complete(&run->options, &run->catalogue, run->host.cores, seed, error) &&
           allocators_check(&run->options.allocators, error) && strategies_check(run, error) &&
           builds_check(run, error) && workloads_check(run, error) &&
           plan_make(&run->options, &run->catalogue, &run->plan, error) && search_prepare(run, error) &&
           done_make(&run->plan, &run->done, error) && header_make(run, error) &&
           (!run->resuming ||
            resume_done(&run->earlier, &run->plan, run->header.command, &run->done, error) ||
            error_context(error, "--resume"));
}

/* The folder and the file with its first line; when resuming, the file as it is. */
static bool record_start(struct run *run, struct record **record, struct error *error)
{
    if (run->resuming) {
        snprintf(run->folder, sizeof run->folder, "%s", run->options.resume);
        return record_open(run->file, true, record, error);
    }
    int used = run->options.out != NULL
                   ? snprintf(run->folder, sizeof run->folder, "%s", run->options.out)
                   : snprintf(run->folder, sizeof run->folder, "results/runs/%s", run->header.id);
    if (used < 0 || (size_t)used >= sizeof run->folder)
        return error_set(error, "--out: too long a path");
    if (!rundir_make(run->folder, error) || !rundir_file(run->folder, run->file, sizeof run->file, error) ||
        !record_open(run->file, false, record, error))
        return false;
    if (record_run(*record, &run->header, error))
        return true;
    struct error late;
    (void)record_close(*record, &late);
    *record = NULL;
    return false;
}

static bool trials_run(struct run *run, bool *interrupted, struct error *error)
{
    if (run->resuming && run->done.count == plan_trials(&run->plan))
        return true;
    struct record *record = NULL;
    if (!record_start(run, &record, error))
        return false;
    uint64_t limit = run->options.memory_limit_bytes.value;
    struct loop loop = {
        .program = run->program,
        .options = &run->options,
        .plan = &run->plan,
        .done = &run->done,
        .searches = run->searches,
        .launch = {.worker_path = run->search_worker_path,
                   .memory_limit_bytes = limit,
                   .resident_limit_bytes = limit > 0 ? limit : run->host.memory_bytes / 10 * 9,
                   .timeout_s = run->options.timeout_s.value},
        .record = record};
    bool good = loop_run(&loop, interrupted, error);
    struct error late;
    if (!record_close(record, &late) && good) {
        *error = late;
        good = false;
    }
    return good;
}

static int status_of(const uint64_t outcomes[OUTCOME_COUNT], bool expect_crash)
{
    uint64_t trials = 0;
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        trials += outcomes[i];
    if (trials > 0 && outcomes[OUTCOME_REFUSED] == trials)
        return EXIT_UNFIT;
    bool failed = trials > outcomes[OUTCOME_OK] + outcomes[OUTCOME_REFUSED];
    return failed && !expect_crash ? EXIT_CRASHED : EXIT_PASS;
}

static int finish(const struct run *run, bool interrupted, struct error *error)
{
    struct table_style style = table_style_of(stdout);
    uint64_t outcomes[OUTCOME_COUNT];
    if (!show_results(run->file, run->program, &style, stdout, outcomes, error)) {
        fprintf(stderr, "triebench run: %s\n", error->text);
        return EXIT_USAGE;
    }
    if (run->searches != NULL)
        search_print(&run->plan, run->searches, stdout);
    printf("\nresults: %s\n", run->file);
    if (interrupted) {
        fflush(stdout);
        fprintf(stderr, "interrupted; go on with: %s run --resume %s\n", run->program, run->folder);
        return EXIT_INTERRUPTED;
    }
    return status_of(outcomes, run->options.expect_crash);
}

/* Everything up to the table. False where there is nothing to show: *status is how to end then. */
static bool measure(struct run *run, int argc, char **argv, bool *interrupted, int *status)
{
    struct error error = {.text = ""};
    bool help;
    *status = EXIT_USAGE;
    if (!options_gather(run, argc, argv, &help, &error)) {
        fprintf(stderr, "triebench run: %s\n", error.text);
        return false;
    }
    if (help) {
        options_help(stdout);
        *status = EXIT_PASS;
        return false;
    }
    bool planned = plan_prepare(run, &error);
    if (planned && run->options.dry_run) {
        plan_print(&run->plan, true, stdout);
        *status = EXIT_PASS;
        return false;
    }
    if (planned && !run->options.quiet)
        plan_print(&run->plan, false, stderr);
    if (planned && trials_run(run, interrupted, &error))
        return true;
    fprintf(stderr, "triebench run: %s\n", error.text);
    return false;
}

static struct run *run_new(const char *program)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        fputs("triebench run: no memory\n", stderr);
        return NULL;
    }
    run->program = program;
    options_init(&run->options);
    return run;
}

int run_main(const char *program, int argc, char **argv)
{
    struct error error = {.text = ""};
    struct run *run = run_new(program);
    int status = EXIT_USAGE;
    bool interrupted = false;
    if (run != NULL && measure(run, argc - 1, argv + 1, &interrupted, &status))
        status = finish(run, interrupted, &error);
    if (run != NULL)
        run_free(run);
    free(run);
    return status;
}

bool run_measure(const char *program, int argc, char **argv, char *file, size_t size, int *status)
{
    struct run *run = run_new(program);
    bool interrupted = false;
    *status = EXIT_USAGE;
    bool good = run != NULL && measure(run, argc, argv, &interrupted, status);
    if (good)
        snprintf(file, size, "%s", run->file);
    if (good && interrupted) {
        fprintf(stderr, "interrupted; what was run: %s\n", run->file);
        *status = EXIT_INTERRUPTED;
    }
    if (run != NULL)
        run_free(run);
    free(run);
    return good && !interrupted;
}
