/* latency.c - see sections.h: a strategy's chapter, of which the latency table is the heart. */
#include "harness/driver/report/sections.h"

#include "harness/driver/limits.h"
#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, TIME_BYTES = 32, LINE_BYTES = 8192 };

static void outcomes_cell(const struct cell_summary *cell, struct doc *doc)
{
    char text[OUTCOMES_TEXT_BYTES];
    doc_cell(doc, "%s", outcomes_text(cell->outcomes, text));
}

static void marks_cell(const struct cell_summary *cell, struct doc *doc)
{
    const char *over = cell->oversubscribed ? "oversubscribed" : "";
    if (cell->flagged > 0)
        doc_cell(doc, "%s%s%zu flagged", over, cell->oversubscribed ? ", " : "", cell->flagged);
    else
        doc_cell(doc, "%s", over);
}

static void speedup_cells(const struct subject_cell *cell, struct doc *doc)
{
    const struct change *change = &cell->change;
    if (change->pairs == 0)
        doc_cell(doc, "-");
    else
        doc_cell(doc, "%.2fx", 1 / change->ratio);
    if (change->interval)
        doc_cell(doc, "%.2f .. %.2f", 1 / change->high, 1 / change->low);
    else
        doc_cell(doc, "-");
}

static void latency_row(const struct subject *subject, const struct subject_cell *of, struct doc *doc)
{
    char median[TIME_BYTES], low[TIME_BYTES], high[TIME_BYTES], reference[TIME_BYTES] = "-";
    const struct cell_summary *cell = of->cell;
    uint64_t batch = cell->row->batch;
    time_text(cell->median_ns, median, sizeof median);
    if (of->reference != NULL)
        time_text(of->reference->median_ns, reference, sizeof reference);
    where_cells(subject, doc);
    doc_cell(doc, "%" PRIu64, batch);
    doc_cell(doc, "%s", median);
    if (cell->interval) {
        time_text(cell->low_ns, low, sizeof low);
        time_text(cell->high_ns, high, sizeof high);
        doc_cell(doc, "%s .. %s", low, high);
    } else {
        doc_cell(doc, "-");
    }
    if (cell->median_ns >= 0 && batch > 0)
        doc_cell(doc, "%.1f", cell->median_ns / (double)batch);
    else
        doc_cell(doc, "-");
    doc_cell(doc, "%s", reference);
    speedup_cells(of, doc);
    outcomes_cell(cell, doc);
    marks_cell(cell, doc);
}

static void section_latency(const struct report *report, const struct subject *subjects, size_t count,
                            struct doc *doc)
{
    static const char *const heads[] = {">batch",     ">median",  "95 % interval", ">ns/item",
                                        ">reference", ">speedup", "95 % interval", "trials",
                                        "marks",      NULL};
    doc_heading(doc, 3, "Latency");
    doc_paragraph(
        doc,
        "Median of the rounds' medians, with its interval by order statistics. The speedup over %s pairs "
        "the times of each round; above 1 is faster.",
        report->reference);
    where_table(doc, heads);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < subjects[i].count; j++)
            latency_row(&subjects[i], &subjects[i].cells[j], doc);
    }
}

/* A budget that lets so many rounds be: three times what the run's own took, since rounds are cut by what
 * trials may take at most. 0: not known. */
static uint64_t budget_of(const struct subject *subject, size_t rounds)
{
    const json_t *seconds = json_object_get(subject->run->results.end, "seconds");
    size_t done = subject->told->cell->trials;
    if (!json_is_number(seconds) || !(json_number_value(seconds) > 0) ||
        json_number_value(seconds) > LIMIT_BUDGET_S)
        return 0;
    double wanted = ceil(3 * json_number_value(seconds) * (double)rounds / (double)done);
    return wanted < LIMIT_BUDGET_S ? (uint64_t)wanted : LIMIT_BUDGET_S;
}

/* The run's own line, with as many rounds as would settle it and the time for them; of two options of a name
 * the last counts. */
static void settle_line(const struct subject *subject, struct doc *doc)
{
    const char *command = json_string_value(json_object_get(subject->run->results.run, "command"));
    uint64_t budget = budget_of(subject, subject->settle_rounds);
    char line[LINE_BYTES], time[TIME_BYTES] = "";
    if (budget > 0)
        (void)snprintf(time, sizeof time, " --budget %" PRIu64, budget);
    int used = command == NULL
                   ? -1
                   : snprintf(line, sizeof line, "%s --rounds %zu%s", command, subject->settle_rounds, time);
    if (used > 0 && (size_t)used < sizeof line)
        doc_code(doc, line);
}

static void section_verdict(const struct subject *subject, struct doc *doc)
{
    char verdict[NAME_BYTES], allocator[NAME_BYTES];
    const struct result_row *row = subject->cells[0].cell->row;
    subject_verdict_text(subject, verdict, sizeof verdict);
    summary_allocator(subject->cells[0].cell, allocator, sizeof allocator);
    doc_paragraph(doc, "%s on %s, %" PRIu64 " thread%s, run %zu: %s: %s.", row->workload, allocator,
                  row->threads, row->threads == 1 ? "" : "s", subject->run_number + 1, verdict,
                  subject->reason);
    if (subject->trial->replay[0] != '\0')
        doc_code(doc, subject->trial->replay);
    if (subject->settle[0] != '\0')
        doc_paragraph(doc, "It would be settled by %s%s", subject->settle,
                      subject->settle_rounds > 0 ? ":" : ".");
    if (subject->settle_rounds > 0)
        settle_line(subject, doc);
}

void section_strategy(const struct report *report, const struct subject *subjects, size_t count,
                      struct doc *doc)
{
    char name[NAME_BYTES];
    size_t trials = 0, cells = 0;
    summary_strategy(subjects[0].cells[0].cell, name, sizeof name);
    for (size_t i = 0; i < count; i++) {
        trials += subjects[i].trials;
        cells += subjects[i].count;
    }
    doc_heading(doc, 2, "%s", name);
    section_hypothesis(report, subjects, count, doc);
    doc_paragraph(doc, "What was run: %zu trials of %zu cells.", trials, cells);
    section_latency(report, subjects, count, doc);
    section_crashes(subjects, count, doc);
    section_phases(subjects, count, doc);
    section_memory(subjects, count, doc);
    section_arenas(subjects, count, doc);
    doc_heading(doc, 3, "Verdict");
    for (size_t i = 0; i < count; i++)
        section_verdict(&subjects[i], doc);
}
