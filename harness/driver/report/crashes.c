/* crashes.c - see sections.h: how trials of a strategy failed, how often, and where. */
#include "harness/driver/report/sections.h"

#include "harness/driver/compare/pairs.h"
#include "harness/driver/trial/outcome.h"
#include "harness/stats/rates.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS_MAX = 20, FRAMES_MAX = 16, CELL_BYTES = 4 * CELL_TEXT_BYTES };

/* Failures of one signature. */
struct kind {
    const char *signature;
    const struct result_row *row; /* the first */
    const struct subject_cell *cell;
    size_t trials;
};

struct kinds {
    struct kind items[KINDS_MAX];
    size_t count, left_out; /* trials of more kinds than there is room for */
};

static void kind_count(struct kinds *kinds, const struct result_row *row, const struct subject_cell *cell)
{
    const char *signature = pair_signature(row);
    size_t at = 0;
    while (at < kinds->count && strcmp(kinds->items[at].signature, signature) != 0)
        at++;
    if (at == KINDS_MAX) {
        kinds->left_out++;
        return;
    }
    if (at == kinds->count)
        kinds->items[kinds->count++] = (struct kind){.signature = signature, .row = row, .cell = cell};
    kinds->items[at].trials++;
}

static void kinds_find(const struct subject *subjects, size_t count, struct kinds *kinds)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++) {
            struct cell_rows rows = cell_rows_of(subjects[i].run, subjects[i].cells[j].cell);
            for (size_t k = 0; k < rows.count; k++) {
                if (row_failed(rows.rows[k]))
                    kind_count(kinds, rows.rows[k], &subjects[i].cells[j]);
            }
        }
    }
}

static void rates_table(const struct subject *subjects, size_t count, struct doc *doc)
{
    static const char *const heads[] = {">batch", ">failed", ">trials", "rate, 95 % interval", NULL};
    where_table(doc, heads);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++) {
            const struct subject_cell *cell = &subjects[i].cells[j];
            double low, high;
            if (cell->failed == 0)
                continue;
            rate_interval(cell->failed, cell->trials, &low, &high);
            where_cells(&subjects[i], doc);
            doc_cell(doc, "%" PRIu64, cell->cell->row->batch);
            doc_cell(doc, "%zu", cell->failed);
            doc_cell(doc, "%zu", cell->trials);
            doc_cell(doc, "%.3g .. %.3g %%", 100 * low, 100 * high);
        }
    }
}

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

/* The stack, a frame a line, and the line that runs the trial again. */
static void kind_fold(const struct kind *kind, struct doc *doc)
{
    const json_t *frames = json_object_get(json_object_get(kind->row->json, "crash"), "frames");
    char cell[CELL_BYTES], sentence[2 * CELL_BYTES], *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t i = 0; i < json_array_size(frames) && i < FRAMES_MAX; i++) {
        const json_t *frame = json_array_get(frames, i);
        const char *file = text_in(frame, "file"), *object = text_in(frame, "object");
        fprintf(out, "#%zu %s", i, text_in(frame, "function"));
        if (file[0] != '\0')
            fprintf(out, " (%s:%" JSON_INTEGER_FORMAT ")", file,
                    json_integer_value(json_object_get(frame, "line")));
        else if (object[0] != '\0')
            fprintf(out, " (%s)", object);
        fputc('\n', out);
    }
    fprintf(out, "%s\n", kind->row->replay);
    subject_cell_text(kind->cell, cell, sizeof cell);
    (void)snprintf(sentence, sizeof sentence, "%s, first at %s: %s", outcome_name(kind->row->outcome), cell,
                   kind->row->reason);
    if (fclose(out) == 0 && text != NULL)
        doc_fold(doc, sentence, text);
    else
        doc->failed = true;
    free(text);
}

static void kinds_tell(const struct kinds *kinds, struct doc *doc)
{
    static const char *const heads[] = {"signature", "outcome", "phase", ">trials", NULL};
    doc_table(doc, heads);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct kind *kind = &kinds->items[i];
        doc_cell(doc, "%s", kind->signature);
        doc_cell(doc, "%s", outcome_name(kind->row->outcome));
        doc_cell(doc, "%s", text_in(json_object_get(kind->row->json, "crash"), "phase"));
        doc_cell(doc, "%zu", kind->trials);
    }
    if (kinds->left_out > 0)
        doc_paragraph(doc, "%zu trials failed in yet other ways.", kinds->left_out);
    for (size_t i = 0; i < kinds->count; i++)
        kind_fold(&kinds->items[i], doc);
}

void section_crashes(const struct subject *subjects, size_t count, struct doc *doc)
{
    size_t trials = 0, failed = 0;
    double low = 0, high = 1;
    for (size_t i = 0; i < count; i++) {
        trials += subjects[i].trials;
        failed += subjects[i].failed;
    }
    doc_heading(doc, 3, "Crash signals");
    if (trials > 0)
        rate_interval(failed, trials, &low, &high);
    if (failed == 0) {
        doc_paragraph(doc, "None of %zu trials failed: a rate of at most %.3g %%, at 95 %%.", trials,
                      100 * high);
        return;
    }
    struct kinds *kinds = calloc(1, sizeof *kinds);
    if (kinds == NULL) {
        doc->failed = true;
        return;
    }
    kinds_find(subjects, count, kinds);
    rates_table(subjects, count, doc);
    kinds_tell(kinds, doc);
    free(kinds);
}
