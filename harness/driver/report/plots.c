/* plots.c - see plots.h. */
#include "harness/driver/report/plot_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

bool run_is_projected(const struct report_run *run)
{
    for (size_t i = 0; i < run->results.row_count; i++) {
        if (result_number(&run->results.rows[i], "alone", "parts_ns") >= 0)
            return true;
    }
    return false;
}

void name_cut(const char *name, char text[PLOT_NAME_BYTES])
{
    int length = (int)strlen(name);
    if (length < PLOT_NAME_BYTES)
        memcpy(text, name, (size_t)length + 1);
    else
        (void)snprintf(text, PLOT_NAME_BYTES, "%.*s...", PLOT_NAME_BYTES - 4, name);
}

void name_strategy(const struct cell_summary *cell, char text[PLOT_NAME_BYTES])
{
    char name[NAME_BYTES];
    summary_strategy(cell, name, sizeof name);
    name_cut(name, text);
}

void name_allocator(const struct cell_summary *cell, char text[PLOT_NAME_BYTES])
{
    char name[NAME_BYTES];
    summary_allocator(cell, name, sizeof name);
    name_cut(name, text);
}

void group_title(struct drawing *drawing, const char *what, const struct subject *subject)
{
    char allocator[PLOT_NAME_BYTES];
    const struct result_row *row = subject->cells[0].cell->row;
    name_allocator(subject->cells[0].cell, allocator);
    (void)snprintf(drawing->title, sizeof drawing->title, "%s%s: %.100s on %s (run %zu; %s, %s, bind %.40s)",
                   run_is_projected(subject->run) ? "Projected, parts run alone: " : "", what, row->workload,
                   allocator, subject->run_number + 1, row->symbols, row->keys, row->bind);
}

void line_label(const struct cell_summary *cell, const char *note, FILE *out)
{
    char name[PLOT_NAME_BYTES], label[PLOT_TEXT_BYTES];
    name_strategy(cell, name);
    (void)snprintf(label, sizeof label, "%s, %" PRIu64 " thread%s%s", name, cell->row->threads,
                   cell->row->threads == 1 ? "" : "s", note);
    label_print(label, out);
}

bool drawn_together(const struct subject *a, const struct subject *b)
{
    return a->run == b->run && summary_same_group(a->cells[0].cell, b->cells[0].cell);
}

const struct subject *drawn_next(const struct subjects *subjects, const struct subject *with, size_t *at)
{
    while (*at < subjects->count) {
        const struct subject *subject = &subjects->items[(*at)++];
        if (drawn_together(subject, with))
            return subject;
    }
    return NULL;
}

bool drawn_on_one_map(const struct subject *a, const struct subject *b)
{
    const struct result_row *left = a->cells[0].cell->row, *right = b->cells[0].cell->row;
    return a->run == b->run && strcmp(left->workload, right->workload) == 0 &&
           strcmp(left->symbols, right->symbols) == 0 && strcmp(left->keys, right->keys) == 0 &&
           strcmp(left->bind, right->bind) == 0 && strcmp(left->build, right->build) == 0;
}

bool drawn_on_one_curve(const struct subject *a, const struct subject *b)
{
    return drawn_together(a, b) && subject_same_strategy(a, b);
}

bool rows_subset(const struct results *results, bool (*keep)(const struct result_row *, const void *),
                 const void *like, struct results *subset, struct error *error)
{
    *subset = *results;
    subset->row_count = 0;
    subset->rows = calloc(results->row_count + 1, sizeof *subset->rows);
    if (subset->rows == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < results->row_count; i++) {
        if (keep(&results->rows[i], like))
            subset->rows[subset->row_count++] = results->rows[i];
    }
    return true;
}

/* Draws a picture for each subject that is the first of its kind. */
static bool each_first(const struct report *report, struct drawing *drawing, const char *kind,
                       bool (*same)(const struct subject *, const struct subject *),
                       bool (*draw)(const struct report *, struct drawing *, const struct subject *,
                                    struct error *),
                       struct error *error)
{
    const struct subjects *subjects = report->subjects;
    drawing->kind = kind;
    for (size_t i = 0; i < subjects->count; i++) {
        bool known = false;
        for (size_t j = 0; !known && j < i; j++)
            known = same(&subjects->items[j], &subjects->items[i]);
        if (!known && !draw(report, drawing, &subjects->items[i], error))
            return false;
    }
    return true;
}

static bool each_run(const struct report *report, struct drawing *drawing, const char *kind,
                     bool (*draw)(const struct report_run *, size_t, struct drawing *, struct error *),
                     struct error *error)
{
    drawing->kind = kind;
    for (size_t i = 0; i < report->run_count; i++) {
        if (!draw(&report->runs[i], i, drawing, error))
            return false;
    }
    return true;
}

bool plots_draw(const struct report *report, struct drawing *drawing, struct error *error)
{
    return each_first(report, drawing, "latency", drawn_together, latency_draw, error) &&
           each_first(report, drawing, "cost", drawn_together, cost_draw, error) &&
           each_first(report, drawing, "speedup", drawn_together, speedup_draw, error) &&
           each_first(report, drawing, "threads", drawn_on_one_curve, threads_draw, error) &&
           each_first(report, drawing, "distribution", drawn_together, distribution_draw, error) &&
           each_first(report, drawing, "phases", drawn_together, phases_draw, error) &&
           each_first(report, drawing, "heat", drawn_on_one_map, heat_draw, error) &&
           each_run(report, drawing, "doses", doses_draw, error) &&
           each_run(report, drawing, "rates", rates_draw, error);
}
