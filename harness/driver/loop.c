/* loop.c - see loop.h. */
#include "harness/driver/loop.h"

#include "harness/driver/progress.h"
#include "harness/driver/replay.h"
#include "harness/driver/trial/supervise.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A signal handler reaches nothing but what is static. */
static volatile sig_atomic_t stop_asked;

static void stop_ask(int signal)
{
    (void)signal;
    stop_asked = 1;
}

static const int signals[LOOP_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

/* The second Ctrl-C ends the program at once. One that was ignored (nohup) stays ignored. */
void loop_signals_take(struct sigaction before[LOOP_SIGNALS])
{
    struct sigaction action = {.sa_handler = stop_ask, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    stop_asked = 0;
    for (size_t i = 0; i < LOOP_SIGNALS; i++) {
        sigaction(signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

void loop_signals_give_back(const struct sigaction before[LOOP_SIGNALS])
{
    for (size_t i = 0; i < LOOP_SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
}

bool loop_stop_asked(void)
{
    return stop_asked != 0;
}

/* The samples that bring a replay as far as this trial came: to its last sample, or into the one that failed.
 */
static uint64_t samples_reached(const struct trial_result *result, uint64_t samples_max)
{
    if (!result->page_valid)
        return samples_max;
    const struct trial_page *page = result->page;
    /* A search times nothing, so it has but checks to count. */
    uint64_t count =
        page->sample_count > 0 ? page->sample_count : page->samples_checked + page->samples_corrupt;
    uint64_t reached = result->outcome == OUTCOME_OK ? count : count + 1;
    return reached < 1 ? 1 : reached > samples_max ? samples_max : reached;
}

/* Adds what a trial found to its cell's search. */
static void search_note(struct search *search, const struct trial_result *result)
{
    search->trials++;
    if (result->page_valid) {
        search->samples += result->page->samples_checked + result->page->samples_corrupt;
        search->corrupt += result->page->samples_corrupt;
    }
    bool crashed = result->outcome == OUTCOME_CRASH || result->outcome == OUTCOME_ABORT;
    search->samples += crashed; /* the one that it died in */
    search->crashes += crashed;
}

/* How the worker of a cell is started: in a build of its own, or as all are. */
static bool launch_of(const struct loop *loop, const struct cell *cell, char *path, size_t size,
                      struct launch_options *launch, struct error *error)
{
    *launch = loop->launch;
    if (cell->build[0] == '\0')
        return true;
    char ordinary[PATH_MAX];
    launch->worker_path = path;
    if (loop->plan->perturb_one_in == 0)
        return build_worker(cell->build, path, size, error);
    return build_worker(cell->build, ordinary, sizeof ordinary, error) &&
           search_worker(ordinary, path, size, error);
}

bool loop_trial(const struct loop *loop, struct trial_request *request, struct trial_result *result,
                struct error *error)
{
    uint64_t samples_max = loop->plan->samples_max;
    struct launch_options launch;
    char path[PATH_MAX];
    if (!launch_of(loop, &request->cell, path, sizeof path, &launch, error) ||
        !replay_trial(loop->program, loop->options, request, samples_max, request->replay,
                      sizeof request->replay, error) ||
        !trial_run(request, &launch, &stop_asked, result, error))
        return false;
    return result->interrupted ||
           (replay_trial(loop->program, loop->options, request, samples_reached(result, samples_max),
                         result->request.replay, sizeof result->request.replay, error) &&
            record_trial(loop->record, result, error));
}

/* What came of a trial, in short. */
struct ended {
    enum outcome outcome;
    uint64_t samples; /* that count; 0 unless it was ok */
};

static bool trial_do(const struct loop *loop, struct trial_request *request, struct search *search,
                     struct ended *ended, bool *interrupted, struct error *error)
{
    struct trial_result *result = calloc(1, sizeof *result);
    if (result == NULL)
        return error_set(error, "no memory");
    bool good = loop_trial(loop, request, result, error);
    if (good && !result->interrupted) {
        ended->outcome = result->outcome;
        ended->samples = result->outcome == OUTCOME_OK ? result->page->sample_count : 0;
        if (search != NULL)
            search_note(search, result);
    }
    *interrupted = good && result->interrupted;
    trial_result_free(result);
    free(result);
    return good;
}

/* In a round, a trial in one build paces the next, where that is of the same cell in another. A trial that an
 * earlier invocation did paces none. */
static void pace(const struct run_plan *plan, size_t before, const struct ended *ended, size_t index,
                 struct trial_request *request)
{
    if (plan->builds > 1 && before / plan->builds == index / plan->builds)
        plan_pace(plan, ended->samples, request);
}

static bool round_run(const struct loop *loop, uint64_t round, const uint32_t *order,
                      struct progress *progress, struct run_summary *summary, bool *interrupted,
                      struct error *error)
{
    struct ended ended = {.outcome = OUTCOME_LOST};
    size_t before = SIZE_MAX;
    for (size_t position = 0; position < loop->plan->cell_count; position++) {
        if (done_has(loop->done, loop->plan, round, order[position]))
            continue;
        *interrupted = stop_asked != 0;
        if (*interrupted)
            return true;
        struct trial_request request;
        plan_request(loop->plan, order[position], round, position, &request);
        pace(loop->plan, before, &ended, order[position], &request);
        before = order[position];
        progress_trial(progress, &request);
        if (!trial_do(loop, &request, NULL, &ended, interrupted, error))
            return false;
        if (*interrupted)
            return true;
        progress_done(progress, ended.outcome);
        summary->trials++;
        summary->outcomes[ended.outcome]++;
    }
    return true;
}

static bool rounds_run(const struct loop *loop, uint32_t *order, struct run_summary *summary,
                       bool *interrupted, struct error *error)
{
    struct progress progress;
    progress_begin(&progress, stderr, loop->options->quiet, plan_trials(loop->plan), loop->done->count);
    bool good = true;
    for (uint64_t i = 0; good && !*interrupted && i < loop->plan->round_count; i++) {
        uint64_t round = loop->plan->round_first + i;
        good = plan_order(loop->plan, round, order) || error_set(error, "no memory for the order of a round");
        good = good && round_run(loop, round, order, &progress, summary, interrupted, error);
    }
    progress_end(&progress);
    return good;
}

/* One cell's rounds, until one crashes or the cell's share of the budget is spent. */
static bool search_cell(const struct loop *loop, size_t index, struct progress *progress,
                        struct run_summary *summary, bool *interrupted, struct error *error)
{
    struct search *search = &loop->searches[index];
    uint64_t started_ns = monotonic_ns();
    double share_s = loop->plan->budget_s / (double)loop->plan->cell_count;
    for (uint64_t i = 0; i < loop->plan->round_count && search->crashes == 0 && search->seconds < share_s;
         i++) {
        *interrupted = stop_asked != 0;
        if (*interrupted)
            return true;
        struct trial_request request;
        plan_request(loop->plan, index, loop->plan->round_first + i, 0, &request);
        uint64_t left_ns = (uint64_t)((share_s - search->seconds) * 1e9);
        if (request.args.time_ns > left_ns)
            request.args.time_ns = left_ns;
        progress_trial(progress, &request);
        struct ended ended = {.outcome = OUTCOME_LOST};
        if (!trial_do(loop, &request, search, &ended, interrupted, error))
            return false;
        if (*interrupted)
            return true;
        search->seconds = (double)(monotonic_ns() - started_ns) * 1e-9;
        progress_done(progress, ended.outcome);
        summary->trials++;
        summary->outcomes[ended.outcome]++;
    }
    return true;
}

static bool search_run(const struct loop *loop, struct run_summary *summary, bool *interrupted,
                       struct error *error)
{
    struct progress progress;
    progress_begin(&progress, stderr, loop->options->quiet, plan_trials(loop->plan), 0);
    bool good = true;
    for (size_t i = 0; good && !*interrupted && i < loop->plan->cell_count; i++)
        good = search_cell(loop, i, &progress, summary, interrupted, error);
    progress_end(&progress);
    return good;
}

bool loop_run(const struct loop *loop, bool *interrupted, struct error *error)
{
    *interrupted = false;
    uint32_t *order = malloc((loop->plan->cell_count + 1) * sizeof *order);
    if (order == NULL)
        return error_set(error, "no memory");
    struct run_summary summary = {.trials = loop->done->count};
    memcpy(summary.outcomes, loop->done->outcomes, sizeof summary.outcomes);
    struct sigaction before[LOOP_SIGNALS];
    loop_signals_take(before);
    uint64_t started_ns = monotonic_ns();
    bool good = loop->searches != NULL ? search_run(loop, &summary, interrupted, error)
                                       : rounds_run(loop, order, &summary, interrupted, error);
    summary.finished = good && !*interrupted;
    summary.seconds = (double)(monotonic_ns() - started_ns) * 1e-9;
    struct error late;
    if (!record_end(loop->record, &summary, &late) && good) {
        *error = late;
        good = false;
    }
    loop_signals_give_back(before);
    free(order);
    return good;
}
