/* measure.c - see measure.h. */
#include "harness/driver/repro/measure.h"

#include "harness/driver/limits.h"
#include "harness/stats/quantile.h"
#include "harness/stats/rates.h"
#include "harness/stats/signed_rank.h"

#include <math.h>
#include <string.h>

/* NULL is any. */
static bool is_spec(const char *spec, const char *name, const char *rest)
{
    return spec == NULL || result_named(spec, name, rest);
}

static bool is_picked(const struct repro_pick *pick, const struct result_row *row)
{
    return (pick->workload == NULL || strcmp(pick->workload, row->workload) == 0) &&
           is_spec(pick->strategy, row->strategy, row->options) &&
           is_spec(pick->allocator, row->allocator, row->knobs) &&
           (pick->batch == 0 || pick->batch == row->batch) &&
           (pick->threads == 0 || pick->threads == row->threads) && !row->twin;
}

/* The next row picked at or behind *at; NULL at the end. */
static const struct result_row *next(const struct repro_runs *runs, const struct repro_pick *pick, size_t *at)
{
    const struct results *results = &runs->results[pick->experiment];
    while (runs->ran[pick->experiment] && *at < results->row_count) {
        const struct result_row *row = &results->rows[(*at)++];
        if (is_picked(pick, row))
            return row;
    }
    return NULL;
}

/* -1: it was not measured. */
static double item_time(const struct result_row *row)
{
    bool timed = row->outcome == OUTCOME_OK && row->median_ns > 0 && row->batch > 0;
    return timed ? row->median_ns / (double)row->batch : -1;
}

/* That of the first trial picked in a round that was measured. */
static double paired_time(const struct repro_runs *runs, const struct repro_pick *pick, uint64_t round)
{
    size_t at = 0;
    for (const struct result_row *row; (row = next(runs, pick, &at)) != NULL;) {
        if (row->round == round && item_time(row) > 0)
            return item_time(row);
    }
    return -1;
}

struct repro_ratio repro_ratio(const struct repro_runs *runs, const struct repro_pick *over,
                               const struct repro_pick *under)
{
    double logs[LIMIT_ROUNDS];
    struct repro_ratio ratio = {.low = (double)NAN, .high = (double)NAN};
    struct shift shift;
    size_t at = 0;
    for (const struct result_row *row; ratio.pairs < LIMIT_ROUNDS && (row = next(runs, over, &at)) != NULL;) {
        double above = item_time(row), below = paired_time(runs, under, row->round);
        if (above > 0 && below > 0)
            logs[ratio.pairs++] = log(above / below);
    }
    if (ratio.pairs == 0 || !shift_estimate(logs, ratio.pairs, 0.05, &shift))
        return ratio;
    ratio.known = true;
    ratio.ratio = exp(shift.estimate);
    if (shift.interval) {
        ratio.low = exp(shift.low);
        ratio.high = exp(shift.high);
    }
    return ratio;
}

static uint64_t count_in(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));
    return value < 0 ? 0 : (uint64_t)value;
}

struct repro_endings repro_endings(const struct repro_runs *runs, const struct repro_pick *pick)
{
    struct repro_endings endings = {.trials = 0};
    size_t at = 0;
    for (const struct result_row *row; (row = next(runs, pick, &at)) != NULL;) {
        if (row->outcome == OUTCOME_REFUSED || row->outcome == OUTCOME_LOST)
            continue;
        const json_t *crash = json_object_get(row->json, "crash");
        const char *signature = json_string_value(json_object_get(crash, "signature"));
        const char *class = json_string_value(json_object_get(crash, "address_class"));
        endings.trials++;
        endings.bad +=
            row->outcome == OUTCOME_CRASH || row->outcome == OUTCOME_ABORT || row->outcome == OUTCOME_HANG;
        endings.corrupt += count_in(row->json, "samples_corrupt");
        endings.samples += count_in(row->json, "samples_checked") + count_in(row->json, "samples_corrupt");
        endings.at_0x10 += class != NULL && strcmp(class, "null+0x10") == 0;
        endings.interning += signature != NULL && strstr(signature, " intern") != NULL;
    }
    if (endings.samples >= endings.bad && endings.samples > 0)
        rate_interval(endings.bad, endings.samples, &endings.low, &endings.high);
    return endings;
}

/* The median of a figure over the trials picked, -1 where there is none; a figure below 0 is none. */
static double median_over(const struct repro_runs *runs, const struct repro_pick *pick,
                          double (*figure)(const struct result_row *, const void *), const void *context)
{
    double values[LIMIT_ROUNDS];
    size_t count = 0, at = 0;
    for (const struct result_row *row; count < LIMIT_ROUNDS && (row = next(runs, pick, &at)) != NULL;) {
        double value = row->outcome == OUTCOME_OK ? figure(row, context) : -1;
        if (value >= 0)
            values[count++] = value;
    }
    return median_sorting(values, count);
}

static bool is_named(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; (at = strstr(at, name)) != NULL; at += length) {
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

static double share_of(const struct result_row *row, const void *context)
{
    double all = 0, named = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(row->json, "phases_ns"), name, value)
    {
        all += json_number_value(value);
        named += is_named(context, name) ? json_number_value(value) : 0;
    }
    return all > 0 ? named / all : -1;
}

double repro_phase_share(const struct repro_runs *runs, const struct repro_pick *pick, const char *phases)
{
    return median_over(runs, pick, share_of, phases);
}

static double figure_of(const struct result_row *row, const void *context)
{
    const char *const *path = context;
    return result_number(row, path[0], path[1]);
}

double repro_figure(const struct repro_runs *runs, const struct repro_pick *pick, const char *object,
                    const char *name)
{
    const char *const path[] = {object, name};
    return median_over(runs, pick, figure_of, path);
}

static double time_of(const struct result_row *row, const void *context)
{
    (void)context;
    return row->median_ns;
}

double repro_time_ns(const struct repro_runs *runs, const struct repro_pick *pick)
{
    return median_over(runs, pick, time_of, NULL);
}

const char *repro_replay(const struct repro_runs *runs, const struct repro_pick *pick)
{
    size_t at = 0;
    const struct result_row *row = next(runs, pick, &at);
    return row == NULL ? NULL : row->replay;
}
