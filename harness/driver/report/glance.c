/* glance.c - see sections.h: the verdicts side by side, a column an allocator. */
#include "harness/driver/report/sections.h"

#include "harness/driver/ordering.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, ALLOCATORS_MAX = 8, FIRST_COLUMNS = 5 };

/* A row: subjects that differ in their allocator alone. */
struct line {
    const struct subject **subjects;
    size_t count, accepted, rejected;
};

/* Of the whole table; allocators by a subject that has them. */
struct glance {
    const struct subject **subjects, *allocators[ALLOCATORS_MAX];
    struct line *lines;
    size_t line_count, allocator_count;
};

static const struct result_row *row_of(const struct subject *subject)
{
    return subject->cells[0].cell->row;
}

static int allocator_compare(const struct subject *a, const struct subject *b)
{
    int by = strcmp(row_of(a)->allocator, row_of(b)->allocator);
    return by != 0 ? by : strcmp(row_of(a)->knobs, row_of(b)->knobs);
}

/* In all but the allocator. */
static int line_compare(const struct subject *a, const struct subject *b)
{
    const struct result_row *left = row_of(a), *right = row_of(b);
    const int by[] = {strcmp(left->strategy, right->strategy),
                      strcmp(left->options, right->options),
                      numbers_compare(a->run_number, b->run_number),
                      strcmp(left->workload, right->workload),
                      numbers_compare(left->threads, right->threads),
                      strcmp(left->symbols, right->symbols),
                      strcmp(left->keys, right->keys),
                      strcmp(left->bind, right->bind),
                      strcmp(left->build, right->build)};
    return first_difference(by, sizeof by / sizeof by[0]);
}

static int allocator_order(const void *a, const void *b)
{
    return allocator_compare(*(const struct subject *const *)a, *(const struct subject *const *)b);
}

static int subject_order(const void *a, const void *b)
{
    const struct subject *left = *(const struct subject *const *)a,
                         *right = *(const struct subject *const *)b;
    int by = line_compare(left, right);
    return by != 0 ? by : allocator_compare(left, right);
}

/* What is accepted most often first, of those what is rejected least. */
static int line_order(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    if (left->accepted != right->accepted)
        return left->accepted > right->accepted ? -1 : 1;
    if (left->rejected != right->rejected)
        return left->rejected < right->rejected ? -1 : 1;
    return (left->subjects > right->subjects) - (left->subjects < right->subjects);
}

/* The allocators that there are; false: too many for columns. */
static bool allocators_find(struct glance *glance, size_t count)
{
    qsort(glance->subjects, count, sizeof(struct subject *), allocator_order);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && allocator_compare(glance->subjects[i - 1], glance->subjects[i]) == 0)
            continue;
        if (glance->allocator_count == ALLOCATORS_MAX)
            return false;
        glance->allocators[glance->allocator_count++] = glance->subjects[i];
    }
    return true;
}

static void lines_find(struct glance *glance, size_t count)
{
    qsort(glance->subjects, count, sizeof(struct subject *), subject_order);
    for (size_t i = 0; i < count; i++) {
        const struct subject *subject = glance->subjects[i];
        bool fresh = i == 0 || line_compare(glance->subjects[i - 1], subject) != 0;
        struct line *line = &glance->lines[fresh ? glance->line_count++ : glance->line_count - 1];
        if (fresh)
            *line = (struct line){.subjects = &glance->subjects[i]};
        line->count++;
        line->accepted += subject->verdict == SUBJECT_ACCEPTED || subject->verdict == SUBJECT_ACCEPTED_FROM;
        line->rejected += subject->verdict == SUBJECT_REJECTED;
    }
    qsort(glance->lines, glance->line_count, sizeof *glance->lines, line_order);
}

/* The smallest and the largest of the line. */
static void batches_cell(const struct line *line, struct doc *doc)
{
    uint64_t low = UINT64_MAX, high = 0;
    for (size_t i = 0; i < line->count; i++) {
        const struct subject *subject = line->subjects[i];
        uint64_t first = subject->cells[0].cell->row->batch,
                 last = subject->cells[subject->count - 1].cell->row->batch;
        low = first < low ? first : low;
        high = last > high ? last : high;
    }
    if (low == high)
        doc_cell(doc, "%" PRIu64, low);
    else
        doc_cell(doc, "%" PRIu64 " .. %" PRIu64, low, high);
}

static void line_cells(const struct glance *glance, const struct line *line, struct doc *doc)
{
    const struct subject *first = line->subjects[0];
    char name[NAME_BYTES], verdict[NAME_BYTES];
    summary_strategy(first->cells[0].cell, name, sizeof name);
    doc_cell(doc, "%s", name);
    doc_cell(doc, "%zu", first->run_number + 1);
    where_workload_cell(first, doc);
    doc_cell(doc, "%" PRIu64, row_of(first)->threads);
    batches_cell(line, doc);
    for (size_t i = 0; i < glance->allocator_count; i++) {
        size_t at = 0;
        while (at < line->count && allocator_compare(line->subjects[at], glance->allocators[i]) != 0)
            at++;
        if (at < line->count)
            subject_verdict_text(line->subjects[at], verdict, sizeof verdict);
        doc_cell(doc, "%s", at < line->count ? verdict : "-");
    }
}

static void table_tell(const struct glance *glance, struct doc *doc)
{
    char names[ALLOCATORS_MAX][NAME_BYTES];
    const char *heads[FIRST_COLUMNS + ALLOCATORS_MAX + 1] = {"strategy", ">run", "workload", ">threads",
                                                             ">batches"};
    for (size_t i = 0; i < glance->allocator_count; i++) {
        summary_allocator(glance->allocators[i]->cells[0].cell, names[i], sizeof names[i]);
        heads[FIRST_COLUMNS + i] = names[i];
    }
    doc_table(doc, heads);
    for (size_t i = 0; i < glance->line_count; i++)
        line_cells(glance, &glance->lines[i], doc);
}

void section_glance(const struct report *report, struct doc *doc)
{
    size_t count = report->subjects->count;
    struct glance glance = {.subjects = calloc(count, sizeof(struct subject *)),
                            .lines = calloc(count, sizeof *glance.lines)};
    if (glance.subjects == NULL || glance.lines == NULL) {
        doc->failed = true;
    } else {
        for (size_t i = 0; i < count; i++)
            glance.subjects[i] = &report->subjects->items[i];
        if (allocators_find(&glance, count)) {
            lines_find(&glance, count);
            table_tell(&glance, doc);
        } else {
            doc_paragraph(doc, "There are more than %d allocators, too many to stand side by side.",
                          ALLOCATORS_MAX);
        }
    }
    free(glance.lines);
    free(glance.subjects);
}
