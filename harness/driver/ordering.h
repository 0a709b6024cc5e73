/* ordering.h - what the orders in which cells are told are made of. */
#ifndef HARNESS_DRIVER_ORDERING_H
#define HARNESS_DRIVER_ORDERING_H

#include <stddef.h>
#include <stdint.h>

static inline int numbers_compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Of several comparisons, the foremost first: what they come to together. */
static inline int first_difference(const int *by, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (by[i] != 0)
            return by[i];
    return 0;
}

#endif
