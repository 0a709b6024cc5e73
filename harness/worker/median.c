/* median.c - see median.h. */
#include "harness/worker/median.h"

#include <math.h>

#define NORMAL_QUANTILE_975 1.959964

static void sift_down(uint64_t *heap, size_t at, size_t count)
{
    uint64_t value = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= value)
            break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

/* Heapsort, because the C library's qsort() may call malloc. */
static void sort(uint64_t *values, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift_down(values, i, count);
    for (size_t end = count; end-- > 1;) {
        uint64_t largest = values[0];
        values[0] = values[end];
        values[end] = largest;
        sift_down(values, 0, end);
    }
}

struct median median_of(uint64_t *values, size_t count)
{
    sort(values, count);
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
