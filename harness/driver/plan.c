/* plan.c - see plan.h. */
#include "harness/driver/plan.h"

#include "harness/driver/limits.h"
#include "harness/driver/random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MS_NS          UINT64_C(1000000)
#define OVERHEAD_NS    (40 * MS_NS)   /* of a trial: starting it, its set-up, its end */
#define MILLION_NS     (2000 * MS_NS) /* each million items, made once and ten times inserted and checked */
#define SAMPLE_MIN_NS  (20 * MS_NS)
#define SAMPLE_MAX_NS  (2000 * MS_NS)
#define SEARCH_NS      (5000 * MS_NS) /* of a trial that looks for a crash */
#define MEASURED_SHARE 0.8

enum { SAMPLES_MIN = 5, PERTURB_ONE_IN = 200, PACE_TIMES = 4 };

/* The axes of the matrix but for strategy and threads, at one point. */
struct point {
    const char *workload, *bind, *allocator, *build;
    uint64_t batch;
    bool interned, encoded;
};

static bool cell_put(struct run_plan *plan, const struct point *point, const char *strategy, uint64_t threads,
                     bool twin, struct error *error)
{
    if (plan->cell_count == LIMIT_CELLS)
        return error_set(error, "the matrix has more than %d cells; ask for less at once", LIMIT_CELLS);
    if ((plan->cell_count & (plan->cell_count - 1)) == 0) {
        size_t room = plan->cell_count == 0 ? 1 : 2 * plan->cell_count;
        struct cell *grown = realloc(plan->cells, room * sizeof *grown);
        if (grown == NULL)
            return error_set(error, "no memory for the plan");
        plan->cells = grown;
    }
    struct cell *cell = &plan->cells[plan->cell_count++];
    *cell = (struct cell){.batch = point->batch,
                          .threads = threads,
                          .interned = point->interned,
                          .encoded = point->encoded,
                          .twin = twin};
    snprintf(cell->workload, sizeof cell->workload, "%s", point->workload);
    snprintf(cell->bind, sizeof cell->bind, "%s", point->bind);
    snprintf(cell->allocator, sizeof cell->allocator, "%s", point->allocator);
    snprintf(cell->strategy, sizeof cell->strategy, "%s", strategy);
    snprintf(cell->build, sizeof cell->build, "%s", point->build);
    return true;
}

/* A cell in each build. */
static bool cell_add(struct run_plan *plan, const struct run_options *options, const struct point *point,
                     const char *strategy, uint64_t threads, bool twin, struct error *error)
{
    for (size_t i = 0; i < plan->builds; i++) {
        struct point here = *point;
        here.build = options->builds.count == 0 ? "" : options->builds.items[i];
        if (!cell_put(plan, &here, strategy, threads, twin, error))
            return false;
    }
    return true;
}

/* A serial strategy is one cell, whatever the thread counts. */
static bool cells_of_strategy(struct run_plan *plan, const struct run_options *options,
                              const struct point *point, const char *strategy,
                              const struct catalogue *catalogue, struct error *error)
{
    const struct catalogue_strategy *row = catalogue_find(catalogue, strategy);
    if (row == NULL)
        return error_set(error, "unknown strategy '%.100s'", strategy);
    if (row->parallel) {
        for (size_t i = 0; i < options->threads.count; i++) {
            if (!cell_add(plan, options, point, strategy, options->threads.items[i], false, error))
                return false;
        }
        return true;
    }
    plan->serial_once = true;
    bool twin = options->twin && strcmp(strategy, "sequential") == 0;
    return cell_add(plan, options, point, strategy, 1, false, error) &&
           (!twin || cell_add(plan, options, point, strategy, 1, true, error));
}

/* Allocators x strategies at one point of the other axes. */
static bool point_cells(struct run_plan *plan, const struct run_options *options, struct point *point,
                        const struct catalogue *catalogue, struct error *error)
{
    for (size_t a = 0; a < options->allocators.count; a++) {
        point->allocator = options->allocators.items[a];
        for (size_t s = 0; s < options->strategies.count; s++) {
            if (!cells_of_strategy(plan, options, point, options->strategies.items[s], catalogue, error))
                return false;
        }
    }
    return true;
}

