/* even.c - see subject.h: the batch size at which a strategy breaks even. */
#include "harness/driver/report/subject.h"

#include "harness/stats/quantile.h"

#include <math.h>
#include <stdlib.h>

/* Of one round: where the ratio last falls below 1, on a line between the logarithms of both batches. NAN
 * where a batch is missing. */
static double even_in(const struct subject *subject, size_t round)
{
    const struct subject_cell *cells = subject->cells;
    size_t above = subject->count; /* the last batch at which it is not faster */
    for (size_t i = 0; i < subject->count; i++) {
        if (isnan(cells[i].log_ratios[round]) || cells[i].cell->row->batch == 0)
            return NAN;
        if (cells[i].log_ratios[round] >= 0)
            above = i;
    }
    if (above == subject->count)
        return 0;
    if (above + 1 == subject->count)
        return INFINITY;
    double left = log((double)cells[above].cell->row->batch),
           right = log((double)cells[above + 1].cell->row->batch), from = cells[above].log_ratios[round],
           to = cells[above + 1].log_ratios[round];
    return exp(left + (right - left) * from / (from - to));
}

bool break_even_of(const struct subject *subject, struct break_even *even)
{
    *even = (struct break_even){0};
    double *values = calloc(subject->rounds, sizeof *values);
    size_t count = 0, low, high;
    if (values == NULL)
        return false;
    for (size_t round = 0; round < subject->rounds; round++) {
        double value = even_in(subject, round);
        if (!isnan(value))
            values[count++] = value;
    }
    even->known = count > 0;
    if (even->known) {
        median_sort(values, count);
        even->batch = values[count / 2]; /* the upper of two middles: the mean of a batch and none is none */
    }
    if (even->known && quantile_interval(0.5, count, 0.05, &low, &high)) {
        even->interval = true;
        even->low = values[low - 1];
        even->high = values[high - 1];
    }
    free(values);
    return true;
}
