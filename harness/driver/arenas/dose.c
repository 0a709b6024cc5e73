/* dose.c - see dose.h. */
#include "harness/driver/arenas/dose.h"

#include "harness/driver/limits.h"
#include "harness/stats/holm.h"
#include "harness/stats/quantile.h"
#include "harness/stats/trend.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Times of one dose: a row a round, a column a limit; 0 where there is none. */
struct times {
    double *ns;
    size_t rounds;
};

static double *time_at(const struct times *times, size_t round, size_t limit)
{
    return &times->ns[round * ARENAS_LIMITS_MAX + limit];
}

static bool is_variant(const struct result_row *row, const char *variant)
{
    return result_named(variant, row->allocator, row->knobs);
}

static bool place(const struct result_row *row, const struct arenas_bases *bases,
                  const struct arenas_base **base, size_t *limit)
{
    for (size_t i = 0; i < bases->count; i++) {
        *base = &bases->items[i];
        for (*limit = 0; *limit < (*base)->limit_count; (*limit)++) {
            if (is_variant(row, (*base)->variants[*limit]))
                return true;
        }
    }
    return false;
}

static bool is_of(const struct arenas_dose *dose, const struct result_row *row,
                  const struct arenas_base *base)
{
    return dose->base == base && dose->threads == row->threads && dose->batch == row->batch &&
           strcmp(dose->strategy, row->strategy) == 0;
}

static struct arenas_dose *dose_of(struct arenas_doses *doses, const struct result_row *row,
                                   const struct arenas_base *base, struct error *error)
{
    for (size_t i = 0; i < doses->count; i++) {
        if (is_of(&doses->items[i], row, base))
            return &doses->items[i];
    }
    if (doses->count == ARENAS_DOSES_MAX) {
        error_set(error, "more than %d combinations of allocator, strategy, and threads", ARENAS_DOSES_MAX);
        return NULL;
    }
    struct arenas_dose *dose = &doses->items[doses->count++];
    *dose = (struct arenas_dose){
        .base = base, .strategy = row->strategy, .threads = row->threads, .batch = row->batch, .p = 1};
    for (size_t i = 0; i < ARENAS_LIMITS_MAX; i++)
        dose->levels[i] = (struct arenas_level){.median_ns = -1,
                                                .p99_ns = -1,
                                                .rss_bytes = -1,
                                                .threads_per_arena = -1,
                                                .arenas = -1,
                                                .lock_waits = -1};
    return dose;
}

static void most(int64_t *into, double value)
{
    if (value > (double)*into)
        *into = (int64_t)value;
}

static void level_note(struct arenas_level *level, const struct result_row *row)
{
    if (row->outcome == OUTCOME_REFUSED || row->outcome == OUTCOME_LOST)
        return;
    level->trials++;
    level->ok += row->outcome == OUTCOME_OK;
    level->crashes += row->outcome != OUTCOME_OK && row->outcome != OUTCOME_OOM;
    most(&level->threads_per_arena, result_number(row, "contention", "threads_per_arena_max"));
    most(&level->arenas, result_number(row, "contention", "arenas"));
}

/* The median of a figure of the ok trials of a level, -1 if there is none. */
static double level_median(const struct results *results, const struct arenas_dose *dose, size_t limit,
                           double (*figure)(const struct result_row *), double *room)
{
    size_t count = 0;
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        double value;
        if (row->outcome == OUTCOME_OK && is_of(dose, row, dose->base) &&
            is_variant(row, dose->base->variants[limit]) && (value = figure(row)) >= 0)
            room[count++] = value;
    }
    return median_sorting(room, count);
}

static double time_of(const struct result_row *row)
{
    return row->median_ns;
}

static double rss_of(const struct result_row *row)
{
    return result_number(row, "memory", "rss_peak_bytes");
}

static double p99_of(const struct result_row *row)
{
    return result_number(row, "counters", "allocation_p99_ns");
}

static double waits_of(const struct result_row *row)
{
    return result_number(row, "contention", "lock_waits");
}

static void levels_fill(const struct results *results, struct arenas_dose *dose, double *room)
{
    for (size_t i = 0; i < dose->base->limit_count; i++) {
        struct arenas_level *level = &dose->levels[i];
        level->median_ns = level_median(results, dose, i, time_of, room);
        level->rss_bytes = level_median(results, dose, i, rss_of, room);
        level->p99_ns = level_median(results, dose, i, p99_of, room);
        level->lock_waits = (int64_t)level_median(results, dose, i, waits_of, room);
    }
}

