/*
 * random.h - seeded numbers for workloads: the same seed gives the same numbers on every machine.
 *
 * Source: splitmix64, G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (2014).
 * Its output is a bijection of its counter, so a generator does not repeat a value within 2^64 draws.
 */
#ifndef HARNESS_WORKER_RANDOM_H
#define HARNESS_WORKER_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t counter;
};

/* The next number, uniform over 64 bits. */
static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->counter += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A generator of its own for each (seed, stream), so that what one part draws moves nothing in another. */
static inline struct random random_of(uint64_t seed, uint64_t stream)
{
    struct random outer = {seed};
    struct random inner = {random_next(&outer) ^ stream};
    return (struct random){random_next(&inner)};
}

/* A number below limit, which must be 1 .. 2^32: the high half of a product, off uniform by less than 2^-32.
 */
static inline uint64_t random_below(struct random *random, uint64_t limit)
{
    return (random_next(random) >> 32) * limit >> 32;
}

#endif
