/* pairs.c - see compare_pairs.h. */
#include "harness/driver/compare/pairs.h"

#include "harness/driver/ordering.h"
#include "harness/driver/limits.h"
#include "harness/driver/trial/outcome.h"
#include "harness/stats/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 0.05

static int texts_compare(const char *const *a, const char *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int by = strcmp(a[i], b[i]);
        if (by != 0)
            return by;
    }
    return 0;
}

static int family_compare(const struct result_row *a, const struct result_row *b)
{
    const char *const left[] = {a->strategy, a->options, a->allocator, a->knobs}, *const right[] = {
                                                                                      b->strategy, b->options,
                                                                                      b->allocator, b->knobs};
    return texts_compare(left, right, sizeof left / sizeof left[0]);
}

static int cell_compare(const struct sided_row *one, const struct sided_row *other)
{
    const struct result_row *a = one->row, *b = other->row;
    const char *const left[] = {one->build, a->workload, a->symbols, a->keys, a->bind}, *const right[] = {
                                                                                            other->build,
                                                                                            b->workload,
                                                                                            b->symbols,
                                                                                            b->keys, b->bind};
    int by = family_compare(a, b);
    if (by == 0)
        by = texts_compare(left, right, sizeof left / sizeof left[0]);
    if (by == 0)
        by = numbers_compare(a->batch, b->batch);
    return by != 0 ? by : numbers_compare(a->threads, b->threads);
}

static int row_order(const void *a, const void *b)
{
    const struct sided_row *left = a, *right = b;
    int by = cell_compare(left, right);
    if (by == 0)
        by = left->after - right->after;
    if (by == 0)
        by = numbers_compare(left->row->round, right->row->round);
    return by != 0 ? by : numbers_compare(left->row->line, right->row->line);
}

bool pairs_same_family(const struct pair *a, const struct pair *b)
{
    return family_compare(a->row, b->row) == 0;
}

bool pairs_same_cell(const struct pair *a, const struct pair *b)
{
    const struct sided_row left = {a->row, "", false}, right = {b->row, "", false};
    return cell_compare(&left, &right) == 0;
}

const char *pair_signature(const struct result_row *row)
{
    const char *signature =
        json_string_value(json_object_get(json_object_get(row->json, "crash"), "signature"));
    return signature != NULL ? signature : outcome_name(row->outcome);
}

static void side_count(struct pair_side *side, const struct result_row *row)
{
    side->trials++;
    side->row = row;
    if (row->outcome == OUTCOME_OK) {
        side->ok++;
    } else if (row->outcome == OUTCOME_REFUSED) {
        side->refused++;
    } else {
        side->failed++;
        if (side->first_failed == NULL || row->line < side->first_failed->line)
            side->first_failed = row;
    }
}

/* A trial after that failed in a way that none before did; NULL if there is none. */
static const struct result_row *new_failure(const struct sided_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct result_row *row = rows[i].row;
        bool known = !rows[i].after || row->outcome == OUTCOME_OK || row->outcome == OUTCOME_REFUSED;
        for (size_t j = 0; !known && j < count && !rows[j].after; j++)
            known = rows[j].row->outcome != OUTCOME_OK &&
                    strcmp(pair_signature(rows[j].row), pair_signature(row)) == 0;
        if (!known)
            return row;
    }
    return NULL;
}

static enum pair_status status_of(const struct pair_side *before, const struct pair_side *after,
                                  const struct result_row *fresh)
{
    if (before->trials == 0)
        return PAIR_ONLY_AFTER;
    if (after->trials == 0)
        return PAIR_ONLY_BEFORE;
    if (fresh != NULL)
        return before->failed == 0 ? PAIR_CRASH_NEW : PAIR_SIGNATURE_NEW;
    if (after->failed > 0) {
        bool more = after->failed * before->trials > before->failed * after->trials &&
                    fisher_two_sided(before->failed, before->trials, after->failed, after->trials) < LEVEL;
        return more ? PAIR_CRASH_MORE : PAIR_CRASH_SAME;
    }
    if (before->failed > 0)
        return PAIR_CRASH_GONE;
    return before->refused > 0 || after->refused > 0 ? PAIR_REFUSED : PAIR_TIMES;
}