static void times_fill(const struct results *results, const struct arenas_dose *dose, struct times *times)
{
    memset(times->ns, 0, times->rounds * ARENAS_LIMITS_MAX * sizeof *times->ns);
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (row->outcome != OUTCOME_OK || row->median_ns <= 0 || !is_of(dose, row, dose->base))
            continue;
        for (size_t limit = 0; limit < dose->base->limit_count; limit++) {
            if (is_variant(row, dose->base->variants[limit]))
                *time_at(times, row->round, limit) = row->median_ns;
        }
    }
}

/* Student's 90 % interval of the rounds' log ratios: a limit over none. */
static void level_effect(struct arenas_level *level, const struct times *times, size_t limit, size_t none)
{
    double sum = 0, squares = 0;
    level->pairs = 0;
    for (size_t round = 0; round < times->rounds; round++) {
        double few = *time_at(times, round, limit), many = *time_at(times, round, none);
        if (few <= 0 || many <= 0)
            continue;
        double ratio = log(few / many);
        level->pairs++;
        sum += ratio;
        squares += ratio * ratio;
    }
    double n = (double)level->pairs, mean = n > 0 ? sum / n : (double)NAN;
    level->effect = expm1(mean);
    level->effect_low = level->effect_high = (double)NAN;
    if (level->pairs < 3)
        return;
    double variance = fmax(0, (squares - n * mean * mean) / (n - 1));
    double half = gsl_cdf_tdist_Pinv(0.95, n - 1) * sqrt(variance / n);
    level->effect_low = expm1(mean - half);
    level->effect_high = expm1(mean + half);
}

static void effects_fill(struct arenas_dose *dose, const struct times *times)
{
    const struct arenas_level *few = &dose->levels[0];
    for (size_t i = 0; i < dose->base->limit_count; i++)
        level_effect(&dose->levels[i], times, i, dose->base->limit_count - 1);
    dose->pairs = few->pairs;
    dose->effect = few->effect;
    dose->effect_low = few->effect_low;
    dose->effect_high = few->effect_high;
}

/* What a time is over the mean of its round, as a logarithm; false where there is nothing to compare. */
static bool aligned(const struct arenas_dose *dose, const struct times *times, size_t round, size_t limit,
                    double *value)
{
    double sum = 0, ns = *time_at(times, round, limit);
    size_t known = 0;
    for (size_t i = 0; i < dose->base->limit_count; i++) {
        double other = *time_at(times, round, i);
        sum += other > 0 ? log(other) : 0;
        known += other > 0;
    }
    if (ns <= 0 || known < 2)
        return false;
    *value = log(ns) - sum / (double)known;
    return true;
}

/* The groups run from no limit to the lowest, so that a rising trend is one of slowing. Limits that leave an
 * arena to every thread are no dose: they are one group with no limit. */
static void trend_fill(struct arenas_dose *dose, const struct times *times, double *room)
{
    size_t counts[ARENAS_LIMITS_MAX] = {0}, groups = 0, used = 0;
    for (size_t limit = dose->base->limit_count; limit-- > 0;) {
        if (groups == 0 || dose->base->limits[limit] < dose->threads)
            groups++;
        for (size_t round = 0; round < times->rounds; round++) {
            if (aligned(dose, times, round, limit, &room[used])) {
                used++;
                counts[groups - 1]++;
            }
        }
    }
    struct trend_test test;
    dose->p = trend_jonckheere(room, counts, groups, &test) ? test.p_increasing : 1;
}

/* By the allocator's own count; or because more threads allocated than there were arenas. */
static bool shares(const struct arenas_dose *dose)
{
    const struct arenas_level *level = &dose->levels[0];
    return level->threads_per_arena >= 2 ||
           (level->arenas > 0 && (uint64_t)level->arenas <= dose->base->limits[0] &&
            dose->threads > (uint64_t)level->arenas);
}

/* Whether on one thread the limit made no difference that matters; false also where that was not measured. */
static bool control_is_null(const struct arenas_doses *doses, const struct arenas_dose *dose)
{
    for (size_t i = 0; i < doses->count; i++) {
        const struct arenas_dose *one = &doses->items[i];
        if (one->threads == 1 && one->base == dose->base && one->batch == dose->batch &&
            strcmp(one->strategy, dose->strategy) == 0)
            return one->effect_low < ARENAS_MARGIN; /* false for NaN */
    }
    return false;
}

static enum arenas_verdict verdict(const struct arenas_doses *doses, const struct arenas_dose *dose)
{
    if (dose->base->limit_count < 2 || dose->threads < 2 || !dose->shared || dose->pairs == 0)
        return ARENAS_NOT_TESTED;
    if (dose->p < 0.05 && dose->effect > ARENAS_MARGIN && control_is_null(doses, dose))
        return ARENAS_SUPPORTED;
    return dose->effect_high < ARENAS_MARGIN ? ARENAS_REFUTED : ARENAS_INCONCLUSIVE;
}

