/* brief.c - see sections.h: the verdicts on a screen. */
#include "harness/driver/report/sections.h"

#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, VERDICTS = SUBJECT_SEARCHED + 1, WHY_COLUMNS = 96 };

/* The graver, the lower. */
static int gravity(const struct subject *subject)
{
    if (subject->verdict == SUBJECT_REJECTED)
        return subject->criterion == CRITERION_FAILURES ? 0 : 1;
    static const int of[] = {[SUBJECT_INCONCLUSIVE] = 2,
                             [SUBJECT_ACCEPTED_FROM] = 3,
                             [SUBJECT_ACCEPTED] = 4,
                             [SUBJECT_SEARCHED] = 5};
    return of[subject->verdict];
}

static const char *colour_of(const struct subject *subject)
{
    static const char *const of[] = {"\033[31m", "\033[31m", "\033[33m", "\033[32m", "\033[32m", ""};
    return of[gravity(subject)];
}

static void counts_print(const struct subject *subjects, size_t count, FILE *out)
{
    static const char *const names[VERDICTS] = {"accepted", "accepted from a batch on", "rejected",
                                                "inconclusive", "searched only"};
    size_t counts[VERDICTS] = {0};
    const char *between = "";
    for (size_t i = 0; i < count; i++)
        counts[subjects[i].verdict]++;
    for (size_t i = 0; i < VERDICTS; i++) {
        if (counts[i] == 0)
            continue;
        fprintf(out, "%s%zu %s", between, counts[i], names[i]);
        between = ", ";
    }
    fputc('\n', out);
}

/* A name or a reason holds what the file holds: nothing of it may steer the terminal. */
static void plain_print(const char *text, int columns, FILE *out)
{
    for (int i = 0; i < columns && text[i] != '\0'; i++)
        fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i], out);
}

static void strategy_print(const struct subject *subjects, size_t count, bool colour, FILE *out)
{
    char name[NAME_BYTES], verdict[NAME_BYTES], cell[2 * NAME_BYTES];
    const struct subject *gravest = &subjects[0];
    for (size_t i = 1; i < count; i++)
        gravest = gravity(&subjects[i]) < gravity(gravest) ? &subjects[i] : gravest;
    summary_strategy(subjects[0].cells[0].cell, name, sizeof name);
    subject_verdict_text(gravest, verdict, sizeof verdict);
    subject_cell_text(gravest->told, cell, sizeof cell);
    plain_print(name, WHY_COLUMNS, out);
    fputs(": ", out);
    counts_print(subjects, count, out);
    fprintf(out, "    %s%s%s ", colour ? colour_of(gravest) : "", verdict, colour ? "\033[0m" : "");
    plain_print(cell, WHY_COLUMNS, out);
    fputs("\n    ", out);
    plain_print(gravest->reason, 4 * WHY_COLUMNS, out);
    fputc('\n', out);
    if (gravest->verdict == SUBJECT_REJECTED && gravest->trial->replay[0] != '\0') {
        fputs("    again: ", out);
        plain_print(gravest->trial->replay, SUBJECT_REASON_BYTES, out);
        fputc('\n', out);
    }
    if (gravest->settle[0] != '\0') {
        fputs("    settled by: ", out);
        plain_print(gravest->settle, SUBJECT_REASON_BYTES, out);
        fputc('\n', out);
    }
}

void report_brief(const struct report *report, bool colour, FILE *out)
{
    const struct subjects *subjects = report->subjects;
    for (size_t from = 0, to; from < subjects->count; from = to) {
        for (to = from + 1;
             to < subjects->count && subject_same_strategy(&subjects->items[from], &subjects->items[to]);)
            to++;
        strategy_print(&subjects->items[from], to - from, colour, out);
    }
    fprintf(out, "criteria %s; the gravest verdict of each strategy is told\n", report->criteria->hash);
}
