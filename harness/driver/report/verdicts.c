/* verdicts.c - see sections.h: the verdicts, from what is decided down to each with its reason. */
#include "harness/driver/report/decision.h"
#include "harness/driver/report/sections.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

static void criteria_tell(const struct report *report, struct doc *doc)
{
    const struct criteria *criteria = report->criteria;
    doc_paragraph(
        doc,
        "Criteria (hash %s): no failure in at least %" PRIu64
        " trials; at no batch size slower than %s by more than %.3g %%, or than what it differs from itself "
        "by if that is more; from batch %" PRIu64 " on a speedup of at least %.3g. Intervals are of %.3g %%.",
        criteria->hash, criteria->trials_min, report->reference, 100 * criteria->margin,
        criteria->speedup_from, criteria->speedup_min, 100 * (1 - criteria->alpha));
    if (criteria->memory_factor_max > 0)
        doc_paragraph(doc, "Memory: at most %.3g times that of %s.", criteria->memory_factor_max,
                      report->reference);
    section_standing(report, doc);
}

/* The strategies of one decision in a cell, with in how many of their verdicts it stands; none, no row. */
static void decision_row(const struct subjects *subjects, enum decision_kind kind, struct doc *doc)
{
    char *text = NULL;
    size_t size = 0, told = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t from = 0, count; from < subjects->count; from += count) {
        const struct subject *first = &subjects->items[from];
        char name[NAME_BYTES];
        count = subject_strategy_count(first, subjects->count - from);
        struct decision decision = decision_of(first, count);
        if (decision.kind != kind)
            continue;
        summary_strategy(first->cells[0].cell, name, sizeof name);
        fprintf(out, "%s%s (%zu of %zu)", told++ == 0 ? "" : ", ", name, decision.carried, decision.count);
    }
    if (fclose(out) != 0 || text == NULL) {
        doc->failed = true;
    } else if (told > 0) {
        doc_cell(doc, "%s", decision_name(kind));
        doc_cell(doc, "%s", text);
    }
    free(text);
}

static void decisions_table(const struct subjects *subjects, struct doc *doc)
{
    static const char *const heads[] = {"decision", "strategies", NULL};
    doc_table(doc, heads);
    for (int kind = 0; kind < DECISION_KINDS; kind++)
        decision_row(subjects, (enum decision_kind)kind, doc);
}

/* What may be taken first. */
static int rank(const struct subject *subject)
{
    static const int of[] = {[SUBJECT_ACCEPTED] = 0,
                             [SUBJECT_ACCEPTED_FROM] = 1,
                             [SUBJECT_SEARCHED] = 2,
                             [SUBJECT_INCONCLUSIVE] = 3,
                             [SUBJECT_REJECTED] = 4};
    return of[subject->verdict];
}

static int rank_order(const void *a, const void *b)
{
    const struct subject *left = *(const struct subject *const *)a,
                         *right = *(const struct subject *const *)b;
    int by = rank(left) - rank(right);
    return by != 0 ? by : (left > right) - (left < right);
}

static void reason_row(const struct subject *subject, struct doc *doc)
{
    char name[NAME_BYTES], verdict[NAME_BYTES];
    summary_strategy(subject->cells[0].cell, name, sizeof name);
    subject_verdict_text(subject, verdict, sizeof verdict);
    doc_cell(doc, "%s", name);
    doc_cell(doc, "%s", verdict);
    where_cells(subject, doc);
    doc_cell(doc, "%s%s%s", subject->reason, subject->settle[0] != '\0' ? "; settled by " : "",
             subject->settle);
}

static void reasons_table(const struct subjects *subjects, struct doc *doc)
{
    static const char *const heads[] = {"strategy",  "verdict",  ">run", "workload",
                                        "allocator", ">threads", "why",  NULL};
    const struct subject **sorted = calloc(subjects->count, sizeof(struct subject *));
    if (sorted == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t i = 0; i < subjects->count; i++)
        sorted[i] = &subjects->items[i];
    qsort(sorted, subjects->count, sizeof(struct subject *), rank_order);
    doc_heading(doc, 3, "Each verdict with its reason");
    doc_table(doc, heads);
    for (size_t i = 0; i < subjects->count; i++)
        reason_row(sorted[i], doc);
    free(sorted);
}

void section_verdicts(const struct report *report, struct doc *doc)
{
    doc_heading(doc, 2, "Verdicts");
    if (report->subjects->count == 0) {
        criteria_tell(report, doc);
        doc_paragraph(doc, "There is nothing to judge: no strategy but %s and the controls was run.",
                      report->reference);
        return;
    }
    doc_paragraph(
        doc,
        "Each strategy against %s, by the criteria below. A verdict is of one run, workload, "
        "allocator and number of threads; in brackets stands in how many of its verdicts a strategy is as "
        "told. ACCEPTED FROM tells from which batch size on.",
        report->reference);
    decisions_table(report->subjects, doc);
    section_glance(report, doc);
    criteria_tell(report, doc);
    reasons_table(report->subjects, doc);
}
