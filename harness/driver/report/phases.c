/* phases.c - see sections.h: where a strategy's time goes, and what that allows at best. */
#include "harness/driver/report/sections.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { PHASES_MAX = 16 };

/* Names of phases, in the order in which they are first met; they belong to the runs. */
struct names {
    const char *items[PHASES_MAX];
    size_t count;
};

/* What one worker does alone in every strategy. The hand-off is left out: it is waiting for the others too,
 * which fewer of them to a processor would shorten. */
static bool is_serial(const char *phase)
{
    return strcmp(phase, "merge") == 0 || strcmp(phase, "none") == 0;
}

static void names_take(struct names *names, const struct result_row *row)
{
    json_t *value, *phases = json_object_get(row->json, "phases_ns");
    const char *name;
    json_object_foreach(phases, name, value)
    {
        size_t at = 0;
        while (at < names->count && strcmp(names->items[at], name) != 0)
            at++;
        if (at == names->count && at < PHASES_MAX)
            names->items[names->count++] = name;
    }
}

static void names_find(const struct subject *subjects, size_t count, struct names *names)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++) {
            struct cell_rows rows = cell_rows_of(subjects[i].run, subjects[i].cells[j].cell);
            for (size_t k = 0; k < rows.count; k++)
                names_take(names, rows.rows[k]);
        }
    }
}

/* The bound: the reference's time over what here stays with one worker, however many there are. */
static void bound_cells(const struct subject_cell *cell, double serial_ns, struct doc *doc)
{
    bool parallel = cell->cell->row->threads > 1;
    if (parallel && serial_ns > 0 && cell->reference != NULL && cell->reference->median_ns > 0)
        doc_cell(doc, "%.2fx", cell->reference->median_ns / serial_ns);
    else
        doc_cell(doc, "-");
    if (parallel && cell->change.pairs > 0)
        doc_cell(doc, "%.2fx", 1 / cell->change.ratio);
    else
        doc_cell(doc, "-");
}

static void phases_row(const struct subject *subject, const struct subject_cell *cell,
                       const struct names *names, struct doc *doc)
{
    struct cell_rows rows = cell_rows_of(subject->run, cell->cell);
    double times[PHASES_MAX], sum = 0, serial = 0;
    for (size_t i = 0; i < names->count; i++) {
        times[i] = fmax(cell_rows_median(rows, "phases_ns", names->items[i]), 0);
        sum += times[i];
        serial += is_serial(names->items[i]) ? times[i] : 0;
    }
    if (sum <= 0)
        return;
    where_cells(subject, doc);
    doc_cell(doc, "%" PRIu64, cell->cell->row->batch);
    for (size_t i = 0; i < names->count; i++)
        doc_cell(doc, "%.1f %%", 100 * times[i] / sum);
    bound_cells(cell, serial, doc);
}

void section_phases(const struct subject *subjects, size_t count, struct doc *doc)
{
    struct names names = {.count = 0};
    char heads_text[PHASES_MAX][64];
    const char *heads[PHASES_MAX + 4] = {">batch"};
    names_find(subjects, count, &names);
    doc_heading(doc, 3, "Phases, and the bound they set");
    if (names.count == 0) {
        doc_paragraph(doc, "No phase was measured.");
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        (void)snprintf(heads_text[i], sizeof heads_text[i], ">%.62s", names.items[i]);
        heads[1 + i] = heads_text[i];
    }
    heads[1 + names.count] = ">Amdahl: at most";
    heads[2 + names.count] = ">measured";
    doc_paragraph(
        doc,
        "Shares of the first worker's time, medians over trials. The bound is Amdahl's: the reference's "
        "time over what stays with one worker here at the least (merge, and outside of phases), however "
        "many workers there are. It is predicted from the phases; the measured speedup stands beside it.");
    where_table(doc, heads);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++)
            phases_row(&subjects[i], &subjects[i].cells[j], &names, doc);
    }
}