static void correct(struct arenas_doses *doses)
{
    double p[ARENAS_DOSES_MAX];
    size_t where[ARENAS_DOSES_MAX], count = 0;
    for (size_t i = 0; i < doses->count; i++) {
        if (doses->items[i].threads > 1 && doses->items[i].base->limit_count > 1) {
            where[count] = i;
            p[count++] = doses->items[i].p;
        }
    }
    holm_correct(p, count);
    for (size_t i = 0; i < count; i++)
        doses->items[where[i]].p = p[i];
}

/* Crashes of all doses together, by the place of the limit: 0 is none, the highest is the fewest arenas. */
static void crashes_fill(struct arenas_doses *doses)
{
    uint64_t events[ARENAS_LIMITS_MAX] = {0}, trials[ARENAS_LIMITS_MAX] = {0};
    double scores[ARENAS_LIMITS_MAX];
    for (size_t i = 0; i < doses->count; i++) {
        const struct arenas_dose *dose = &doses->items[i];
        if (dose->threads < 2)
            continue;
        for (size_t limit = 0; limit < dose->base->limit_count; limit++) {
            size_t group = dose->base->limit_count - 1 - limit;
            events[group] += dose->levels[limit].crashes;
            trials[group] += dose->levels[limit].trials;
            doses->crashes += dose->levels[limit].crashes;
            doses->trials += dose->levels[limit].trials;
        }
    }
    for (size_t i = 0; i < ARENAS_LIMITS_MAX; i++)
        scores[i] = (double)i;
    struct trend_test test;
    doses->crash_p =
        trend_cochran_armitage(events, trials, scores, ARENAS_LIMITS_MAX, &test) ? test.p_increasing : 1;
}

static void doses_judge(struct arenas_doses *doses)
{
    correct(doses);
    for (size_t i = 0; i < doses->count; i++)
        doses->items[i].shared = shares(&doses->items[i]);
    for (size_t i = 0; i < doses->count; i++)
        doses->items[i].verdict = verdict(doses, &doses->items[i]);
    crashes_fill(doses);
}

/* Bases in their order, strategies by name, threads upwards. */
static int in_order(const void *a, const void *b)
{
    const struct arenas_dose *left = a, *right = b;
    if (left->base != right->base)
        return left->base < right->base ? -1 : 1;
    int names = strcmp(left->strategy, right->strategy);
    return names != 0 ? names : (left->threads > right->threads) - (left->threads < right->threads);
}

bool arenas_doses_make(const struct results *results, const struct arenas_bases *bases,
                       struct arenas_doses *doses, struct error *error)
{
    *doses = (struct arenas_doses){.crash_p = 1};
    struct times times = {.rounds = 1};
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        const struct arenas_base *base;
        size_t limit;
        if (!place(row, bases, &base, &limit) || row->round >= LIMIT_ROUNDS)
            continue;
        struct arenas_dose *dose = dose_of(doses, row, base, error);
        if (dose == NULL)
            return false;
        level_note(&dose->levels[limit], row);
        if (row->round >= times.rounds)
            times.rounds = row->round + 1;
    }
    times.ns = calloc(times.rounds * ARENAS_LIMITS_MAX, sizeof *times.ns);
    size_t values = times.rounds * ARENAS_LIMITS_MAX + results->row_count;
    double *room = calloc(values, sizeof *room);
    bool good = times.ns != NULL && room != NULL;
    for (size_t i = 0; good && i < doses->count; i++) {
        levels_fill(results, &doses->items[i], room);
        times_fill(results, &doses->items[i], &times);
        effects_fill(&doses->items[i], &times);
        trend_fill(&doses->items[i], &times, room);
    }
    free(times.ns);
    free(room);
    if (!good)
        return error_set(error, "no memory");
    qsort(doses->items, doses->count, sizeof doses->items[0], in_order);
    doses_judge(doses);
    return true;
}

enum arenas_verdict arenas_verdict_of(const struct arenas_doses *doses, const struct arenas_base *base,
                                      const char *strategy)
{
    enum arenas_verdict found = ARENAS_NOT_TESTED;
    for (size_t i = 0; i < doses->count; i++) {
        const struct arenas_dose *dose = &doses->items[i];
        if (dose->base != base || strcmp(dose->strategy, strategy) != 0 || dose->verdict == ARENAS_NOT_TESTED)
            continue;
        if (dose->verdict == ARENAS_SUPPORTED)
            return ARENAS_SUPPORTED;
        if (found != ARENAS_INCONCLUSIVE)
            found = dose->verdict;
    }
    return found;
}

const char *arenas_verdict_name(enum arenas_verdict verdict)
{
    static const char *const names[] = {"-", "supported", "refuted", "inconclusive"};
    return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "-";
}
