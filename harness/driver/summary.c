/* summary.c - see summary.h. */
#include "harness/driver/summary.h"

#include "harness/driver/ordering.h"
#include "harness/stats/quantile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int group_compare(const struct result_row *a, const struct result_row *b)
{
    const int by[] = {strcmp(a->workload, b->workload), strcmp(a->allocator, b->allocator),
                      strcmp(a->knobs, b->knobs),       strcmp(a->symbols, b->symbols),
                      strcmp(a->keys, b->keys),         strcmp(a->bind, b->bind),
                      strcmp(a->build, b->build)};
    return first_difference(by, sizeof by / sizeof by[0]);
}

bool summary_same_group(const struct cell_summary *a, const struct cell_summary *b)
{
    return group_compare(a->row, b->row) == 0;
}

static int name_text(const char *name, const char *rest, const char *behind, char *text, size_t size)
{
    return snprintf(text, size, "%s%s%s%s", name, rest[0] == '\0' ? "" : ":", rest, behind);
}

int summary_strategy(const struct cell_summary *cell, char *text, size_t size)
{
    return name_text(cell->row->strategy, cell->row->options, cell->row->twin ? " (again)" : "", text, size);
}

int summary_allocator(const struct cell_summary *cell, char *text, size_t size)
{
    return name_text(cell->row->allocator, cell->row->knobs, "", text, size);
}

/* Trials of one cell next to each other, first round first. */
static int row_order(const void *a, const void *b)
{
    const struct result_row *left = *(const struct result_row *const *)a,
                            *right = *(const struct result_row *const *)b;
    int by_key = strcmp(left->key, right->key);
    if (by_key != 0)
        return by_key;
    int by_round = numbers_compare(left->round, right->round);
    return by_round != 0 ? by_round : numbers_compare(left->line, right->line);
}

static int table_order(const void *a, const void *b)
{
    const struct cell_summary *left = a, *right = b;
    int by = group_compare(left->row, right->row);
    if (by == 0)
        by = numbers_compare(left->row->batch, right->row->batch);
    if (by == 0)
        by = (left->median_ns < 0) - (right->median_ns < 0);
    if (by == 0)
        by = (left->median_ns > right->median_ns) - (left->median_ns < right->median_ns);
    return by != 0 ? by : strcmp(left->row->key, right->row->key);
}

static void row_count_in(struct cell_summary *cell, const struct result_row *row)
{
    cell->trials++;
    cell->outcomes[row->outcome]++;
    cell->control = cell->control || row->control;
    cell->oversubscribed = cell->oversubscribed || row->oversubscribed;
    cell->flagged += row->flagged;
    if (row->outcome != OUTCOME_OK && cell->failed == NULL)
        cell->failed = row;
    if (row->outcome == OUTCOME_OK && row->median_ns >= 0)
        cell->medians_ns[cell->median_count++] = row->median_ns;
}

static bool cell_make(struct cell_summary *cell, const struct result_row *const *rows, size_t count)
{
    *cell = (struct cell_summary){.row = rows[0], .median_ns = -1};
    cell->medians_ns = malloc(count * sizeof *cell->medians_ns);
    if (cell->medians_ns == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        row_count_in(cell, rows[i]);
    if (cell->median_count == 0)
        return true;
    median_sort(cell->medians_ns, cell->median_count);
    cell->median_ns = median_of_sorted(cell->medians_ns, cell->median_count);
    size_t low, high;
    cell->interval = quantile_interval(0.5, cell->median_count, 0.05, &low, &high);
    if (cell->interval) {
        cell->low_ns = cell->medians_ns[low - 1];
        cell->high_ns = cell->medians_ns[high - 1];
    }
    return true;
}

/* One cell for each run of equal keys in rows. */
static bool cells_make(const struct result_row *const *rows, size_t count, struct summary *summary)
{
    for (size_t from = 0; from < count;) {
        size_t to = from + 1;
        while (to < count && strcmp(rows[to]->key, rows[from]->key) == 0)
            to++;
        if (!cell_make(&summary->cells[summary->count], rows + from, to - from))
            return false;
        summary->count++;
        from = to;
    }
    return true;
}

/* cells[count] are of one group and batch. */
static void batch_compare(struct cell_summary *cells, size_t count)
{
    const struct cell_summary *reference = NULL;
    bool best_found = false;
    for (size_t i = 0; i < count; i++) {
        const struct result_row *row = cells[i].row;
        if (strcmp(row->strategy, "sequential") == 0 && row->options[0] == '\0' && !row->twin)
            reference = &cells[i];
        bool sound = cells[i].median_ns >= 0 && cells[i].failed == NULL;
        if (!best_found && sound && !row->twin && !cells[i].control)
            best_found = cells[i].best = true;
    }
    for (size_t i = 0; i < count && reference != NULL; i++) {
        if (cells[i].median_ns > 0 && reference->median_ns > 0)
            cells[i].speedup = reference->median_ns / cells[i].median_ns;
    }
}

static void batches_compare(struct summary *summary)
{
    for (size_t from = 0; from < summary->count;) {
        const struct cell_summary *first = &summary->cells[from];
        size_t to = from + 1;
        while (to < summary->count && summary_same_group(first, &summary->cells[to]) &&
               summary->cells[to].row->batch == first->row->batch)
            to++;
        batch_compare(&summary->cells[from], to - from);
        from = to;
    }
}

/* The rows, trials of one cell beside each other; free() it. NULL without memory. */
static const struct result_row **rows_sort(const struct results *results)
{
    const struct result_row **rows = calloc(results->row_count + 1, sizeof(struct result_row *));
    if (rows == NULL)
        return NULL;
    for (size_t i = 0; i < results->row_count; i++)
        rows[i] = &results->rows[i];
    qsort(rows, results->row_count, sizeof(struct result_row *), row_order);
    return rows;
}

bool summary_make(const struct results *results, struct summary *summary, struct error *error)
{
    *summary = (struct summary){.cells = calloc(results->row_count + 1, sizeof *summary->cells)};
    const struct result_row **rows = rows_sort(results);
    bool good = rows != NULL && summary->cells != NULL && cells_make(rows, results->row_count, summary);
    free(rows);
    if (!good) {
        summary_free(summary);
        return error_set(error, "no memory for the table");
    }
    qsort(summary->cells, summary->count, sizeof *summary->cells, table_order);
    batches_compare(summary);
    return true;
}

void summary_free(struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++)
        free(summary->cells[i].medians_ns);
    free(summary->cells);
    *summary = (struct summary){0};
}
