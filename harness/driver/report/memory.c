/* memory.c - see sections.h: memory, arenas and locks. */
#include "harness/driver/report/sections.h"

#include <inttypes.h>

enum { TEXT_BYTES = 32 };

static void bytes_cell(double bytes, struct doc *doc)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t at = 0;
    for (; bytes >= 1024 && at + 1 < sizeof units / sizeof units[0]; at++)
        bytes /= 1024;
    if (bytes < 0)
        doc_cell(doc, "-");
    else
        doc_cell(doc, "%.*f %s", at == 0 || bytes >= 100 ? 0 : 1, bytes, units[at]);
}

static void count_cell(double value, struct doc *doc)
{
    if (value < 0)
        doc_cell(doc, "-");
    else
        doc_cell(doc, "%.0f", value);
}

static void memory_row(const struct subject *subject, const struct subject_cell *cell, struct doc *doc)
{
    struct cell_rows rows = cell_rows_of(subject->run, cell->cell);
    where_cells(subject, doc);
    doc_cell(doc, "%" PRIu64, cell->cell->row->batch);
    bytes_cell(cell_rows_median(rows, "memory", "heap_peak_bytes"), doc);
    bytes_cell(cell_rows_median(rows, "memory", "rss_peak_bytes"), doc);
    double per_key = cell_rows_median(rows, "memory", "bytes_per_key");
    if (per_key < 0)
        doc_cell(doc, "-");
    else
        doc_cell(doc, "%.1f", per_key);
    if (cell->memory_name == NULL)
        doc_cell(doc, "-");
    else
        doc_cell(doc, "%.2f", cell->memory_factor);
    doc_cell(doc, "%s", cell->memory_name == NULL ? "-" : cell->memory_name);
    count_cell(cell_rows_median(rows, "memory", "faults_minor"), doc);
}

void section_memory(const struct subject *subjects, size_t count, struct doc *doc)
{
    static const char *const heads[] = {">batch",          ">heap peak", ">resident peak", ">bytes per key",
                                        ">over reference", "by",         ">minor faults",  NULL};
    doc_heading(doc, 3, "Memory");
    where_table(doc, heads);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++)
            memory_row(&subjects[i], &subjects[i].cells[j], doc);
    }
}

static bool arenas_known(const struct subject *subject)
{
    for (size_t i = 0; i < subject->count; i++) {
        struct cell_rows rows = cell_rows_of(subject->run, subject->cells[i].cell);
        if (cell_rows_median(rows, "contention", "arenas") >= 0 ||
            cell_rows_median(rows, "contention", "lock_waits") >= 0)
            return true;
    }
    return false;
}

static void arenas_row(const struct subject *subject, const struct subject_cell *cell, struct doc *doc)
{
    char wait[TEXT_BYTES];
    struct cell_rows rows = cell_rows_of(subject->run, cell->cell);
    where_cells(subject, doc);
    doc_cell(doc, "%" PRIu64, cell->cell->row->batch);
    count_cell(cell_rows_median(rows, "contention", "arenas"), doc);
    count_cell(cell_rows_median(rows, "contention", "arenas_limit"), doc);
    count_cell(cell_rows_median(rows, "contention", "threads_per_arena_max"), doc);
    count_cell(cell_rows_median(rows, "contention", "lock_waits"), doc);
    time_text(cell_rows_median(rows, "contention", "lock_wait_ns"), wait, sizeof wait);
    doc_cell(doc, "%s", wait);
}

void section_arenas(const struct subject *subjects, size_t count, struct doc *doc)
{
    static const char *const heads[] = {">batch",      ">arenas",    ">limit", ">threads per arena",
                                        ">lock waits", ">lock wait", NULL};
    bool begun = false;
    doc_heading(doc, 3, "Arenas and locks");
    for (size_t i = 0; i < count; i++) {
        if (!arenas_known(&subjects[i]))
            continue;
        if (!begun)
            where_table(doc, heads);
        begun = true;
        for (size_t j = 0; j < subjects[i].count; j++)
            arenas_row(&subjects[i], &subjects[i].cells[j], doc);
    }
    if (!begun)
        doc_paragraph(doc, "None of these allocators counted them.");
}
