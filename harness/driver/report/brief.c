/* brief.c - see sections.h: the verdicts on a screen of 24 lines and 80 columns, whatever was run. */
#include "harness/driver/report/decision.h"
#include "harness/driver/report/sections.h"

#include <stdarg.h>
#include <string.h>

enum {
    NAME_BYTES = 2 * CELL_TEXT_BYTES,
    SCREEN_LINES = 24,
    SCREEN_COLUMNS = 80,
    LAST_LINES = 2, /* criteria, and the prompt */
    NAME_COLUMNS = 34,
    LINE_BYTES = 8192,
    GRAVITIES = 6
};

/* Lines of a screen that are left. */
struct screen {
    FILE *out;
    size_t left;
};

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

static const char *colour_of(enum decision_kind kind)
{
    static const char *const of[DECISION_KINDS] = {[DECISION_ACCEPTED] = "\033[32m",
                                                   [DECISION_ACCEPTED_PART] = "\033[32m",
                                                   [DECISION_SEARCHED] = "",
                                                   [DECISION_OPEN] = "\033[33m",
                                                   [DECISION_REJECTED_PART] = "\033[31m",
                                                   [DECISION_REJECTED] = "\033[31m",
                                                   [DECISION_FAILED] = "\033[31m"};
    return of[kind];
}

/* A name or a reason holds what the file holds: nothing of it may steer the terminal, nor end a line. */
static void plain_make(char *text)
{
    for (; *text != '\0'; text++)
        *text = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
}

/* Cuts text to so many bytes, at the end of a character. */
static void cut(char *text, size_t bytes)
{
    if (strlen(text) <= bytes)
        return;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes--;
    text[bytes] = '\0';
}

/* Lines of the screen that a text takes, where it wraps. */
static size_t lines_of(const char *text)
{
    size_t length = strlen(text);
    return length == 0 ? 1 : (length + SCREEN_COLUMNS - 1) / SCREEN_COLUMNS;
}

static void text_print(struct screen *screen, const char *text)
{
    fprintf(screen->out, "%s\n", text);
    screen->left -= lines_of(text);
}

static void strategy_print(struct screen *screen, const struct subject *first, struct decision decision,
                           bool colour)
{
    char name[NAME_BYTES];
    const char *paint = colour ? colour_of(decision.kind) : "";
    summary_strategy(first->cells[0].cell, name, sizeof name);
    plain_make(name);
    cut(name, NAME_COLUMNS);
    fprintf(screen->out, "%-*s %s%s%s", NAME_COLUMNS, name, paint, decision_name(decision.kind),
            paint[0] == '\0' ? "" : "\033[0m");
    if (decision.count > 1)
        fprintf(screen->out, " (%zu of %zu)", decision.carried, decision.count);
    fputc('\n', screen->out);
    screen->left--;
}

static size_t strategies_count(const struct subjects *subjects)
{
    size_t strategies = 0;
    for (size_t from = 0; from < subjects->count; strategies++)
        from += subject_strategy_count(&subjects->items[from], subjects->count - from);
    return strategies;
}

/* A line for each strategy, what may be taken first; where they are too many, the last tells how many more.
 */
static void strategies_print(struct screen *screen, const struct subjects *subjects, bool colour)
{
    size_t left = strategies_count(subjects);
    size_t room = left <= screen->left ? left : screen->left - 1;
    for (int kind = 0; kind < DECISION_KINDS; kind++) {
        for (size_t from = 0, count; from < subjects->count; from += count) {
            count = subject_strategy_count(&subjects->items[from], subjects->count - from);
            struct decision decision = decision_of(&subjects->items[from], count);
            if (decision.kind != (enum decision_kind)kind || room == 0)
                continue;
            strategy_print(screen, &subjects->items[from], decision, colour);
            room--;
            left--;
        }
    }
    if (left > 0) {
        fprintf(screen->out, "... and %zu more, which are told without --brief\n", left);
        screen->left--;
    }
}

static const struct subject *gravest_of(const struct subject *subjects, size_t count)
{
    const struct subject *gravest = &subjects[0];
    for (size_t i = 1; i < count; i++)
        gravest = gravity(&subjects[i]) < gravity(gravest) ? &subjects[i] : gravest;
    return gravest;
}

static void line_make(char line[LINE_BYTES], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line_make(char line[LINE_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, LINE_BYTES, format, arguments);
    va_end(arguments);
    plain_make(line);
}

/* Why, and how to see it again or to settle it; all of it, or nothing where there is no room. */
static void reason_print(struct screen *screen, const struct subject *subject)
{
    enum { PARTS = 3 };
    char name[NAME_BYTES], verdict[NAME_BYTES], cell[2 * NAME_BYTES], lines[PARTS][LINE_BYTES];
    size_t count = 1, wanted = 0;
    summary_strategy(subject->cells[0].cell, name, sizeof name);
    subject_verdict_text(subject, verdict, sizeof verdict);
    subject_cell_text(subject->told, cell, sizeof cell);
    bool told = subject->verdict == SUBJECT_REJECTED; /* the reason names the cell */
    line_make(lines[0], "%s: %s%s%s: %s", name, verdict, told ? "" : " at ", told ? "" : cell,
              subject->reason);
    if (subject->verdict == SUBJECT_REJECTED && subject->trial->replay[0] != '\0')
        line_make(lines[count++], "    again: %s", subject->trial->replay);
    if (subject->settle[0] != '\0')
        line_make(lines[count++], "    settled by: %s", subject->settle);
    for (size_t i = 0; i < count; i++)
        wanted += lines_of(lines[i]);
    if (wanted > screen->left)
        return;
    for (size_t i = 0; i < count; i++)
        text_print(screen, lines[i]);
}

static void reasons_print(struct screen *screen, const struct subjects *subjects)
{
    for (int grave = 0; grave < GRAVITIES; grave++) {
        for (size_t from = 0, count; from < subjects->count; from += count) {
            count = subject_strategy_count(&subjects->items[from], subjects->count - from);
            const struct subject *gravest = gravest_of(&subjects->items[from], count);
            if (gravity(gravest) == grave)
                reason_print(screen, gravest);
        }
    }
}

void report_brief(const struct report *report, bool colour, FILE *out)
{
    static const char *const standings[] = {[STANDING_RECORDED] = "recorded before the results",
                                            [STANDING_NONE] = "not recorded before the results",
                                            [STANDING_OTHER] = "OTHERS were recorded before the results"};
    struct screen screen = {.out = out, .left = SCREEN_LINES - LAST_LINES};
    strategies_print(&screen, report->subjects, colour);
    reasons_print(&screen, report->subjects);
    fprintf(out, "criteria %s, %s\n", report->criteria->hash, standings[report_standing(report)]);
}
