/*
 * histogram.h - how often each duration was seen, in 8 steps a doubling (none is off by more than 1 in 8):
 * for counts of single operations, of which there are too many to keep.
 */
#ifndef STRATEGIES_HISTOGRAM_H
#define STRATEGIES_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_SUB_BITS = 3, HISTOGRAM_STEPS = (64 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS };

/* All zero bytes are empty. */
struct histogram {
    uint64_t counts[HISTOGRAM_STEPS];
    uint64_t total, max;
};

/* The step of a value: exact below 16, then its exponent and the three bits behind its first. */
static inline size_t histogram_step(uint64_t value)
{
    if (value < (1u << (HISTOGRAM_SUB_BITS + 1)))
        return (size_t)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_SUB_BITS;
    return ((size_t)shift << HISTOGRAM_SUB_BITS) + (size_t)(value >> shift);
}

/* The lowest value of a step. */
static inline uint64_t histogram_value(size_t step)
{
    if (step < (1u << (HISTOGRAM_SUB_BITS + 1)))
        return step;
    unsigned shift = (unsigned)(step >> HISTOGRAM_SUB_BITS) - 1;
    uint64_t lead = (1u << HISTOGRAM_SUB_BITS) | (step & ((1u << HISTOGRAM_SUB_BITS) - 1));
    return lead << shift;
}

static inline void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->counts[histogram_step(value)]++;
    histogram->total++;
    if (value > histogram->max)
        histogram->max = value;
}

static inline void histogram_join(struct histogram *into, const struct histogram *from)
{
    for (size_t i = 0; i < HISTOGRAM_STEPS; i++)
        into->counts[i] += from->counts[i];
    into->total += from->total;
    if (from->max > into->max)
        into->max = from->max;
}

/* The lowest value of the step in which the share permille of all lies, counted from below; 0 if empty. */
static inline uint64_t histogram_quantile(const struct histogram *histogram, unsigned permille)
{
    uint64_t before = 0, rank = (histogram->total * permille + 999) / 1000;
    for (size_t i = 0; i < HISTOGRAM_STEPS; i++) {
        before += histogram->counts[i];
        if (before >= rank && before > 0)
            return histogram_value(i);
    }
    return 0;
}

#endif
