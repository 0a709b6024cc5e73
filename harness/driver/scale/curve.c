/* curve.c - see curve.h. */
#include "harness/driver/scale/curve.h"

#include "harness/driver/limits.h"
#include "harness/stats/quantile.h"
#include "harness/stats/signed_rank.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 1000 };

static bool is_spec(const char *spec, const struct result_row *row)
{
    return result_named(spec, row->strategy, row->options);
}

static bool is_good(const struct result_row *row)
{
    return row->outcome == OUTCOME_OK && row->median_ns > 0 && !row->twin;
}

/* The time of `sequential` in a round; -1: it has none. */
static double reference_ns(const struct results *results, uint64_t round)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (row->round == round && is_good(row) && strcmp(row->strategy, "sequential") == 0)
            return row->median_ns;
    }
    return -1;
}

/* From the rounds' times and log ratios. False: no memory. */
static bool speedup_of(double *times, double *logs, size_t count, struct scale_speedup *speedup)
{
    struct shift shift;
    *speedup = (struct scale_speedup){.rounds = count};
    if (count == 0)
        return true;
    if (!shift_estimate(logs, count, 0.05, &shift))
        return false;
    speedup->time_ns = median_sorting(times, count);
    speedup->middle = exp(shift.estimate);
    speedup->interval = shift.interval;
    speedup->low = exp(shift.low);
    speedup->high = exp(shift.high);
    return true;
}

/* The speed-up at so many threads, each time with extra_ns more. False: no memory. */
static bool step_speedup(const char *spec, const struct results *results, uint64_t threads, double extra_ns,
                         struct scale_speedup *speedup)
{
    double times[LIMIT_ROUNDS], logs[LIMIT_ROUNDS];
    size_t count = 0;
    for (size_t i = 0; i < results->row_count && count < LIMIT_ROUNDS; i++) {
        const struct result_row *row = &results->rows[i];
        double reference = reference_ns(results, row->round);
        if (row->threads != threads || !is_good(row) || !is_spec(spec, row) || reference <= 0)
            continue;
        times[count] = row->median_ns + extra_ns;
        logs[count] = log(reference / times[count]);
        count++;
    }
    return speedup_of(times, logs, count, speedup);
}

/* What one worker alone would do outside the parts, as a share of all it does: the median of the trials. */
static double serial_share(const char *spec, const struct results *alone, uint64_t threads)
{
    double shares[LIMIT_ROUNDS];
    size_t count = 0;
    for (size_t i = 0; i < alone->row_count && count < LIMIT_ROUNDS; i++) {
        const struct result_row *row = &alone->rows[i];
        double parts = result_number(row, "alone", "parts_ns"),
               longest = result_number(row, "alone", "longest_ns");
        if (row->threads != threads || !is_good(row) || !is_spec(spec, row) || parts < 0 || longest < 0)
            continue;
        double serial = fmax(0, row->median_ns - longest);
        shares[count++] = serial / (serial + parts);
    }
    return median_sorting(shares, count);
}

static struct scale_step *step_of(struct scale_curve *curve, uint64_t threads)
{
    for (size_t i = 0; i < curve->step_count; i++) {
        if (curve->steps[i].threads == threads)
            return &curve->steps[i];
    }
    if (curve->step_count == SCALE_COUNTS_MAX)
        return NULL;
    struct scale_step *step = &curve->steps[curve->step_count++];
    *step = (struct scale_step){.threads = threads, .serial = -1};
    return step;
}

/* A step for each number of threads that the strategy ran with. */
static bool steps_find(const char *spec, const struct results *results, bool measured,
                       struct scale_curve *curve, struct error *error)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (!is_spec(spec, row) || row->twin)
            continue;
        struct scale_step *step = step_of(curve, row->threads);
        if (step == NULL)
            return error_set(error, "--threads: more than %d numbers", SCALE_COUNTS_MAX);
        step->oversubscribed = step->oversubscribed || (measured && row->oversubscribed);
        step->failed += row->outcome != OUTCOME_OK;
        curve->strategy = row->strategy;
        curve->options = row->options;
    }
    return true;
}

static void steps_sort(struct scale_curve *curve)
{
    for (size_t i = 1; i < curve->step_count; i++) {
        for (size_t j = i; j > 0 && curve->steps[j].threads < curve->steps[j - 1].threads; j--) {
            struct scale_step moved = curve->steps[j];
            curve->steps[j] = curve->steps[j - 1];
            curve->steps[j - 1] = moved;
        }
    }
}

/* On processors of their own only: workers that take turns follow another law. */
static bool fits_make(const char *spec, const struct results *measured, uint64_t seed,
                      struct scale_curve *curve, struct error *error)
{
    struct scaling_point points[SCALE_POINTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < measured->row_count; i++) {
        const struct result_row *row = &measured->rows[i];
        if (!is_good(row) || !is_spec(spec, row) || row->oversubscribed)
            continue;
        if (count == SCALE_POINTS_MAX)
            return error_set(error, "more than %d trials of one strategy", SCALE_POINTS_MAX);
        points[count++] = (struct scaling_point){
            .processors = (double)row->threads, .time = row->median_ns, .cluster = (unsigned)row->round};
    }
    curve->amdahl_refusal = scaling_fit(SCALING_AMDAHL, points, count, DRAWS, seed, &curve->amdahl);
    curve->usl_refusal = scaling_fit(SCALING_USL, points, count, DRAWS, seed, &curve->usl);
    return true;
}

bool scale_curve_make(const char *spec, const struct results *measured, const struct results *alone,
                      double handoff_ns, uint64_t seed, struct scale_curve *curve, struct error *error)
{
    *curve = (struct scale_curve){.strategy = spec, .options = ""};
    if (!steps_find(spec, measured, true, curve, error) ||
        (alone != NULL && !steps_find(spec, alone, false, curve, error)))
        return false;
    steps_sort(curve);
    for (size_t i = 0; i < curve->step_count; i++) {
        struct scale_step *step = &curve->steps[i];
        double handed = handoff_ns * (double)(step->threads - 1);
        if (!step_speedup(spec, measured, step->threads, 0, &step->measured))
            return error_set(error, "no memory");
        if (alone == NULL || step->threads == 1)
            continue;
        if (!step_speedup(spec, alone, step->threads, handed, &step->projected))
            return error_set(error, "no memory");
        step->serial = serial_share(spec, alone, step->threads);
    }
    return fits_make(spec, measured, seed, curve, error);
}

size_t scale_ratios(const char *spec, const struct results *measured,
                    struct scaling_point points[SCALE_POINTS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < measured->row_count && count < SCALE_POINTS_MAX; i++) {
        const struct result_row *row = &measured->rows[i];
        if (!is_good(row) || !is_spec(spec, row) || row->oversubscribed)
            continue;
        double reference = reference_ns(measured, row->round);
        if (reference > 0)
            points[count++] = (struct scaling_point){.processors = (double)row->threads,
                                                     .time = row->median_ns / reference,
                                                     .cluster = (unsigned)row->round};
    }
    return count;
}
