/* session.c - see session.h: from options to the plan, from the plan to the results file. */
#include "harness/driver/session.h"

#include "allocators/allocator.h"
#include "harness/driver/criteria.h"
#include "harness/driver/describe.h"
#include "harness/driver/host.h"
#include "harness/driver/hypotheses.h"
#include "harness/driver/loop.h"
#include "harness/driver/replay.h"
#include "harness/driver/rundir.h"
#include "harness/driver/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void session_init(struct session *session, const char *program)
{
    *session = (struct session){.program = program};
    options_init(&session->options);
}

void session_free(struct session *session)
{
    done_free(&session->done);
    plan_free(&session->plan);
    free(session->searches);
    if (session->resuming)
        results_free(&session->earlier);
    json_decref(session->header.hypotheses);
    catalogue_free(&session->catalogue);
    options_free(&session->options);
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

static bool strategies_check(struct session *session, struct error *error)
{
    for (size_t i = 0; i < session->options.strategies.count; i++) {
        const char *spec = session->options.strategies.items[i];
        if (catalogue_is_plugin(spec) && catalogue_find(&session->catalogue, spec) == NULL) {
            char path[CELL_TEXT_BYTES];
            snprintf(path, sizeof path, "%.*s", (int)catalogue_name_bytes(spec), spec);
            if (!describe_plugin(session->worker_path, path, &session->catalogue, error))
                return error_context(error, "--strategy %s", path);
        }
        if (!catalogue_check(&session->catalogue, spec, error))
            return error_context(error, "--strategy");
    }
    return true;
}

static bool workloads_check(const struct session *session, struct error *error)
{
    for (size_t i = 0; i < session->options.workloads.count; i++) {
        if (!catalogue_check_workload(&session->catalogue, session->options.workloads.items[i], error))
            return error_context(error, "--workload");
    }
    return true;
}

/* What the run will be judged by; one that is resumed recorded it when it began. */
static bool criteria_take(struct session *session, struct error *error)
{
    const char *path = session->options.criteria;
    struct criteria criteria;
    if (session->resuming)
        return true;
    criteria_defaults(&criteria);
    if (path != NULL && !criteria_read(path, &criteria, error))
        return error_context(error, "--criteria");
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    snprintf(session->header.criteria_name, sizeof session->header.criteria_name, "%s",
             path == NULL    ? CRITERIA_FILE
             : slash == NULL ? path
                             : slash + 1);
    snprintf(session->header.criteria_hash, sizeof session->header.criteria_hash, "%s", criteria.hash);
    return true;
}

static bool header_make(struct session *session, struct error *error)
{
    struct run_header *header = &session->header;
    *header = (struct run_header){.git_dirty = version_dirty(),
                                  .seed = session->plan.seed,
                                  .cells = session->plan.cell_count,
                                  .rounds = session->plan.round_count,
                                  .trials = plan_trials(&session->plan),
                                  .host = session->host};
    rundir_id(header->id);
    rundir_time(header->started, sizeof header->started);
    snprintf(header->plan_hash, sizeof header->plan_hash, "%s", session->plan.hash);
    snprintf(header->tool_version, sizeof header->tool_version, "%s", version_tool());
    snprintf(header->git_commit, sizeof header->git_commit, "%s", version_commit());
    snprintf(header->compiler, sizeof header->compiler, "%s", version_compiler());
    snprintf(header->flags, sizeof header->flags, "%s", version_flags());
    header->hypotheses = hypotheses_json(&session->catalogue, &session->options.strategies);
    return (header->hypotheses != NULL || error_set(error, "no memory")) && criteria_take(session, error) &&
           replay_run(session->program, &session->options, header->command, sizeof header->command, error);
}

/* The worker that was built for perturbation, where it is asked for; and room for what a search finds. */
static bool search_prepare(struct session *session, struct error *error)
{
    const struct run_plan *plan = &session->plan;
    snprintf(session->search_worker_path, sizeof session->search_worker_path, "%s", session->worker_path);
    if (plan->perturb_one_in != 0 && (!search_worker(session->worker_path, session->search_worker_path,
                                                     sizeof session->search_worker_path, error) ||
                                      !describe_check(session->search_worker_path, error)))
        return error_context(error, "--perturb");
    if (!plan->until_crash)
        return true;
    if (session->resuming)
        return error_set(error, "--resume: a search until a crash cannot be gone on with; start it anew");
    session->searches = calloc(plan->cell_count + 1, sizeof *session->searches);
    return session->searches != NULL || error_set(error, "no memory");
}

/* What can be run is what the worker knows; with several builds what the first one's does, which is mostly
 * the older. */
static bool worker_describe(struct session *session, struct error *error)
{
    const struct text_list *builds = &session->options.builds;
    char *path = session->worker_path;
    bool found = builds->count == 0
                     ? describe_worker_path(path, sizeof session->worker_path, error)
                     : build_worker(builds->items[0], path, sizeof session->worker_path, error) ||
                           error_context(error, "--build");
    return found && describe_worker(path, &session->catalogue, error);
}

/* That the other builds know all the strategies, too. */
static bool builds_check(const struct session *session, struct error *error)
{
    const struct text_list *builds = &session->options.builds;
    bool good = true;
    for (size_t i = 1; good && i < builds->count; i++) {
        char path[PATH_MAX];
        struct catalogue catalogue = {0};
        good = build_worker(builds->items[i], path, sizeof path, error) &&
               describe_worker(path, &catalogue, error);
        for (size_t j = 0; good && j < session->options.strategies.count; j++) {
            const char *spec = session->options.strategies.items[j];
            good = catalogue_is_plugin(spec) || catalogue_check(&catalogue, spec, error);
        }
        catalogue_free(&catalogue);
        if (!good)
            error_context(error, "--build %s", builds->items[i]);
    }
    return good;
}

bool session_prepare(struct session *session, struct error *error)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return error_errno(error, "cannot draw a seed");
    return worker_describe(session, error) && host_facts(&session->host, error) &&
           options_complete(&session->options, &session->catalogue, session->host.cores, seed, error) &&
           allocators_check(&session->options.allocators, error) && strategies_check(session, error) &&
           builds_check(session, error) && workloads_check(session, error) &&
           plan_make(&session->options, &session->catalogue, &session->plan, error) &&
           search_prepare(session, error) && done_make(&session->plan, &session->done, error) &&
           header_make(session, error) &&
           (!session->resuming ||
            resume_done(&session->earlier, &session->plan, session->header.command, &session->done, error) ||
            error_context(error, "--resume"));
}

