/* plot_distribution.c - see plot_parts.h: how the samples at the largest batch are distributed. */
#include "harness/driver/report/plot_parts.h"

#include "harness/stats/quantile.h"

#include <inttypes.h>
#include <stdlib.h>

/* Steps that a line is drawn with where it has more samples, and those of them above the 99th percentile: as
 * many as can be told apart. */
enum { STEPS = 200, STEPS_ABOVE = 20 };

/* All samples of the trials of a cell that ended well, ascending; the caller frees them. NULL: none, or no
 * memory, which *good then tells. */
static double *samples_of(const struct report_run *run, const struct cell_summary *cell, size_t *count,
                          bool *good)
{
    struct cell_rows rows = cell_rows_of(run, cell);
    size_t room = 0;
    *count = 0;
    *good = true;
    for (size_t i = 0; i < rows.count; i++)
        room += rows.rows[i]->outcome == OUTCOME_OK ? rows.rows[i]->sample_count : 0;
    if (room == 0)
        return NULL;
    double *samples = malloc(room * sizeof *samples);
    *good = samples != NULL;
    for (size_t i = 0; *good && i < rows.count; i++) {
        for (size_t j = 0; rows.rows[i]->outcome == OUTCOME_OK && j < rows.rows[i]->sample_count; j++)
            samples[(*count)++] = (double)rows.rows[i]->samples_ns[j];
    }
    if (*good)
        median_sort(samples, *count);
    return samples;
}

/* The rank, from 1, of step i of so many samples: all of them where they are few. */
static size_t rank_of(size_t i, size_t count)
{
    enum { BELOW = STEPS - STEPS_ABOVE };
    size_t first = count - count / 100; /* of those above */
    if (count <= STEPS)
        return i;
    return i <= BELOW ? (i * first + BELOW - 1) / BELOW
                      : first + ((i - BELOW) * (count - first) + STEPS_ABOVE - 1) / STEPS_ABOVE;
}

/* Up and over, so that a line through the points is a step. */
static void steps_print(const double *samples, size_t count, FILE *out)
{
    size_t before = 0;
    fprintf(out, "%.10g 0\n", samples[0] / 1e3);
    for (size_t i = 1; i <= (count < STEPS ? count : STEPS); i++) {
        size_t rank = rank_of(i, count);
        double time_us = samples[rank - 1] / 1e3;
        if (count <= STEPS)
            fprintf(out, "%.10g %.8g\n", time_us, 100 * (double)before / (double)count);
        if (rank > before)
            fprintf(out, "%.10g %.8g\n", time_us, 100 * (double)rank / (double)count);
        before = rank;
    }
}

/* A block; *lines counts those that had samples. */
static bool distribution_line(const struct report_run *run, const struct cell_summary *cell, FILE *out,
                              size_t *lines, struct error *error)
{
    char note[PLOT_TEXT_BYTES];
    size_t count;
    bool good;
    double *samples = samples_of(run, cell, &count, &good);
    if (!good)
        return error_set(error, "no memory");
    if (samples == NULL || samples[0] <= 0) {
        free(samples);
        return true;
    }
    (void)snprintf(note, sizeof note, " (%zu)", count);
    line_label(cell, note, out);
    fputc('\n', out);
    steps_print(samples, count, out);
    fputs("\n\n", out);
    free(samples);
    (*lines)++;
    return true;
}

static uint64_t largest_batch(const struct subjects *subjects, const struct subject *with)
{
    uint64_t largest = 0;
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        uint64_t batch = subject->cells[subject->count - 1].cell->row->batch;
        largest = batch > largest ? batch : largest;
    }
    return largest;
}

/* Each reference that they are compared with, once. */
static bool references_draw(const struct subjects *subjects, const struct subject *with, uint64_t batch,
                            FILE *out, size_t *lines, struct error *error)
{
    size_t at = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        const struct subject_cell *cell = &subject->cells[subject->count - 1];
        bool known = cell->reference == NULL || cell->cell->row->batch != batch;
        size_t before = 0;
        for (const struct subject *other;
             !known && (other = drawn_next(subjects, with, &before)) != NULL && other != subject;)
            known = other->cells[other->count - 1].reference == cell->reference;
        if (!known && !distribution_line(subject->run, cell->reference, out, lines, error))
            return false;
    }
    return true;
}

bool distribution_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                       struct error *error)
{
    const struct subjects *subjects = report->subjects;
    char what[PLOT_TEXT_BYTES];
    uint64_t batch = largest_batch(subjects, with);
    size_t at = 0, lines = 0;
    (void)snprintf(what, sizeof what, "Distribution at batch %" PRIu64, batch);
    group_title(drawing, what, with);
    if (!drawing_open(drawing, error))
        return false;
    bool good = references_draw(subjects, with, batch, drawing->out, &lines, error);
    for (const struct subject *subject; good && (subject = drawn_next(subjects, with, &at)) != NULL;) {
        const struct cell_summary *cell = subject->cells[subject->count - 1].cell;
        good =
            cell->row->batch != batch || distribution_line(subject->run, cell, drawing->out, &lines, error);
    }
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", lines);
    drawing->parameters[1][0] = '\0';
    return drawing_end(drawing, good ? lines : 0, error) && good;
}
