/* rows.c - see rows.h. */
#include "harness/driver/report/rows.h"

#include "harness/stats/quantile.h"

#include <stdlib.h>
#include <string.h>

static int row_order(const void *a, const void *b)
{
    const struct result_row *left = *(const struct result_row *const *)a,
                            *right = *(const struct result_row *const *)b;
    int by = strcmp(left->key, right->key);
    if (by == 0)
        by = (left->round > right->round) - (left->round < right->round);
    return by != 0 ? by : (left->line > right->line) - (left->line < right->line);
}

bool report_run_open(const char *path, struct report_run *run, struct error *error)
{
    size_t count = 0;
    *run = (struct report_run){.path = path};
    if (!results_open(path, &run->results, error))
        return false;
    run->by_cell = results_rows(&run->results, NULL, &count);
    run->scratch = calloc(count + 1, sizeof *run->scratch);
    if (run->by_cell == NULL || run->scratch == NULL || !summary_make(&run->results, &run->summary, error)) {
        report_run_free(run);
        return error_set(error, "%s: no memory", path);
    }
    qsort(run->by_cell, count, sizeof(struct result_row *), row_order);
    return true;
}

void report_run_free(struct report_run *run)
{
    free(run->by_cell);
    free(run->scratch);
    summary_free(&run->summary);
    results_free(&run->results);
    *run = (struct report_run){0};
}

struct cell_rows cell_rows_of(const struct report_run *run, const struct cell_summary *cell)
{
    const char *key = cell->row->key;
    size_t low = 0, high = run->results.row_count, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(run->by_cell[middle]->key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < run->results.row_count && strcmp(run->by_cell[end]->key, key) == 0;)
        end++;
    return (struct cell_rows){.rows = run->by_cell + low, .count = end - low, .scratch = run->scratch};
}

double cell_rows_median(struct cell_rows rows, const char *object, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        double value = result_number(rows.rows[i], object, name);
        if (rows.rows[i]->outcome == OUTCOME_OK && value >= 0)
            rows.scratch[count++] = value;
    }
    return median_sorting(rows.scratch, count);
}

const char *report_run_text(const struct report_run *run, const char *object, const char *name)
{
    const json_t *from = run->results.run;
    const char *text =
        json_string_value(json_object_get(object == NULL ? from : json_object_get(from, object), name));
    return text == NULL || text[0] == '\0' ? "unknown" : text;
}

double report_run_host(const struct report_run *run, const char *name)
{
    const json_t *value = json_object_get(json_object_get(run->results.run, "host"), name);
    return json_is_number(value) ? json_number_value(value) : -1;
}
