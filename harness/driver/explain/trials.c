/* trials.c - see explain_trials.h. */
#include "harness/driver/explain/trials.h"

#include "harness/driver/trial/crash.h"
#include "harness/driver/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_CRASHES = 7,
    LOOK_TRIALS_MAX = 40,
    LOOK_ROUND_FIRST = 2 * EXPLAIN_ROUNDS_MAX * EXPLAIN_GIVEN_PER_ROUND,
    SAMPLES_PER_MEDIAN = 4,
    SAMPLES_MIN = 3,
    ROUNDS_WANTED = 8,
};

#define LOOK_SHARE 0.25

static double seconds_since(uint64_t then_ns)
{
    return (double)(monotonic_ns() - then_ns) * 1e-9;
}

static bool is_crash(enum outcome outcome)
{
    return outcome == OUTCOME_CRASH || outcome == OUTCOME_ABORT;
}

static uint64_t samples_of(const struct trial_result *result)
{
    uint64_t checked = result->page_valid ? result->page->samples_checked + result->page->samples_corrupt : 0;
    return checked + is_crash(result->outcome); /* the one that it died in */
}

/* How long the worker itself ran, without the look at its stacks. */
static double ran_s(const struct trial_result *result)
{
    uint64_t end_ns = result->page_valid ? result->page->crash_ns : 0;
    bool crashed = is_crash(result->outcome) && end_ns > result->started_ns;
    uint64_t ran_ns = crashed ? end_ns - result->started_ns : result->wall_ns;
    return (double)(ran_ns < result->wall_ns ? ran_ns : result->wall_ns) * 1e-9;
}

static void signature_note(struct explain_row *row, const char *text)
{
    for (size_t i = 0; i < row->signature_count; i++) {
        if (strncmp(row->signatures[i].text, text, EXPLAIN_SIGNATURE_BYTES - 1) == 0) {
            row->signatures[i].count++;
            return;
        }
    }
    if (row->signature_count == EXPLAIN_SIGNATURES_MAX)
        return; /* the commonest is shown, and that many different ones have none */
    struct explain_signature *signature = &row->signatures[row->signature_count++];
    snprintf(signature->text, sizeof signature->text, "%s", text);
    signature->count = 1;
}

static bool result_note(struct explain_row *row, const struct trial_result *result, struct error *error)
{
    row->outcomes[result->outcome]++;
    if (result->outcome == OUTCOME_REFUSED || result->outcome == OUTCOME_LOST)
        return true;
    row->trials++;
    row->samples += samples_of(result);
    if (!is_crash(result->outcome))
        return true;
    row->crashes++;
    json_t *crash = crash_json(result);
    if (crash == NULL)
        return error_set(error, "no memory");
    const char *text = json_string_value(json_object_get(crash, "signature"));
    signature_note(row, text == NULL ? "no signature" : text);
    json_decref(crash);
    return true;
}

/* One trial of a row, into *result, which is the caller's to free either way. */
static bool trial_do(struct explain_trials *trials, const struct explain_row *row,
                     struct trial_request *request, struct trial_result *result, struct error *error)
{
    uint64_t limit = row->options.memory_limit_bytes.value;
    const char *worker = row->options.perturb_seed.given ? trials->perturb_worker_path : trials->worker_path;
    const struct loop loop = {
        .program = trials->program,
        .options = &row->options,
        .plan = &row->plan,
        .launch = {.worker_path = worker,
                   .memory_limit_bytes = limit,
                   .stack_bytes = row->options.stack_bytes.value,
                   .resident_limit_bytes = limit > 0 ? limit : trials->host->memory_bytes / 10 * 9,
                   .timeout_s = row->options.timeout_s.value},
        .record = trials->record};
    progress_trial(trials->progress, request);
    if (!loop_trial(&loop, request, result, error))
        return false;
    trials->interrupted = result->interrupted;
    if (!result->interrupted) {
        progress_done(trials->progress, result->outcome);
        trials->summary.trials++;
        trials->summary.outcomes[result->outcome]++;
    }
    return true;
}

/* Runs a trial and counts it in the row, or, where look is given, in the look: *look is then its number of
 * samples if it crashed, else 0. */
static bool trial_count(struct explain_trials *trials, struct explain_row *row, struct trial_request *request,
                        uint64_t *look, struct error *error)
{
    struct trial_result *result = calloc(1, sizeof *result);
    if (result == NULL)
        return error_set(error, "no memory");
    bool good = trial_do(trials, row, request, result, error);
    if (good && !result->interrupted && look == NULL) {
        good = result_note(row, result, error);
    } else if (good && !result->interrupted) {
        *look = is_crash(result->outcome) ? samples_of(result) : 0;
        trials->look_samples += samples_of(result);
        trials->look_ran_s += ran_s(result);
        trials->look_crashes += is_crash(result->outcome);
        trials->look_void += result->outcome == OUTCOME_REFUSED || result->outcome == OUTCOME_LOST;
        trials->look_trials++;
    }
    trial_result_free(result);
    free(result);
    return good;
}

