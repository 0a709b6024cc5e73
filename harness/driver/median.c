/* median.c - see median.h. */
#include "harness/driver/median.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

void median_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
}

double median_of_sorted(const double *sorted, size_t count)
{
    size_t middle = count / 2;
    return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

bool median_interval(size_t count, size_t *low, size_t *high)
{
    /* C(n, k) / 2^n, from one k to the next; long double reaches further than any number of rounds. */
    long double term = ldexpl(1, -(int)count), tail = term;
    size_t rank = 0;
    while (rank < count / 2 && 1 - 2 * tail >= 0.95L) {
        rank++;
        term *= (long double)(count - rank + 1) / (long double)rank;
        tail += term;
    }
    if (rank == 0)
        return false;
    *low = rank;
    *high = count + 1 - rank;
    return true;
}
