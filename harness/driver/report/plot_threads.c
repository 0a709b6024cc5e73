/* plot_threads.c - see plot_parts.h: speedup by number of workers, measured and projected. */
#include "harness/driver/report/plot_parts.h"

#include "harness/driver/history/file.h"
#include "harness/driver/limits.h"
#include "harness/driver/scale/plot.h"
#include "harness/stats/quantile.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Intervals by drawing rounds again take the square of their number. */
enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, COUNTS_MIN = 3, TRIALS_MAX = 1024 };

/* Of the cells of one curve, and of the reference beside it. */
static bool on_curve(const struct result_row *row, const void *like)
{
    const struct result_row *with = like;
    bool own = strcmp(row->strategy, with->strategy) == 0 && strcmp(row->options, with->options) == 0;
    bool reference = strcmp(row->strategy, "sequential") == 0 && row->options[0] == '\0';
    return (own || reference) && !row->twin && row->round < LIMIT_ROUNDS && row->batch == with->batch &&
           strcmp(row->workload, with->workload) == 0 && strcmp(row->allocator, with->allocator) == 0 &&
           strcmp(row->knobs, with->knobs) == 0 && strcmp(row->symbols, with->symbols) == 0 &&
           strcmp(row->keys, with->keys) == 0 && strcmp(row->bind, with->bind) == 0 &&
           strcmp(row->build, with->build) == 0;
}

/* Rows of the curve out of another run of the report that projects it, made on the same machine; *found is
 * false, and *subset empty, where there is none. Errors: false: no memory. */
static bool projection_find(const struct report *report, const struct report_run *measured,
                            const struct result_row *like, struct results *subset, bool *found,
                            struct error *error)
{
    char machine[HISTORY_MACHINE_BYTES], other[HISTORY_MACHINE_BYTES];
    history_machine(&measured->results, machine);
    *found = false;
    for (size_t i = 0; !*found && i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        history_machine(&run->results, other);
        if (run == measured || !run_is_projected(run) || strcmp(machine, other) != 0)
            continue;
        if (!rows_subset(&run->results, on_curve, like, subset, error))
            return false;
        *found = subset->row_count > 0;
        if (!*found)
            free(subset->rows);
    }
    return true;
}

/* What handing a job to one more worker takes, as `triebench scale` measures it: the median over all runs; 0
 * where none did. */
static bool handoff_of(const struct report *report, double *handoff_ns, struct error *error)
{
    size_t room = 1, count = 0;
    for (size_t i = 0; i < report->run_count; i++)
        room += report->runs[i].results.row_count;
    double *times = calloc(room, sizeof *times);
    if (times == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < report->run_count; i++) {
        for (size_t j = 0; j < report->runs[i].results.row_count; j++) {
            const struct result_row *row = &report->runs[i].results.rows[j];
            if (row->batch == 1 && row->threads == 2 && row->outcome == OUTCOME_OK && row->median_ns > 0 &&
                result_named("churn:pool=spin", row->strategy, row->options))
                times[count++] = row->median_ns;
        }
    }
    *handoff_ns = fmax(0, median_sorting(times, count));
    free(times);
    return true;
}

static size_t counts_measured(const struct scale_curve *curve)
{
    size_t count = 0;
    for (size_t i = 0; i < curve->step_count; i++)
        count += curve->steps[i].measured.rounds > 0 || curve->steps[i].failed > 0;
    return count;
}

/* The subject with the largest batch of those on a curve. */
static const struct result_row *largest_of(const struct report *report, const struct subject *with)
{
    const struct result_row *largest = with->cells[with->count - 1].cell->row;
    for (size_t i = 0; i < report->subjects->count; i++) {
        const struct subject *subject = &report->subjects->items[i];
        const struct result_row *row = subject->cells[subject->count - 1].cell->row;
        if (drawn_on_one_curve(subject, with) && row->batch > largest->batch)
            largest = row;
    }
    return largest;
}

static void title_make(struct drawing *drawing, const struct subject *with, const struct result_row *row,
                       const struct results *measured, bool projected, double handoff_ns)
{
    char strategy[PLOT_NAME_BYTES], what[PLOT_NAME_BYTES + 64];
    name_strategy(with->cells[0].cell, strategy);
    (void)snprintf(what, sizeof what, "Workers: %s, batch %" PRIu64, strategy, row->batch);
    group_title(drawing, what, with);
    size_t used = strlen(drawing->title);
    (void)snprintf(drawing->title + used, sizeof drawing->title - used, "%s%s",
                   projected && handoff_ns <= 0 ? "; projected without the hand-off" : "",
                   measured->row_count == TRIALS_MAX ? "; the first trials" : "");
}

/* As many trials as are soon fitted: the first. False: more numbers of threads than a curve takes. */
static bool rows_bound(struct results *rows)
{
    uint64_t known[SCALE_COUNTS_MAX / 2];
    size_t count = 0;
    if (rows->row_count > TRIALS_MAX)
        rows->row_count = TRIALS_MAX;
    for (size_t i = 0; i < rows->row_count; i++) {
        bool old = false;
        for (size_t j = 0; !old && j < count; j++)
            old = known[j] == rows->rows[i].threads;
        if (!old && count == SCALE_COUNTS_MAX / 2)
            return false;
        if (!old)
            known[count++] = rows->rows[i].threads;
    }
    return true;
}

/* alone: NULL where nothing projects it. */
static bool curve_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                       const struct result_row *like, const struct results *alone, struct error *error)
{
    struct results measured;
    char spec[NAME_BYTES];
    double handoff_ns = 0;
    struct scale_curve *curve = calloc(1, sizeof *curve);
    if (curve == NULL)
        return error_set(error, "no memory");
    summary_strategy(with->cells[0].cell, spec, sizeof spec);
    bool good = rows_subset(&with->run->results, on_curve, like, &measured, error);
    bool drawn = good && rows_bound(&measured);
    if (drawn) {
        good = (alone == NULL || handoff_of(report, &handoff_ns, error)) &&
               scale_curve_make(spec, &measured, alone, handoff_ns, 1, curve, error);
        if (good && (alone != NULL || counts_measured(curve) >= COUNTS_MIN)) {
            title_make(drawing, with, like, &measured, alone != NULL, handoff_ns);
            good = scale_plot(spec, curve, &measured, drawing, error);
        }
    }
    free(measured.rows);
    free(curve);
    return good;
}

bool threads_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error)
{
    const struct result_row *like = largest_of(report, with);
    struct results alone;
    bool projected;
    if (run_is_projected(with->run))
        return true;
    if (!projection_find(report, with->run, like, &alone, &projected, error))
        return false;
    const struct results *beyond = projected && rows_bound(&alone) ? &alone : NULL;
    bool good = curve_draw(report, drawing, with, like, beyond, error);
    if (projected)
        free(alone.rows);
    return good;
}
