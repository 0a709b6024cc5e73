/* where.c - see sections.h: what the tables of a report share. */
#include "harness/driver/report/sections.h"

#include <inttypes.h>
#include <string.h>

enum { HEADS_MAX = 40, NAME_BYTES = 2 * CELL_TEXT_BYTES, WHERE_BYTES = 4 * CELL_TEXT_BYTES };

void where_table(struct doc *doc, const char *const *heads)
{
    const char *all[HEADS_MAX + 1] = {">run", "workload", "allocator", ">threads"};
    for (size_t i = 0, at = 4; heads[i] != NULL && at < HEADS_MAX; i++)
        all[at++] = heads[i];
    doc_table(doc, all);
}

/* The workload, and behind it what is not as `triebench run` has it unless told. */
static void workload_text(const struct result_row *row, char *text, size_t size)
{
    const char *const usual[][2] = {
        {row->symbols, "interned"}, {row->keys, "expressions"}, {row->bind, "core"}, {row->build, ""}};
    int used = snprintf(text, size, "%s", row->workload);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0] && used >= 0 && (size_t)used < size; i++) {
        if (strcmp(usual[i][0], usual[i][1]) != 0)
            used += snprintf(text + used, size - (size_t)used, ", %s%s",
                             i == 2   ? "bind "
                             : i == 3 ? "build "
                                      : "",
                             usual[i][0]);
    }
}

void where_workload_cell(const struct subject *subject, struct doc *doc)
{
    char workload[WHERE_BYTES];
    workload_text(subject->cells[0].cell->row, workload, sizeof workload);
    doc_cell(doc, "%s", workload);
}

void where_cells(const struct subject *subject, struct doc *doc)
{
    char allocator[NAME_BYTES];
    const struct cell_summary *cell = subject->cells[0].cell;
    summary_allocator(cell, allocator, sizeof allocator);
    doc_cell(doc, "%zu", subject->run_number + 1);
    where_workload_cell(subject, doc);
    doc_cell(doc, "%s", allocator);
    doc_cell(doc, "%" PRIu64, cell->row->threads);
}

void time_text(double ns, char *text, size_t size)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
    size_t at = 0;
    while (at + 1 < sizeof units / sizeof units[0] && ns < units[at].ns)
        at++;
    double value = ns / units[at].ns;
    if (ns < 0)
        (void)snprintf(text, size, "-");
    else
        (void)snprintf(text, size, "%.*f %s", value >= 100 ? 0 : value >= 10 ? 1 : 2, value, units[at].name);
}
