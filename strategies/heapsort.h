/*
 * heapsort.h - numbers into ascending order, in place and without a call of malloc, which the C library's
 * qsort() may make: for use between the marks of a sample, and by the harness beside them.
 */
#ifndef STRATEGIES_HEAPSORT_H
#define STRATEGIES_HEAPSORT_H

#include <stddef.h>
#include <stdint.h>

static inline void heapsort_sift_down(uint64_t *heap, size_t at, size_t count)
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

/* Source: Williams 1964. */
static inline void heapsort_numbers(uint64_t *values, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        heapsort_sift_down(values, i, count);
    for (size_t end = count; end-- > 1;) {
        uint64_t largest = values[0];
        values[0] = values[end];
        values[end] = largest;
        heapsort_sift_down(values, 0, end);
    }
}

#endif
