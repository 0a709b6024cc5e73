/* allocators.c - see sections.h: the same cells under each allocator, side by side. */
#include "harness/driver/report/sections.h"

#include "harness/driver/ordering.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, ALLOCATORS_MAX = 16, TIME_BYTES = 32 };

/* Allocators of a run, by name; one that finds no room is told of. */
struct allocators {
    char names[ALLOCATORS_MAX][NAME_BYTES];
    size_t count, left_out;
};

/* Cells that differ but in their allocator stand beside each other. */
static int cells_compare(const struct cell_summary *a, const struct cell_summary *b)
{
    const struct result_row *left = a->row, *right = b->row;
    const int by[] = {strcmp(left->workload, right->workload),
                      numbers_compare(left->batch, right->batch),
                      strcmp(left->strategy, right->strategy),
                      strcmp(left->options, right->options),
                      numbers_compare(left->threads, right->threads),
                      strcmp(left->symbols, right->symbols),
                      strcmp(left->keys, right->keys),
                      strcmp(left->bind, right->bind),
                      strcmp(left->build, right->build)};
    return first_difference(by, sizeof by / sizeof by[0]);
}

static int cell_order(const void *a, const void *b)
{
    const struct cell_summary *left = *(const struct cell_summary *const *)a,
                              *right = *(const struct cell_summary *const *)b;
    int by = cells_compare(left, right);
    return by != 0 ? by : strcmp(left->row->key, right->row->key);
}

static size_t allocator_at(struct allocators *allocators, const struct cell_summary *cell)
{
    char name[NAME_BYTES];
    size_t at = 0;
    summary_allocator(cell, name, sizeof name);
    while (at < allocators->count && strcmp(allocators->names[at], name) != 0)
        at++;
    return at;
}

static void allocators_find(const struct report_run *run, struct allocators *allocators)
{
    for (size_t i = 0; i < run->summary.count; i++) {
        size_t at = allocator_at(allocators, &run->summary.cells[i]);
        if (at == ALLOCATORS_MAX)
            allocators->left_out++;
        else if (at == allocators->count)
            summary_allocator(&run->summary.cells[i], allocators->names[allocators->count++], NAME_BYTES);
    }
}

static void time_cell(const struct cell_summary *cell, struct doc *doc)
{
    char time[TIME_BYTES];
    if (cell == NULL || (cell->median_ns < 0 && cell->failed == NULL)) {
        doc_cell(doc, "-");
        return;
    }
    time_text(cell->median_ns, time, sizeof time);
    doc_cell(doc, "%s%s", time, cell->failed != NULL ? " (failed)" : "");
}

/* cells[count] differ but in their allocator. */
static void row_tell(const struct cell_summary *const *cells, size_t count, struct allocators *allocators,
                     struct doc *doc)
{
    char name[NAME_BYTES];
    const struct cell_summary *under[ALLOCATORS_MAX] = {NULL};
    const struct result_row *row = cells[0]->row;
    for (size_t i = 0; i < count; i++) {
        size_t at = allocator_at(allocators, cells[i]);
        if (at < allocators->count)
            under[at] = cells[i];
    }
    summary_strategy(cells[0], name, sizeof name);
    doc_cell(doc, "%s, %s, %s", row->workload, row->symbols, row->keys);
    doc_cell(doc, "%" PRIu64, row->batch);
    doc_cell(doc, "%s", name);
    doc_cell(doc, "%" PRIu64, row->threads);
    for (size_t i = 0; i < allocators->count; i++)
        time_cell(under[i], doc);
}

static void run_tell(const struct report_run *run, struct allocators *allocators,
                     const struct cell_summary **cells, struct doc *doc)
{
    const char *heads[ALLOCATORS_MAX + 5] = {"workload", ">batch", "strategy", ">threads"};
    char heads_text[ALLOCATORS_MAX][NAME_BYTES + 1];
    for (size_t i = 0; i < allocators->count; i++) {
        (void)snprintf(heads_text[i], sizeof heads_text[i], ">%s", allocators->names[i]);
        heads[4 + i] = heads_text[i];
    }
    size_t count = 0;
    for (size_t i = 0; i < run->summary.count; i++) {
        if (!run->summary.cells[i].row->twin)
            cells[count++] = &run->summary.cells[i];
    }
    qsort(cells, count, sizeof(struct cell_summary *), cell_order);
    doc_table(doc, heads);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && cells_compare(cells[from], cells[to]) == 0;)
            to++;
        row_tell(cells + from, to - from, allocators, doc);
    }
    if (allocators->left_out > 0)
        doc_paragraph(doc, "Left out: %zu cells of more allocators.", allocators->left_out);
}

void section_allocators(const struct report *report, struct doc *doc)
{
    struct allocators *allocators = calloc(1, sizeof *allocators);
    bool told = false;
    doc_heading(doc, 2, "Allocators side by side");
    for (size_t i = 0; allocators != NULL && i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        *allocators = (struct allocators){.count = 0};
        allocators_find(run, allocators);
        if (allocators->count < 2)
            continue;
        const struct cell_summary **cells = calloc(run->summary.count, sizeof(struct cell_summary *));
        doc->failed = doc->failed || cells == NULL;
        if (cells != NULL) {
            doc_paragraph(doc,
                          "Run %zu, medians of all that was run, controls and reference included:", i + 1);
            run_tell(run, allocators, cells, doc);
        }
        free(cells);
        told = true;
    }
    doc->failed = doc->failed || allocators == NULL;
    free(allocators);
    if (!told)
        doc_paragraph(doc, "No run has more than one allocator.");
    section_pictures_of(report, "heat", doc);
    section_pictures_of(report, "doses", doc);
}
