/* quantile.c - see quantile.h. */
#include "harness/stats/quantile.h"

#include <gsl/gsl_cdf.h>
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

double median_sorting(double *values, size_t count)
{
    if (count == 0)
        return -1;
    median_sort(values, count);
    return median_of_sorted(values, count);
}

/* Both ends must be values: neither all below the quantile nor all above may be likelier than alpha / 2. */
static bool enough(double share, double count, double alpha)
{
    return count * log(fmax(share, 1 - share)) <= log(alpha / 2);
}

size_t quantile_needed(double share, double alpha)
{
    size_t count = (size_t)(log(alpha / 2) / log(fmax(share, 1 - share)));
    while (!enough(share, (double)count, alpha))
        count++;
    return count;
}

/* The most values that lie below the quantile with a probability of at most tail, themselves and fewer: -1 is
 * none. By halving: the probabilities rise. */
static long most_below(double share, unsigned count, double tail)
{
    long from = -1, to = count;
    while (to - from > 1) {
        long middle = (from + to) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle, share, count) <= tail)
            from = middle;
        else
            to = middle;
    }
    return from;
}

bool quantile_interval(double share, size_t count, double alpha, size_t *low, size_t *high)
{
    if (!enough(share, (double)count, alpha))
        return false;
    long below = most_below(share, (unsigned)count, alpha / 2),
         above = most_below(1 - share, (unsigned)count, alpha / 2);
    if (below < 0 || above < 0)
        return false;
    *low = (size_t)below + 1;
    *high = count - (size_t)above;
    return true;
}
