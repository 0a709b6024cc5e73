/* advice.c - see advice.h. */
#include "harness/driver/advice.h"

#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <string.h>

enum { FAILURES_SHOWN = 5, NAME_BYTES = 2 * CELL_TEXT_BYTES };

static void failure_print(const struct cell_summary *cell, FILE *out)
{
    const struct result_row *row = cell->failed;
    char strategy[NAME_BYTES], allocator[NAME_BYTES];
    summary_strategy(cell, strategy, sizeof strategy);
    summary_allocator(cell, allocator, sizeof allocator);
    fprintf(out, "  %s in %zu of %zu trials: %s, batch %" PRIu64 ", %" PRIu64 " thread%s, %s on %s\n",
            outcome_name(row->outcome), (size_t)cell->outcomes[row->outcome], cell->trials, strategy,
            row->batch, row->threads, row->threads == 1 ? "" : "s", row->workload, allocator);
    if (row->reason[0] != '\0')
        fprintf(out, "    %s\n", row->reason);
    if (row->replay[0] != '\0')
        fprintf(out, "    again: %s\n", row->replay);
}

static void failures_print(const struct summary *summary, FILE *out)
{
    size_t failed = 0;
    for (size_t i = 0; i < summary->count; i++) {
        if (summary->cells[i].failed != NULL && ++failed <= FAILURES_SHOWN)
            failure_print(&summary->cells[i], out);
    }
    if (failed > FAILURES_SHOWN)
        fprintf(out, "  and %zu more cells with trials that are not ok\n", failed - FAILURES_SHOWN);
}

/* Whether a trial was flagged because the spinning control did not reach the speed-up of its threads. */
static bool control_short(const struct result_row *row)
{
    const json_t *disturbance = json_object_get(row->json, "disturbance");
    const json_t *causes = json_object_get(disturbance, "flagged_by");
    for (size_t i = 0; i < json_array_size(causes); i++) {
        const char *cause = json_string_value(json_array_get(causes, i));
        if (cause != NULL && strcmp(cause, "control") == 0)
            return true;
    }
    return false;
}

static void disturbances_print(const struct results *results, const char *program, FILE *out)
{
    size_t flagged = 0, without_cores = 0;
    for (size_t i = 0; i < results->row_count; i++) {
        flagged += results->rows[i].flagged;
        without_cores += control_short(&results->rows[i]);
    }
    if (without_cores > 0)
        fprintf(out,
                "  in %zu of %zu trials plain spinning did not speed up with its threads: the cores were not "
                "really\n"
                "    there, and no parallel figure of those trials counts; %s doctor\n",
                without_cores, results->row_count, program);
    if (flagged > without_cores)
        fprintf(out, "  %zu of %zu trials were otherwise disturbed from outside; %s doctor\n",
                flagged - without_cores, results->row_count, program);
}

/* Intervals that more rounds would bring; where trials fail, that comes first. */
static bool intervals_missing(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct cell_summary *cell = &summary->cells[i];
        if (cell->median_ns >= 0 && !cell->interval && cell->median_count == cell->trials)
            return true;
    }
    return false;
}

/* "  fastest, facts on glibc: sequential (10, 50), thread-local (100)"; from the first cell of a group on. */
static size_t fastest_print(const struct summary *summary, size_t from, FILE *out)
{
    const struct cell_summary *first = &summary->cells[from], *before = NULL;
    char allocator[NAME_BYTES], name[NAME_BYTES], last[NAME_BYTES] = "";
    summary_allocator(first, allocator, sizeof allocator);
    size_t at = from;
    for (; at < summary->count && summary_same_group(first, &summary->cells[at]); at++) {
        const struct cell_summary *cell = &summary->cells[at];
        if (!cell->best)
            continue;
        summary_strategy(cell, name, sizeof name);
        if (before == NULL)
            fprintf(out, "  fastest, %s on %s (%s, %s): ", first->row->workload, allocator,
                    first->row->symbols, first->row->keys);
        if (before != NULL && strcmp(name, last) == 0 && before->row->threads == cell->row->threads)
            fprintf(out, ", %" PRIu64, cell->row->batch);
        else
            fprintf(out, "%s%s at %" PRIu64, before == NULL ? "" : "; ", name, cell->row->batch);
        memcpy(last, name, sizeof last);
        before = cell;
    }
    if (before != NULL)
        fputc('\n', out);
    return at;
}

void advice_print(const struct results *results, const struct summary *summary, const char *program,
                  FILE *out)
{
    if (summary->count == 0)
        return;
    fputs("\nWhat to look at next\n", out);
    failures_print(summary, out);
    disturbances_print(results, program, out);
    for (size_t i = 0; i < summary->count;)
        i = fastest_print(summary, i, out);
    if (intervals_missing(summary))
        fputs("  --rounds 6 or more gives every figure a 95 % interval\n", out);
}
