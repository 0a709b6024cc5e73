/* steadiness.c - see steadiness.h. */
#include "harness/driver/steadiness.h"

#include "harness/stats/quantile.h"

#include <stdlib.h>

#define APART 1.05
#define ALPHA 0.001

/* A half's median and the ends of its interval, whose ranks are low and high. */
struct half {
    double median, low, high;
};

static struct half half_read(const uint64_t *samples_ns, double *sorted, size_t count, size_t low,
                             size_t high)
{
    for (size_t i = 0; i < count; i++)
        sorted[i] = (double)samples_ns[i];
    median_sort(sorted, count);
    return (struct half){median_of_sorted(sorted, count), sorted[low - 1], sorted[high - 1]};
}

static bool apart(const struct half *lower, const struct half *upper)
{
    return upper->low > lower->high && upper->median > APART * lower->median;
}

bool steadiness_judge(const uint64_t *samples_ns, size_t count, struct steadiness *steadiness)
{
    size_t half = count / 2, low, high;
    *steadiness = (struct steadiness){.known = false};
    if (!quantile_interval(0.5, half, ALPHA, &low, &high))
        return true;
    double *sorted = malloc(half * sizeof *sorted);
    if (sorted == NULL)
        return false;
    struct half first = half_read(samples_ns, sorted, half, low, high),
                second = half_read(samples_ns + count - half, sorted, half, low, high);
    free(sorted);
    *steadiness = (struct steadiness){.known = true,
                                      .steady = !apart(&first, &second) && !apart(&second, &first),
                                      .first_ns = first.median,
                                      .second_ns = second.median};
    return true;
}
