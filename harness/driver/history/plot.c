/* plot.c - see plot.h. */
#include "harness/driver/history/plot.h"

#include <math.h>

enum { DAY_LENGTH = 10 }; /* of "2026-12-07" */

static void day_label(const json_t *run, const char *more, FILE *out)
{
    char label[2 * PLOT_TEXT_BYTES];
    (void)snprintf(label, sizeof label, "%.*s%s", DAY_LENGTH, history_text(run, "started"), more);
    label_print(label, out);
    fputc('\n', out);
}

/* Runs are counted from 1. */
static void series_print(const struct history_cell *cell, FILE *out)
{
    for (size_t i = 0; i < cell->count; i++) {
        fprintf(out, "%zu %.6g ", i + 1, exp(cell->values[i]));
        day_label(cell->runs[i], "", out);
    }
    fputs("\n\n", out);
}

/* The geometric mean of each stretch, from half a run before it to half a run behind. */
static void levels_print(const struct history_cell *cell, FILE *out)
{
    for (size_t i = 0; i <= cell->point_count; i++) {
        size_t from = i == 0 ? 0 : cell->points[i - 1].at,
               to = i == cell->point_count ? cell->count : cell->points[i].at;
        double sum = 0;
        for (size_t j = from; j < to; j++)
            sum += cell->values[j];
        double level = exp(sum / (double)(to - from));
        fprintf(out, "%.1f %.6g\n%.1f %.6g\n\n", (double)from + 0.5, level, (double)to + 0.5, level);
    }
    fputc('\n', out);
}

/* Each from the least of the times to the most. */
static void points_print(const struct history_cell *cell, FILE *out)
{
    double least = cell->values[0], most = cell->values[0];
    for (size_t i = 1; i < cell->count; i++) {
        least = fmin(least, cell->values[i]);
        most = fmax(most, cell->values[i]);
    }
    for (size_t i = 0; i < cell->point_count; i++) {
        const struct change_point *point = &cell->points[i];
        double ratio = exp(point->after - point->before);
        char more[PLOT_TEXT_BYTES];
        (void)snprintf(more, sizeof more, ": %.1f %% %s", 100 * fabs(ratio - 1),
                       ratio > 1 ? "slower" : "faster");
        fprintf(out, "%.1f %.6g %.6g ", (double)point->at + 0.5, exp(least), exp(most));
        day_label(cell->runs[point->at], more, out);
    }
}

static bool cell_draw(void *to, const struct history_cell *cell, struct error *error)
{
    struct drawing *drawing = to;
    (void)snprintf(drawing->title, sizeof drawing->title, "%s", cell->name);
    if (!drawing_open(drawing, error))
        return false;
    series_print(cell, drawing->out);
    levels_print(cell, drawing->out);
    points_print(cell, drawing->out);
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", cell->count);
    drawing->parameters[1][0] = '\0';
    return drawing_end(drawing, cell->count, error);
}

bool history_draw(const struct history *history, double margin, struct drawing *drawing, struct error *error)
{
    drawing->kind = "history";
    return history_changes(history, margin, cell_draw, drawing, error);
}
