/* judge.c - see explain_judge.h. */
#include "harness/driver/explain/judge.h"

#include "harness/stats/holm.h"
#include "harness/stats/rates.h"

#include <string.h>

#define LEVEL 0.05
#define FEWER 0.25 /* share of the other rate from which on a crash counts as vanished */

static double rate(const struct explain_row *row)
{
    return row->trials == 0 ? 0 : (double)row->crashes / (double)row->trials;
}

static enum explain_verdict verdict(const struct explain_row *given, const struct explain_row *row)
{
    if (row->trials == 0 || given->trials == 0)
        return EXPLAIN_CANNOT_TELL;
    double one = rate(given), other = rate(row);
    if (row->differs && (other <= FEWER * one || one <= FEWER * other))
        return EXPLAIN_FOLLOWS;
    bool seen = fisher_two_sided(row->crashes, row->trials, 0, row->trials) < LEVEL;
    return seen ? EXPLAIN_FOLLOWS_NOT : EXPLAIN_CANNOT_TELL;
}

void explain_judge(struct explain_rows *rows)
{
    const struct explain_row *given = &rows->rows[0];
    double p[EXPLAIN_ROWS_MAX];
    size_t tested = 0;
    for (size_t i = 1; i < rows->count; i++) {
        const struct explain_row *row = &rows->rows[i];
        if (row->trials > 0)
            p[tested++] = fisher_two_sided(given->crashes, given->trials, row->crashes, row->trials);
    }
    holm_correct(p, tested);
    tested = 0;
    for (size_t i = 1; i < rows->count; i++) {
        struct explain_row *row = &rows->rows[i];
        row->p = row->trials > 0 ? p[tested++] : 1;
        row->differs = row->p < LEVEL;
        row->verdict = verdict(given, row);
    }
}

enum explain_verdict explain_factor(const struct explain_rows *rows, const char *factor)
{
    bool unknown = false;
    for (size_t i = 1; i < rows->count; i++) {
        if (strcmp(rows->rows[i].factor, factor) != 0)
            continue;
        if (rows->rows[i].verdict == EXPLAIN_FOLLOWS)
            return EXPLAIN_FOLLOWS;
        unknown = unknown || rows->rows[i].verdict == EXPLAIN_CANNOT_TELL;
    }
    return unknown ? EXPLAIN_CANNOT_TELL : EXPLAIN_FOLLOWS_NOT;
}
