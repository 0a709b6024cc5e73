/* plot_rates.c - see plot_parts.h: how often trials failed, by strategy and allocator. */
#include "harness/driver/report/plot_parts.h"

#include "harness/driver/trial/outcome.h"
#include "harness/stats/rates.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, RATES_MAX = 64 };

/* Trials of a strategy on an allocator, over all else. */
struct rate {
    const struct cell_summary *cell; /* one of them */
    size_t trials, failed;
};

struct rates {
    struct rate items[RATES_MAX];
    size_t count, failed, left_out;
};

static bool is_of(const struct rate *rate, const struct result_row *row)
{
    const struct result_row *own = rate->cell->row;
    return strcmp(own->strategy, row->strategy) == 0 && strcmp(own->options, row->options) == 0 &&
           strcmp(own->allocator, row->allocator) == 0 && strcmp(own->knobs, row->knobs) == 0;
}

/* Refused is no trial of it. */
static void rate_count(struct rates *rates, const struct cell_summary *cell)
{
    size_t at = 0, trials = cell->trials - cell->outcomes[OUTCOME_REFUSED],
           failed = trials - cell->outcomes[OUTCOME_OK];
    while (at < rates->count && !is_of(&rates->items[at], cell->row))
        at++;
    if (cell->row->twin || trials == 0)
        return;
    rates->failed += failed;
    if (at == RATES_MAX) {
        rates->left_out++;
        return;
    }
    if (at == rates->count)
        rates->items[rates->count++] = (struct rate){.cell = cell};
    rates->items[at].trials += trials;
    rates->items[at].failed += failed;
}

static int rate_order(const void *a, const void *b)
{
    char left[NAME_BYTES], right[NAME_BYTES];
    const struct cell_summary *one = ((const struct rate *)a)->cell, *other = ((const struct rate *)b)->cell;
    summary_strategy(one, left, sizeof left);
    summary_strategy(other, right, sizeof right);
    int by = strcmp(left, right);
    if (by != 0)
        return by;
    summary_allocator(one, left, sizeof left);
    summary_allocator(other, right, sizeof right);
    return strcmp(left, right);
}

static void rate_print(const struct rate *rate, FILE *out)
{
    char strategy[PLOT_NAME_BYTES], allocator[PLOT_NAME_BYTES], label[PLOT_TEXT_BYTES];
    double low, high;
    name_strategy(rate->cell, strategy);
    name_allocator(rate->cell, allocator);
    (void)snprintf(label, sizeof label, "%s on %s: %zu of %zu", strategy, allocator, rate->failed,
                   rate->trials);
    rate_interval(rate->failed, rate->trials, &low, &high);
    label_print(label, out);
    fprintf(out, " %.6g %.6g %.6g\n", 100 * (double)rate->failed / (double)rate->trials, 100 * low,
            100 * high);
}

static bool rates_print(struct rates *rates, size_t number, struct drawing *drawing, struct error *error)
{
    char more[PLOT_PARAMETER_BYTES] = "";
    if (rates->left_out > 0)
        (void)snprintf(more, sizeof more, "; %zu cells more", rates->left_out);
    (void)snprintf(drawing->title, sizeof drawing->title, "Trials that failed, and their rate (run %zu%s)",
                   number + 1, more);
    qsort(rates->items, rates->count, sizeof rates->items[0], rate_order);
    if (!drawing_open(drawing, error))
        return false;
    for (size_t i = 0; i < rates->count; i++)
        rate_print(&rates->items[i], drawing->out);
    (void)snprintf(drawing->parameters[0], PLOT_PARAMETER_BYTES, "%zu", rates->count);
    drawing->parameters[1][0] = '\0';
    return drawing_end(drawing, rates->count, error);
}

bool rates_draw(const struct report_run *run, size_t number, struct drawing *drawing, struct error *error)
{
    struct rates *rates = calloc(1, sizeof *rates);
    if (rates == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < run->summary.count; i++)
        rate_count(rates, &run->summary.cells[i]);
    bool good = rates->failed == 0 || rates_print(rates, number, drawing, error);
    free(rates);
    return good;
}