/* The folder and the file with its first line; when resuming, the file as it is. */
static bool record_start(struct session *session, struct record **record, struct error *error)
{
    if (session->resuming) {
        snprintf(session->folder, sizeof session->folder, "%s", session->options.resume);
        return record_open(session->file, true, record, error);
    }
    if (!rundir_choose(session->options.out, session->header.id, session->folder, sizeof session->folder,
                       error) ||
        !rundir_make(session->folder, error) ||
        !rundir_file(session->folder, session->file, sizeof session->file, error) ||
        !record_open(session->file, false, record, error))
        return false;
    if (record_run(*record, &session->header, error))
        return true;
    struct error late;
    (void)record_close(*record, &late);
    *record = NULL;
    return false;
}

bool session_run(struct session *session, bool *interrupted, struct error *error)
{
    if (session->resuming && session->done.count == plan_trials(&session->plan))
        return true;
    struct record *record = NULL;
    if (!record_start(session, &record, error))
        return false;
    uint64_t limit = session->options.memory_limit_bytes.value;
    struct loop loop = {
        .program = session->program,
        .options = &session->options,
        .plan = &session->plan,
        .done = &session->done,
        .searches = session->searches,
        .launch = {.worker_path = session->search_worker_path,
                   .memory_limit_bytes = limit,
                   .stack_bytes = session->options.stack_bytes.value,
                   .resident_limit_bytes = limit > 0 ? limit : session->host.memory_bytes / 10 * 9,
                   .timeout_s = session->options.timeout_s.value},
        .record = record};
    bool good = loop_run(&loop, interrupted, error);
    struct error late;
    if (!record_close(record, &late) && good) {
        *error = late;
        good = false;
    }
    return good;
}
