/* plot_lines.c - see plots.h: latency and speedup by batch size. */
#include "harness/driver/report/plot_parts.h"

#include <inttypes.h>
#include <math.h>

/* The first line of a block. */
static void line_begin(const struct cell_summary *cell, FILE *out)
{
    line_label(cell, "", out);
    fputc('\n', out);
}

static void latency_point(const struct cell_summary *cell, FILE *out)
{
    double low = cell->interval ? cell->low_ns : cell->median_ns,
           high = cell->interval ? cell->high_ns : cell->median_ns;
    if (cell->median_ns > 0 && cell->row->batch > 0)
        fprintf(out, "%" PRIu64 " %.6g %.6g %.6g\n", cell->row->batch, cell->median_ns / 1e3, low / 1e3,
                high / 1e3);
}

/* A block of one line; false, nothing written, where it has no point. */
static bool latency_line(const struct subject *subject, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < subject->count; i++)
        any = any || subject->cells[i].cell->median_ns > 0;
    if (!any)
        return false;
    line_begin(subject->cells[0].cell, out);
    for (size_t i = 0; i < subject->count; i++)
        latency_point(subject->cells[i].cell, out);
    fputs("\n\n", out);
    return true;
}

static size_t references_of(const struct subject *subject)
{
    size_t count = 0;
    for (size_t i = 0; i < subject->count; i++)
        count += subject->cells[i].reference != NULL && subject->cells[i].reference->median_ns > 0;
    return count;
}

/* The reference, once, out of the subject that has most of it. */
static bool reference_line(const struct subjects *subjects, const struct subject *with, FILE *out)
{
    const struct subject *best = NULL;
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        if (references_of(subject) > (best == NULL ? 0 : references_of(best)))
            best = subject;
    }
    bool begun = false;
    for (size_t i = 0; best != NULL && i < best->count; i++) {
        const struct cell_summary *reference = best->cells[i].reference;
        if (reference == NULL)
            continue;
        if (!begun)
            line_begin(reference, out);
        begun = true;
        latency_point(reference, out);
    }
    if (begun)
        fputs("\n\n", out);
    return begun;
}

/* Cells that failed, at the reference's time: the time of their own says nothing. */
static bool failed_points(const struct subjects *subjects, const struct subject *with, FILE *out)
{
    bool any = false;
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        for (size_t i = 0; i < subject->count; i++) {
            const struct subject_cell *cell = &subject->cells[i];
            const struct cell_summary *shown = cell->reference != NULL ? cell->reference : cell->cell;
            if (cell->failed == 0 || shown->median_ns <= 0)
                continue;
            if (!any)
                fputs("\"failed, shown at the reference's time\"\n", out);
            any = true;
            fprintf(out, "%" PRIu64 " %.6g\n", cell->cell->row->batch, shown->median_ns / 1e3);
        }
    }
    return any;
}

/* Times by batch size; the script of the drawing's kind makes of them what it shows. */
static bool times_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                       const char *what, struct error *error)
{
    const struct subjects *subjects = report->subjects;
    size_t at = 0, lines = 0;
    group_title(drawing, what, with);
    if (!drawing_open(drawing, error))
        return false;
    lines += reference_line(subjects, with, drawing->out);
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;)
        lines += latency_line(subject, drawing->out);
    bool failed = failed_points(subjects, with, drawing->out);
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", lines);
    (void)snprintf(drawing->parameters[1], PLOT_PARAMETER_BYTES, "%d", failed);
    return drawing_end(drawing, lines, error);
}

bool latency_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error)
{
    return times_draw(report, drawing, with, "Latency", error);
}

static bool has_sizes(const struct subjects *subjects, const struct subject *with)
{
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;)
        if (subject->count > 1)
            return true;
    return false;
}

bool cost_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
               struct error *error)
{
    return !has_sizes(report->subjects, with) || times_draw(report, drawing, with, "Cost of an item", error);
}

static bool speedup_line(const struct subject *subject, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < subject->count; i++) {
        const struct change *change = &subject->cells[i].change;
        if (change->pairs == 0)
            continue;
        if (!any)
            line_begin(subject->cells[i].cell, out);
        any = true;
        fprintf(out, "%" PRIu64 " %.6g %.6g %.6g\n", subject->cells[i].cell->row->batch, 1 / change->ratio,
                1 / (change->interval ? change->high : change->ratio),
                1 / (change->interval ? change->low : change->ratio));
    }
    if (any)
        fputs("\n\n", out);
    return any;
}

/* Where it lies between batches that were measured; an end beyond them is drawn at the last of them. */
static bool even_points(const struct subjects *subjects, const struct subject *with, FILE *out)
{
    bool any = false;
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        const struct break_even *even = &subject->even;
        double first = (double)subject->cells[0].cell->row->batch,
               last = (double)subject->cells[subject->count - 1].cell->row->batch;
        if (!even->known || even->batch <= 0 || isinf(even->batch))
            continue;
        if (!any)
            fputs("\"break-even\"\n", out);
        any = true;
        fprintf(out, "%.6g 1 %.6g %.6g\n", even->batch, even->interval ? fmax(even->low, first) : even->batch,
                even->interval ? fmin(even->high, last) : even->batch);
    }
    return any;
}

bool speedup_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error)
{
    const struct subjects *subjects = report->subjects;
    size_t at = 0, lines = 0;
    group_title(drawing, "Speedup", with);
    if (!drawing_open(drawing, error))
        return false;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;)
        lines += speedup_line(subject, drawing->out);
    bool even = even_points(subjects, with, drawing->out);
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", lines);
    (void)snprintf(drawing->parameters[1], PLOT_PARAMETER_BYTES, "%d", even);
    return drawing_end(drawing, lines, error);
}