/* Bindings x batches for one workload, symbols and keys. */
static bool mode_cells(struct run_plan *plan, const struct run_options *options, struct point *point,
                       const struct catalogue *catalogue, struct error *error)
{
    for (size_t b = 0; b < options->binds.count; b++) {
        point->bind = options->binds.items[b];
        for (size_t n = 0; n < options->batches.count; n++) {
            point->batch = options->batches.items[n];
            if (!point_cells(plan, options, point, catalogue, error))
                return false;
        }
    }
    return true;
}

static bool cells_make(struct run_plan *plan, const struct run_options *options,
                       const struct catalogue *catalogue, struct error *error)
{
    for (size_t w = 0; w < options->workloads.count; w++) {
        struct point point = {.workload = options->workloads.items[w]};
        for (unsigned mode = 0; mode < 4; mode++) {
            unsigned symbols = mode & 1 ? SYMBOLS_INLINE : SYMBOLS_INTERNED;
            unsigned keys = mode & 2 ? KEYS_ENCODED : KEYS_EXPRESSIONS;
            point.interned = symbols == SYMBOLS_INTERNED;
            point.encoded = keys == KEYS_ENCODED;
            bool asked = (options->symbols & symbols) != 0 && (options->keys & keys) != 0;
            if (asked && !mode_cells(plan, options, &point, catalogue, error))
                return false;
        }
    }
    return true;
}

/* Leaves the cells that options->cells number, each with its like in the other builds. */
static bool cells_choose(struct run_plan *plan, const struct run_options *options, struct error *error)
{
    if (options->cells.count == 0)
        return true;
    bool *chosen = calloc(plan->cell_count + 1, sizeof *chosen);
    if (chosen == NULL)
        return error_set(error, "no memory for the plan");
    bool good = true;
    for (size_t i = 0; good && i < options->cells.count; i++) {
        size_t cell = (size_t)options->cells.items[i] - 1;
        good = cell < plan->cell_count ||
               error_set(error, "--cells: there are no more than %zu cells", plan->cell_count);
        if (good)
            chosen[cell / plan->builds] = true;
    }
    size_t kept = 0;
    for (size_t i = 0; good && i < plan->cell_count; i++) {
        if (chosen[i / plan->builds])
            plan->cells[kept++] = plan->cells[i];
    }
    plan->cell_count = kept;
    free(chosen);
    return good;
}

/* What a round takes beside the time that its trials sample for. */
static double round_overhead_ns(const struct run_plan *plan)
{
    uint64_t sum_ns = plan->cell_count * OVERHEAD_NS;
    for (size_t i = 0; i < plan->cell_count; i++)
        sum_ns += plan->cells[i].batch / 1000000 * MILLION_NS;
    return (double)sum_ns;
}

/* Shares the budget out; fewer rounds rather than shorter samples. */
static void budget_share(struct run_plan *plan, double budget_s)
{
    double measured_ns = budget_s * 1e9 * MEASURED_SHARE, overhead_ns = round_overhead_ns(plan);
    double least_ns = (double)(plan->cell_count * SAMPLE_MIN_NS) + overhead_ns;
    if (least_ns * (double)plan->round_count > measured_ns) {
        double fit = measured_ns / least_ns;
        plan->round_count = fit < 1 ? 1 : (uint64_t)fit;
    }
    double each_ns = measured_ns / (double)plan_trials(plan) - overhead_ns / (double)plan->cell_count;
    plan->time_ns = each_ns < (double)SAMPLE_MIN_NS   ? SAMPLE_MIN_NS
                    : each_ns > (double)SAMPLE_MAX_NS ? SAMPLE_MAX_NS
                                                      : (uint64_t)(each_ns / (double)MS_NS) * MS_NS;
}

static void sampling_decide(struct run_plan *plan, const struct run_options *options)
{
    struct trial_args preset;
    trial_args_init(&preset);
    bool exact = options->samples.given;
    plan->round_count = options->only_round.given ? 1 : options->rounds.value;
    plan->rounds_asked = plan->round_count;
    plan->round_first = options->only_round.given ? options->only_round.value : 0;
    plan->samples_min = exact ? options->samples.value : SAMPLES_MIN;
    plan->samples_max = exact ? options->samples.value : preset.samples_max;
    plan->precision = exact ? 0 : options->precision_percent.value / 100;
    if (plan->until_crash && !exact) {
        plan->samples_max = PAGE_SAMPLES_MAX;
        plan->time_ns = SEARCH_NS;
        if (!options->only_round.given)
            plan->round_count = LIMIT_ROUNDS;
        plan->rounds_asked = plan->round_count;
    } else if (!exact) {
        budget_share(plan, options->budget_s.value);
    }
}

