/* median.c - see median.h. */
#include "harness/worker/median.h"

#include "strategies/heapsort.h"

#include <math.h>

#define NORMAL_QUANTILE_975 1.959964

struct median median_of(uint64_t *values, size_t count)
{
    heapsort_numbers(values, count);
    struct median median = {.middle = values[(count - 1) / 2], .low = 0, .high = UINT64_MAX};
    double n = (double)count;
    double spread = NORMAL_QUANTILE_975 * sqrt(n) / 2;
    double low = floor(n / 2 - spread); /* ranks from 1 */
    double high = ceil(n / 2 + spread) + 1;
    if (low >= 1 && high <= n) {
        median.low = values[(size_t)low - 1];
        median.high = values[(size_t)high - 1];
    }
    return median;
}

bool median_within(const struct median *median, double share)
{
    double room = share * (double)median->middle;
    return (double)(median->middle - median->low) <= room && (double)(median->high - median->middle) <= room;
}
