/* document.c - see sections.h: the report as a whole, and the parts that are of no single strategy. */
#include "harness/driver/report/sections.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

static void section_runs(const struct report *report, struct doc *doc)
{
    static const char *const heads[] = {">run",      "id",      "started",  "commit",
                                        "processor", ">trials", "finished", NULL};
    doc_heading(doc, 2, "What was run");
    doc_table(doc, heads);
    for (size_t i = 0; i < report->run_count; i++) {
        const struct report_run *run = &report->runs[i];
        doc_cell(doc, "%zu", i + 1);
        doc_cell(doc, "%s", report_run_text(run, NULL, "id"));
        doc_cell(doc, "%s", report_run_text(run, NULL, "started"));
        doc_cell(doc, "%.12s%s", report_run_text(run, NULL, "git_commit"),
                 json_is_true(json_object_get(run->results.run, "git_dirty")) ? ", changed" : "");
        doc_cell(doc, "%s", report_run_text(run, "host", "cpu"));
        doc_cell(doc, "%zu", run->results.row_count);
        doc_cell(doc, "%s", run->results.unfinished ? "no" : "yes");
    }
}

static void sections_strategies(const struct report *report, struct doc *doc)
{
    const struct subjects *subjects = report->subjects;
    for (size_t from = 0, count; from < subjects->count; from += count) {
        count = subject_strategy_count(&subjects->items[from], subjects->count - from);
        section_strategy(report, &subjects->items[from], count, doc);
    }
}

static void claim_row(const json_t *claim, struct doc *doc)
{
    static const char *const fields[] = {"id", "said", "measured", "verdict"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *text = json_string_value(json_object_get(claim, fields[i]));
        doc_cell(doc, "%s", text == NULL ? "" : text);
    }
}

static void claims_replay(const struct report *report, struct doc *doc)
{
    char *text = NULL;
    size_t size = 0, at, lines = 0;
    const json_t *claim;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        doc->failed = true;
        return;
    }
    json_array_foreach(report->claims, at, claim)
    {
        const char *id = json_string_value(json_object_get(claim, "id")),
                   *line = json_string_value(json_object_get(claim, "replay"));
        if (id == NULL || line == NULL)
            continue;
        fprintf(out, "%s  # %s\n", line, id);
        lines++;
    }
    if (fclose(out) != 0 || text == NULL)
        doc->failed = true;
    else if (lines > 0)
        doc_fold(doc, "A claim's cell again:", text);
    free(text);
}

void section_claims(const struct report *report, struct doc *doc)
{
    static const char *const heads[] = {"claim", "said (quoted)", "measured here", "verdict", NULL};
    size_t at;
    const json_t *claim;
    if (report->claims == NULL)
        return;
    doc_heading(doc, 2, "The earlier study, claim by claim");
    doc_paragraph(doc,
                  "What was said is quoted from the study and was measured there, on another machine; the "
                  "rest is from triebench repro.");
    doc_table(doc, heads);
    json_array_foreach(report->claims, at, claim)
    {
        claim_row(claim, doc);
    }
    claims_replay(report, doc);
}

/* The A/A floors of a run, a row a batch. */
static void floors_table(const struct report *report, struct doc *doc)
{
    static const char *const heads[] = {">run", "workload", "allocator", ">batch", ">differs from itself by",
                                        NULL};
    bool begun = false;
    for (size_t i = 0; i < report->run_count; i++) {
        for (size_t j = 0; j < report->runs[i].summary.count; j++) {
            const struct cell_summary *cell = &report->runs[i].summary.cells[j];
            char allocator[NAME_BYTES];
            if (!cell->row->twin || cell->speedup <= 0)
                continue;
            if (!begun)
                doc_table(doc, heads);
            begun = true;
            summary_allocator(cell, allocator, sizeof allocator);
            doc_cell(doc, "%zu", i + 1);
            doc_cell(doc, "%s", cell->row->workload);
            doc_cell(doc, "%s", allocator);
            doc_cell(doc, "%" PRIu64, cell->row->batch);
            doc_cell(doc, "%.1f %%", 100 * (fmax(cell->speedup, 1 / cell->speedup) - 1));
        }
    }
    if (!begun)
        doc_paragraph(doc, "A/A was not measured (--aa), so it is not known what these runs cannot tell.");
}

static void run_limits(const struct report_run *run, size_t number, struct doc *doc)
{
    size_t over = 0, flagged = 0;
    for (size_t i = 0; i < run->results.row_count; i++) {
        over += run->results.rows[i].oversubscribed;
        flagged += run->results.rows[i].flagged;
    }
    const json_t *machine = json_object_get(json_object_get(run->results.run, "host"), "virtual");
    doc_paragraph(
        doc,
        "Run %zu: %s, %.0f cores, %s, kernel %s, %s, clock frequency governor %s. %zu of %zu trials were "
        "oversubscribed (more threads than processors), %zu flagged as disturbed from outside.%s",
        number, report_run_text(run, "host", "cpu"), report_run_host(run, "cores"),
        json_is_true(machine)    ? "a virtual machine"
        : json_is_false(machine) ? "no virtual machine"
                                 : "not known whether virtual",
        report_run_text(run, "host", "kernel"), report_run_text(run, "host", "libc"),
        report_run_text(run, "host", "governor"), over, run->results.row_count, flagged,
        run->results.unfinished ? " It is not finished." : "");
    for (size_t i = 0; i < run->results.problem_count; i++)
        doc_paragraph(doc, "Not read: %s.", run->results.problems[i].text);
}

void section_limits(const struct report *report, struct doc *doc)
{
    doc_heading(doc, 2, "Limits of these figures");
    doc_paragraph(
        doc, "Figures of different runs are not compared with each other. Each verdict stands alone, at its "
             "own level: of many, some few may be wrong.");
    for (size_t i = 0; i < report->run_count; i++)
        run_limits(&report->runs[i], i + 1, doc);
    doc_paragraph(
        doc, "The floor: sequential, measured twice under two names. A smaller difference says nothing.");
    floors_table(report, doc);
}

void section_again(const struct report *report, struct doc *doc)
{
    doc_heading(doc, 2, "How to repeat it");
    for (size_t i = 0; i < report->run_count; i++) {
        doc_paragraph(doc, "Run %zu, on triebench %s, %s, %s:", i + 1,
                      report_run_text(&report->runs[i], NULL, "tool_version"),
                      report_run_text(&report->runs[i], NULL, "compiler"),
                      report_run_text(&report->runs[i], NULL, "flags"));
        doc_code(doc, report_run_text(&report->runs[i], NULL, "command"));
    }
    doc_paragraph(doc, "This report: triebench report, with the run.jsonl of the runs above.");
}

void report_document(const struct report *report, struct doc *doc)
{
    doc_heading(doc, 1, "Which strategy to take");
    section_verdicts(report, doc);
    section_runs(report, doc);
    section_plots(report, doc);
    sections_strategies(report, doc);
    section_allocators(report, doc);
    section_claims(report, doc);
    section_limits(report, doc);
    section_again(report, doc);
}