/* FNV-1a, 64 bits (Fowler, Noll, Vo), over text and the NUL that ends it. */
static void hash_text(uint64_t *hash, const char *text)
{
    do {
        *hash = (*hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    } while (*text++ != '\0');
}

static void hash_number(uint64_t *hash, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, number);
    hash_text(hash, text);
}

static void hash_make(struct run_plan *plan)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const uint64_t numbers[] = {
        plan->round_first, plan->round_count, plan->seed,         plan->samples_min,
        plan->samples_max, plan->time_ns,     plan->replay,       (uint64_t)(plan->precision * 1e9),
        plan->search,      plan->until_crash, plan->perturb_seed, plan->perturb_one_in,
        plan->preempt_us,  plan->alone};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        hash_number(&hash, numbers[i]);
    for (size_t i = 0; i < plan->cell_count; i++) {
        const struct cell *cell = &plan->cells[i];
        const char *const texts[] = {cell->workload, cell->strategy, cell->allocator, cell->bind,
                                     cell->build};
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++)
            hash_text(&hash, texts[j]);
        hash_number(&hash, cell->batch);
        hash_number(&hash, cell->threads);
        hash_number(&hash, 4u * cell->interned + 2u * cell->encoded + cell->twin);
    }
    snprintf(plan->hash, sizeof plan->hash, "%016" PRIx64, hash);
}

bool plan_make(const struct run_options *options, const struct catalogue *catalogue, struct run_plan *plan,
               struct error *error)
{
    *plan = (struct run_plan){.seed = options->seed.value,
                              .builds = options->builds.count == 0 ? 1 : options->builds.count,
                              .replay = options->replay,
                              .alone = options->alone,
                              .search = options->perturb_seed.given || options->preempt_us.given ||
                                        options->until_crash,
                              .until_crash = options->until_crash,
                              .budget_s = options->budget_s.value,
                              .perturb_seed = options->perturb_seed.value,
                              .perturb_one_in = options->perturb_seed.given ? PERTURB_ONE_IN : 0,
                              .preempt_us = options->preempt_us.value};
    if (!cells_make(plan, options, catalogue, error) || !cells_choose(plan, options, error)) {
        plan_free(plan);
        return false;
    }
    sampling_decide(plan, options);
    hash_make(plan);
    return true;
}

void plan_free(struct run_plan *plan)
{
    free(plan->cells);
    *plan = (struct run_plan){0};
}

uint64_t plan_trials(const struct run_plan *plan)
{
    return plan->cell_count * plan->round_count;
}

/* Swaps two of the groups of `width` that order is made of. */
static void groups_swap(uint32_t *order, size_t one, size_t other, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        uint32_t kept = order[one * width + i];
        order[one * width + i] = order[other * width + i];
        order[other * width + i] = kept;
    }
}

/* Fisher and Yates, over groups of `width`. */
static void shuffle(uint32_t *order, size_t groups, size_t width, uint64_t *state)
{
    for (size_t i = groups; i > 1; i--)
        groups_swap(order, i - 1, random_below(state, i), width);
}

/* Williams' first row, 0, n-1, 1, n-2 ...: of an even n every step from one entry to the next is another. */
static size_t zigzag(size_t at, size_t n)
{
    return at % 2 == 0 ? at / 2 : n - 1 - at / 2;
}

/* Row `row` of the square over the cells in names[n], each `width` of the plan's beside each other. */
static void square_row(const uint32_t *names, size_t n, size_t row, size_t width, uint32_t *order)
{
    for (size_t at = 0; at < n; at++) {
        for (size_t i = 0; i < width; i++)
            order[at * width + i] = (uint32_t)(names[(zigzag(at, n) + row) % n] * width + i);
    }
}

static void names_draw(uint32_t *names, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++)
        names[i] = (uint32_t)i;
    shuffle(names, n, 1, state);
}

