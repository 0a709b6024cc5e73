/* print.c - see explain_print.h. */
#include "harness/driver/explain/print.h"

#include "harness/driver/explain/judge.h"
#include "harness/driver/trial/outcome.h"
#include "harness/driver/replay.h"
#include "harness/stats/rates.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_BYTES = 16 * 1024 };

static const char *verdict_text(const struct explain_row *row)
{
    if (row->factor[0] == '\0')
        return "";
    switch (row->verdict) {
    case EXPLAIN_FOLLOWS:
        return "follows";
    case EXPLAIN_FOLLOWS_NOT:
        return row->differs ? "does not follow*" : "does not follow";
    default:
        return "cannot tell";
    }
}

/* The commonest signature, or how the trials ended instead. */
static void found_print(const struct explain_row *row, FILE *out)
{
    if (row->missing[0] != '\0') {
        fprintf(out, "not run: %s", row->missing);
        return;
    }
    const struct explain_signature *most = NULL;
    for (size_t i = 0; i < row->signature_count; i++) {
        if (most == NULL || row->signatures[i].count > most->count)
            most = &row->signatures[i];
    }
    if (most != NULL) {
        fprintf(out, "%s (%" PRIu64 ")", most->text, most->count);
        return;
    }
    char text[OUTCOMES_TEXT_BYTES];
    fputs(outcomes_text(row->outcomes, text), out);
}

/* Columns of the factor and its value. */
struct widths {
    int factor, value;
};
static const struct widths single = {13, 10}, paired = {27, 18};

static void row_print(const struct explain_row *row, size_t number, const struct widths *widths, FILE *out)
{
    char counts[64], p[32] = "";
    snprintf(counts, sizeof counts, "%" PRIu64 "/%" PRIu64, row->crashes, row->trials);
    if (row->factor[0] != '\0' && row->trials > 0)
        snprintf(p, sizeof p, "%.2g", row->p);
    fprintf(out, "%3zu  %-*s %-*s %8s  %8s  %-16s  ", number, widths->factor,
            row->factor[0] == '\0' ? "(as given)" : row->factor, widths->value, row->value, counts, p,
            verdict_text(row));
    found_print(row, out);
    fputc('\n', out);
}

static bool replays_print(const struct explain_rows *rows, const char *program, FILE *out,
                          struct error *error)
{
    fputs("\nEach row again, until its first crash:\n", out);
    for (size_t i = 0; i < rows->count; i++) {
        char line[LINE_BYTES];
        if (!replay_run(program, &rows->rows[i].options, line, sizeof line, error))
            return false;
        fprintf(out, "%3zu  %s\n", i, line);
    }
    return true;
}

/* The names of the factors with this verdict, each once; returns how many. */
static size_t factors_print(const struct explain_rows *rows, enum explain_verdict verdict, const char *before,
                            FILE *out)
{
    size_t told = 0;
    for (size_t i = 1; i < rows->count; i++) {
        const char *factor = rows->rows[i].factor;
        bool again = i > 1 && strcmp(factor, rows->rows[i - 1].factor) == 0;
        if (again || explain_factor(rows, factor) != verdict)
            continue;
        fprintf(out, "%s%s", told == 0 ? before : ", ", factor);
        told++;
    }
    if (told > 0)
        fputs(".\n", out);
    return told;
}

static void sentence_print(const struct explain_rows *rows, FILE *out)
{
    fputc('\n', out);
    if (factors_print(rows, EXPLAIN_FOLLOWS, "The crash follows: ", out) == 0)
        fputs("The crash follows none of these factors, as far as can be told.\n", out);
    factors_print(rows, EXPLAIN_FOLLOWS_NOT, "It does not follow: ", out);
    factors_print(rows, EXPLAIN_CANNOT_TELL, "It cannot be told of: ", out);
}

static void table_print(const struct explain_rows *rows, const struct widths *widths, FILE *out)
{
    bool differs = false;
    fprintf(out, "%3s  %-*s %-*s %8s  %8s  %-16s  %s\n", "", widths->factor, "factor", widths->value, "value",
            "crashed", "p", "the crash", "how (most often)");
    for (size_t i = 0; i < rows->count; i++) {
        row_print(&rows->rows[i], i, widths, out);
        differs = differs || (i > 0 && rows->rows[i].differs && rows->rows[i].verdict == EXPLAIN_FOLLOWS_NOT);
    }
    if (differs)
        fputs("  * the rate is another one, but the crash is still there\n", out);
}

bool explain_print(const struct explain_rows *rows, const struct explain_trials *trials, FILE *out,
                   struct error *error)
{
    char text[8 * CELL_TEXT_BYTES];
    cell_text(&rows->rows[0].plan.cells[0], text, sizeof text);
    fprintf(out,
            "%s\n%" PRIu64 " rounds, each trial %" PRIu64
            " samples; p: Fisher's exact test against the given cell, two-sided, after Holm\n\n",
            text, rows->rows[0].plan.round_count / EXPLAIN_GIVEN_PER_ROUND, trials->samples);
    table_print(rows, &single, out);
    if (!replays_print(rows, trials->program, out, error))
        return false;
    if (rows->rows[0].crashes == 0)
        fputs("\nThe given cell crashed when it was looked at, and not any more: nothing can be told.\n",
              out);
    else
        sentence_print(rows, out);
    return true;
}

bool explain_print_pairs(const struct explain_rows *pairs, const struct explain_trials *trials, FILE *out,
                         struct error *error)
{
    size_t follows = 0, seen = 0;
    fprintf(out, "\nIn pairs, of the factors that it does not follow: %" PRIu64 " rounds\n\n",
            pairs->rows[0].plan.round_count / EXPLAIN_GIVEN_PER_ROUND);
    table_print(pairs, &paired, out);
    if (!replays_print(pairs, trials->program, out, error))
        return false;
    for (size_t i = 1; i < pairs->count; i++) {
        const struct explain_row *row = &pairs->rows[i];
        seen += row->crashes > 0;
        if (row->verdict == EXPLAIN_FOLLOWS)
            fprintf(out, "%s%s (%s)", follows++ == 0 ? "\nTogether it follows: " : "; ", row->factor,
                    row->value);
    }
    if (follows > 0)
        fputs(".\n", out);
    else
        fprintf(
            out,
            "\nNo two of them were seen to make it vanish together: it was there under %zu of %zu pairs.\n",
            seen, pairs->count - 1);
    return true;
}

void explain_print_healthy(const struct explain_trials *trials, FILE *out)
{
    double low, high;
    uint64_t tried = trials->look_trials - trials->look_void;
    fprintf(out, "nothing to explain: 0 of %" PRIu64 " trials crashed (%" PRIu64 " samples in %.0f s)\n",
            tried, trials->look_samples, trials->look_s);
    if (trials->look_samples == 0)
        return;
    rate_interval(0, trials->look_samples, &low, &high);
    fprintf(out, "crashes a sample: fewer than %.2g at 95 %% (Clopper-Pearson)\n", high);
}
