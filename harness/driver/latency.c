/* latency.c - see latency.h. */
#include "harness/driver/latency.h"

#include <stdlib.h>
#include <string.h>

static int ascending(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The sample of rank ceil(count * share), share in thousandths; count is bounded far below an overflow. */
static uint64_t nearest_rank(const uint64_t *sorted, size_t count, size_t thousandths, size_t enough)
{
    if (count < enough)
        return LATENCY_UNKNOWN;
    return sorted[(count * thousandths + 999) / 1000 - 1];
}

static double median(const uint64_t *sorted, size_t count)
{
    size_t middle = count / 2;
    double high = (double)sorted[middle];
    return count % 2 != 0 ? high : ((double)sorted[middle - 1] + high) / 2;
}

bool latency_summarise(const uint64_t *samples_ns, size_t count, struct latency *latency)
{
    *latency = (struct latency){.min = LATENCY_UNKNOWN,
                                .p90 = LATENCY_UNKNOWN,
                                .p99 = LATENCY_UNKNOWN,
                                .p999 = LATENCY_UNKNOWN,
                                .max = LATENCY_UNKNOWN,
                                .p50 = -1};
    if (count == 0)
        return true;
    uint64_t *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        return false;
    memcpy(sorted, samples_ns, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    latency->min = sorted[0];
    latency->max = sorted[count - 1];
    latency->p50 = median(sorted, count);
    latency->p90 = nearest_rank(sorted, count, 900, 10);
    latency->p99 = nearest_rank(sorted, count, 990, 100);
    latency->p999 = nearest_rank(sorted, count, 999, 1000);
    free(sorted);
    return true;
}