bool plan_order(const struct run_plan *plan, uint64_t round, uint32_t *order)
{
    size_t width = plan->builds > 1 ? plan->builds : 1, n = plan->cell_count / width;
    uint32_t *names = malloc((2 * n + 1) * sizeof *names), *rows = names + n;
    if (names == NULL)
        return false;
    uint64_t seed = plan->seed, square = n == 0 ? 0 : round / n;
    uint64_t state = random_next(&seed) ^ square, own = random_next(&seed) ^ round;
    names_draw(names, n, &state);
    names_draw(rows, n, &state);
    square_row(names, n, n == 0 ? 0 : rows[round % n], width, order);
    for (size_t i = 0; width > 1 && i < plan->cell_count; i += width)
        shuffle(order + i, width, 1, &own);
    free(names);
    return true;
}

void plan_request(const struct run_plan *plan, size_t index, uint64_t round, uint64_t position,
                  struct trial_request *request)
{
    const struct cell *cell = &plan->cells[index];
    *request = (struct trial_request){.cell = *cell, .round = round, .position = position};
    struct trial_args *args = &request->args;
    trial_args_init(args);
    memcpy(args->workload, cell->workload, sizeof args->workload);
    memcpy(args->strategy, cell->strategy, sizeof args->strategy);
    memcpy(args->allocator, cell->allocator, sizeof args->allocator);
    memcpy(args->bind, cell->bind, sizeof args->bind);
    args->batch = cell->batch;
    args->threads = cell->threads;
    args->interned = cell->interned;
    args->encoded = cell->encoded;
    args->replay = plan->replay;
    args->seed = plan->seed;
    args->round = round;
    args->samples_min = plan->samples_min;
    args->samples_max = plan->samples_max;
    args->time_ns = plan->time_ns;
    args->precision = plan->precision;
    args->alone = plan->alone;
    args->search = plan->search;
    args->perturb_seed = plan->perturb_seed;
    args->perturb_one_in = plan->perturb_one_in;
    args->preempt_us = plan->preempt_us;
}

void plan_pace(const struct run_plan *plan, uint64_t samples, struct trial_request *request)
{
    struct trial_args *args = &request->args;
    if (plan->time_ns == 0 || plan->search || samples == 0)
        return;
    args->samples_max = samples;
    args->samples_min = samples < plan->samples_min ? samples : plan->samples_min;
    args->time_ns = PACE_TIMES * plan->time_ns;
    args->precision = 0;
}

void plan_print(const struct run_plan *plan, bool cells, FILE *out)
{
    fprintf(out, "plan %s: %zu cell%s x %" PRIu64 " round%s = %" PRIu64 " trials, seed %" PRIu64 "\n",
            plan->hash, plan->cell_count, plan->cell_count == 1 ? "" : "s", plan->round_count,
            plan->round_count == 1 ? "" : "s", plan_trials(plan), plan->seed);
    if (plan->until_crash) {
        fprintf(out, "each cell is repeated until it crashes, for at most %.0f s\n",
                plan->budget_s / (double)plan->cell_count);
        return;
    }
    if (plan->time_ns > 0)
        fprintf(out,
                "each samples for %" PRIu64 " ms, at least %" PRIu64
                " samples; at most about %.0f s in all\n",
                plan->time_ns / MS_NS, plan->samples_min,
                ((double)(plan_trials(plan) * plan->time_ns) +
                 (double)plan->round_count * round_overhead_ns(plan)) *
                    1e-9);
    else
        fprintf(out, "each takes %" PRIu64 " samples\n", plan->samples_max);
    if (plan->round_count < plan->rounds_asked)
        fprintf(out, "rounds cut from %" PRIu64 " to %" PRIu64 ": the budget allows no more (--budget)\n",
                plan->rounds_asked, plan->round_count);
    if (plan->serial_once)
        fprintf(out, "serial strategies run on 1 thread, once, whatever --threads says\n");
    for (size_t i = 0; cells && i < plan->cell_count; i++) {
        char text[8 * CELL_TEXT_BYTES];
        cell_text(&plan->cells[i], text, sizeof text);
        fprintf(out, "%5zu  %s\n", i + 1, text);
    }
}