static int fewer_first(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* From the samples until each crash to what a trial is, and how many there are. */
static void trials_decide(struct explain_trials *trials, const struct explain_rows *rows,
                          uint64_t *crashed_after, size_t count)
{
    qsort(crashed_after, count, sizeof *crashed_after, fewer_first);
    uint64_t median = crashed_after[count / 2];
    double samples = (double)SAMPLES_PER_MEDIAN * (double)median;
    double sample_s = trials->look_ran_s / (double)trials->look_samples;
    double overhead_s = (trials->look_s - trials->look_ran_s) / (double)trials->look_trials;
    size_t per_round = rows->count - 1 + EXPLAIN_GIVEN_PER_ROUND;
    double rounds = (double)(trials->rounds_max < ROUNDS_WANTED ? trials->rounds_max : ROUNDS_WANTED);
    double trial_s = (trials->budget_s - trials->look_s) / ((double)per_round * rounds) - overhead_s;
    double affordable = fmax(trial_s, 0) / sample_s;
    samples = fmax(fmin(samples, affordable), SAMPLES_MIN);
    trials->samples = (uint64_t)fmin(samples, PAGE_SAMPLES_MAX);
    trials->rounds = trials->rounds_max;
}

bool explain_calibrate(struct explain_trials *trials, struct explain_rows *rows, struct error *error)
{
    if (!explain_rows_plan(rows, trials->catalogue, 0, LOOK_TRIALS_MAX, error))
        return false;
    double share_s = LOOK_SHARE * trials->budget_s;
    uint64_t crashed_after[LOOK_CRASHES];
    size_t crashes = 0;
    while (trials->look_trials < LOOK_TRIALS_MAX && crashes < LOOK_CRASHES && trials->look_s < share_s &&
           !trials->interrupted) {
        struct explain_row *given = &rows->rows[0];
        struct trial_request request;
        plan_request(&given->plan, 0, LOOK_ROUND_FIRST + trials->look_trials, 0, &request);
        /* Several trials even where none crashes: some crashes happen at the start of a process or not. */
        request.args.time_ns = (uint64_t)(share_s / LOOK_CRASHES * 1e9);
        uint64_t samples = 0;
        if (!trial_count(trials, given, &request, &samples, error))
            return false;
        trials->look_s = seconds_since(trials->started_ns);
        if (samples > 0)
            crashed_after[crashes++] = samples;
        trials->interrupted = trials->interrupted || loop_stop_asked();
    }
    if (crashes > 0)
        trials_decide(trials, rows, crashed_after, crashes);
    return true;
}

/* One trial of each row, and some of the given cell, which every row is compared with. */
static bool round_run(struct explain_trials *trials, struct explain_rows *rows, uint64_t round,
                      struct error *error)
{
    uint32_t order[EXPLAIN_ROWS_MAX + EXPLAIN_GIVEN_PER_ROUND];
    const struct run_plan slots = {.seed = rows->rows[0].plan.seed,
                                   .cell_count = rows->count - 1 + EXPLAIN_GIVEN_PER_ROUND};
    if (!plan_order(&slots, round, order))
        return error_set(error, "no memory for the order of a round");
    for (size_t position = 0; position < slots.cell_count; position++) {
        bool given = order[position] < EXPLAIN_GIVEN_PER_ROUND;
        struct explain_row *row = &rows->rows[given ? 0 : order[position] - EXPLAIN_GIVEN_PER_ROUND + 1];
        uint64_t of_row = given ? round * EXPLAIN_GIVEN_PER_ROUND + order[position] : round;
        struct trial_request request;
        if (row->missing[0] != '\0')
            continue;
        plan_request(&row->plan, 0, trials->round_first + of_row, position, &request);
        if (!trial_count(trials, row, &request, NULL, error))
            return false;
        trials->interrupted = trials->interrupted || loop_stop_asked();
        if (trials->interrupted)
            return true;
    }
    return true;
}

/* The rounds of the pairs have numbers of their own: a trial of the given cell is known by its round. */
bool explain_rounds_of_pairs(struct explain_trials *trials, struct explain_rows *pairs, struct error *error)
{
    trials->round_first = EXPLAIN_ROUNDS_MAX * EXPLAIN_GIVEN_PER_ROUND;
    trials->rounds = trials->rounds_max;
    return explain_rounds(trials, pairs, error);
}

bool explain_rounds(struct explain_trials *trials, struct explain_rows *rows, struct error *error)
{
    if (!explain_rows_plan(rows, trials->catalogue, trials->samples, trials->rounds, error))
        return false;
    double longest_s = 0;
    uint64_t round = 0;
    while (round < trials->rounds && !trials->interrupted) {
        double begun_s = seconds_since(trials->started_ns);
        if (round > 0 && begun_s + longest_s > trials->budget_s)
            break;
        if (!round_run(trials, rows, round++, error))
            return false;
        longest_s = fmax(longest_s, seconds_since(trials->started_ns) - begun_s);
    }
    trials->rounds = round;
    /* So that the rows' replay lines repeat what was run, and no more. */
    return explain_rows_plan(rows, trials->catalogue, trials->samples, round < 1 ? 1 : round, error);
}