static void status_settle(struct pair *pair, const struct result_row *fresh)
{
    pair->status = status_of(&pair->before, &pair->after, fresh);
    if (fresh != NULL)
        pair->told = fresh;
    else if (pair->status == PAIR_CRASH_MORE || pair->status == PAIR_CRASH_SAME)
        pair->told = pair->after.first_failed;
    else if (pair->status == PAIR_CRASH_GONE)
        pair->told = pair->before.first_failed;
    else if (pair->status == PAIR_REFUSED)
        pair->told = pair->after.refused > 0 ? pair->after.row : pair->before.row;
}

/* Puts a side's medians, times sign on the logarithm, into their rounds; the second side completes a pair. */
static void times_take(struct pair *pair, const struct sided_row *rows, size_t count, double *times,
                       size_t rounds)
{
    for (size_t i = 0; i < rounds; i++)
        times[2 * i] = times[2 * i + 1] = NAN;
    for (size_t i = 0; i < count; i++) {
        const struct result_row *row = rows[i].row;
        if (row->outcome != OUTCOME_OK || row->median_ns <= 0 || row->round >= rounds)
            continue;
        double *time = &times[2 * row->round + rows[i].after];
        *time = isnan(*time) ? log(row->median_ns) : *time;
    }
    for (size_t i = 0; i < rounds; i++) {
        pair->log_ratios[i] = times[2 * i + 1] - times[2 * i];
        pair->pairs += !isnan(pair->log_ratios[i]);
    }
}

static void pair_fill(struct pair *pair, const struct sided_row *rows, size_t count, double *times,
                      size_t rounds)
{
    pair->row = rows[0].row;
    for (size_t i = 0; i < count; i++)
        side_count(rows[i].after ? &pair->after : &pair->before, rows[i].row);
    status_settle(pair, new_failure(rows, count));
    times_take(pair, rows, count, times, rounds);
}

static size_t cell_end(const struct sided_row *rows, size_t count, size_t from)
{
    size_t to = from + 1;
    while (to < count && cell_compare(&rows[from], &rows[to]) == 0)
        to++;
    return to;
}

static void measure(const struct sided_row *rows, size_t count, struct pairs *pairs)
{
    for (size_t from = 0; from < count; from = cell_end(rows, count, from))
        pairs->count++;
    for (size_t i = 0; i < count; i++) {
        uint64_t round = rows[i].row->round;
        if (round < LIMIT_ROUNDS && round >= pairs->rounds)
            pairs->rounds = (size_t)round + 1;
    }
}

bool pairs_make(struct sided_row *rows, size_t count, struct pairs *pairs, struct error *error)
{
    *pairs = (struct pairs){0};
    if (count > 0)
        qsort(rows, count, sizeof *rows, row_order);
    measure(rows, count, pairs);
    if (pairs->count > LIMIT_CELLS) {
        *pairs = (struct pairs){0};
        return error_set(error, "there are more than %d cells", LIMIT_CELLS);
    }
    pairs->items = calloc(pairs->count + 1, sizeof *pairs->items);
    pairs->log_ratios = calloc(pairs->count * pairs->rounds + 1, sizeof *pairs->log_ratios);
    double *times = calloc(2 * pairs->rounds + 1, sizeof *times);
    if (pairs->items == NULL || pairs->log_ratios == NULL || times == NULL) {
        free(times);
        pairs_free(pairs);
        return error_set(error, "no memory to compare");
    }
    for (size_t from = 0, at = 0; from < count; at++) {
        size_t to = cell_end(rows, count, from);
        pairs->items[at].log_ratios = pairs->log_ratios + at * pairs->rounds;
        pair_fill(&pairs->items[at], rows + from, to - from, times, pairs->rounds);
        from = to;
    }
    free(times);
    return true;
}

void pairs_free(struct pairs *pairs)
{
    free(pairs->items);
    free(pairs->log_ratios);
    *pairs = (struct pairs){0};
}
