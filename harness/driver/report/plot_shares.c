/* plot_shares.c - see plots.h: shares of the phases, and the map of strategies and allocators. */
#include "harness/driver/report/plot_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const phases[] = {"none", "handoff",   "print",  "parse", "encode",
                                     "sort", "partition", "insert", "build", "merge"};

enum { PHASES = sizeof phases / sizeof phases[0] };

/* Medians at the largest batch, and their sum. */
static double phases_of(const struct subject *subject, double times[PHASES])
{
    struct cell_rows rows = cell_rows_of(subject->run, subject->cells[subject->count - 1].cell);
    double sum = 0;
    for (size_t i = 0; i < PHASES; i++) {
        times[i] = fmax(cell_rows_median(rows, "phases_ns", phases[i]), 0);
        sum += times[i];
    }
    return sum;
}

/* A row of shares, of the phases that are shown. */
static bool phases_line(const struct subject *subject, const bool shown[PHASES], FILE *out)
{
    char name[PLOT_NAME_BYTES], label[PLOT_NAME_BYTES + 32];
    double times[PHASES], sum = phases_of(subject, times);
    if (sum <= 0)
        return false;
    name_strategy(subject->cells[0].cell, name);
    (void)snprintf(label, sizeof label, "%s x%" PRIu64, name, subject->cells[0].cell->row->threads);
    label_print(label, out);
    for (size_t i = 0; i < PHASES; i++) {
        if (shown[i])
            fprintf(out, " %.4g", 100 * times[i] / sum);
    }
    fputc('\n', out);
    return true;
}

/* A phase that has no hundredth anywhere is not shown. Returns how many are. */
static size_t phases_find(const struct subjects *subjects, const struct subject *with, bool shown[PHASES])
{
    size_t at = 0, count = 0;
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;) {
        double times[PHASES], sum = phases_of(subject, times);
        for (size_t i = 0; i < PHASES; i++)
            shown[i] = shown[i] || times[i] > sum / 100;
    }
    for (size_t i = 0; i < PHASES; i++)
        count += shown[i];
    return count;
}

bool phases_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                 struct error *error)
{
    const struct subjects *subjects = report->subjects;
    bool shown[PHASES] = {false};
    size_t at = 0, lines = 0, count = phases_find(subjects, with, shown);
    group_title(drawing, "Phases at the largest batch", with);
    if (!drawing_open(drawing, error))
        return false;
    fputs("\"strategy\"", drawing->out);
    for (size_t i = 0; i < PHASES; i++) {
        if (shown[i])
            fprintf(drawing->out, " \"%s\"", phases[i]);
    }
    fputc('\n', drawing->out);
    for (const struct subject *subject; (subject = drawn_next(subjects, with, &at)) != NULL;)
        lines += phases_line(subject, shown, drawing->out);
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", count);
    (void)snprintf(drawing->parameters[1], PLOT_PARAMETER_BYTES, "%zu", lines);
    return drawing_end(drawing, lines, error);
}

static bool same_column(const struct subject *a, const struct subject *b)
{
    const struct result_row *left = a->cells[0].cell->row, *right = b->cells[0].cell->row;
    return strcmp(left->allocator, right->allocator) == 0 && strcmp(left->knobs, right->knobs) == 0;
}

static bool same_row(const struct subject *a, const struct subject *b)
{
    return subject_same_strategy(a, b) && a->cells[0].cell->row->threads == b->cells[0].cell->row->threads;
}

/* Those of a map that are the first of their column, or of their row; firsts[] has room for all subjects. */
static size_t firsts_find(const struct subjects *subjects, const struct subject *with,
                          bool (*same)(const struct subject *, const struct subject *),
                          const struct subject **firsts)
{
    size_t count = 0;
    for (size_t i = 0; i < subjects->count; i++) {
        const struct subject *subject = &subjects->items[i];
        bool known = !drawn_on_one_map(subject, with);
        for (size_t j = 0; !known && j < count; j++)
            known = same(firsts[j], subject);
        if (!known)
            firsts[count++] = subject;
    }
    return count;
}

/* -1 where it failed or was not measured. */
static void heat_value(const struct subjects *subjects, const struct subject *row,
                       const struct subject *column, FILE *out)
{
    for (size_t i = 0; i < subjects->count; i++) {
        const struct subject *subject = &subjects->items[i];
        const struct change *change = &subject->cells[subject->count - 1].change;
        if (drawn_on_one_map(subject, row) && same_row(subject, row) && same_column(subject, column) &&
            change->pairs > 0 && subject->failed == 0) {
            fprintf(out, " %.4g", 1 / change->ratio);
            return;
        }
    }
    fputs(" -1", out);
}

static void heat_rows(const struct subjects *subjects, const struct subject *const *rows, size_t row_count,
                      const struct subject *const *columns, size_t column_count, FILE *out)
{
    char name[PLOT_NAME_BYTES], label[PLOT_NAME_BYTES + 32];
    fputs("\"\"", out);
    for (size_t i = 0; i < column_count; i++) {
        name_allocator(columns[i]->cells[0].cell, name);
        fputc(' ', out);
        label_print(name, out);
    }
    fputc('\n', out);
    for (size_t i = 0; i < row_count; i++) {
        name_strategy(rows[i]->cells[0].cell, name);
        (void)snprintf(label, sizeof label, "%s x%" PRIu64, name, rows[i]->cells[0].cell->row->threads);
        label_print(label, out);
        for (size_t j = 0; j < column_count; j++)
            heat_value(subjects, rows[i], columns[j], out);
        fputc('\n', out);
    }
}

bool heat_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
               struct error *error)
{
    const struct subjects *subjects = report->subjects;
    const struct subject **firsts = calloc(2 * subjects->count, sizeof(const struct subject *));
    if (firsts == NULL)
        return error_set(error, "no memory");
    size_t rows = firsts_find(subjects, with, same_row, firsts),
           columns = firsts_find(subjects, with, same_column, firsts + subjects->count);
    bool good = true;
    /* One row or column alone is no map. */
    if (rows > 1 && columns > 1) {
        const struct result_row *row = with->cells[0].cell->row;
        (void)snprintf(drawing->title, sizeof drawing->title,
                       "Speedup at the largest batch: %.100s (run %zu; %s, %s, bind %.40s)", row->workload,
                       with->run_number + 1, row->symbols, row->keys, row->bind);
        good = drawing_open(drawing, error);
        if (good) {
            heat_rows(subjects, firsts, rows, firsts + subjects->count, columns, drawing->out);
            drawing->parameters[0][0] = drawing->parameters[1][0] = '\0';
            good = drawing_end(drawing, rows, error);
        }
    }
    free(firsts);
    return good;
}
