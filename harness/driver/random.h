/* random.h - the generator that shuffles rounds; small, seeded, and the same on every machine. */
#ifndef HARNESS_DRIVER_RANDOM_H
#define HARNESS_DRIVER_RANDOM_H

#include <stdint.h>

/* The next of a sequence: splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
 * 2014). */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* A number below bound (above 0), each as likely: what would favour the low ones is drawn again. */
static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
    uint64_t unfair = -bound % bound;
    uint64_t drawn;
    do {
        drawn = random_next(state);
    } while (drawn < unfair);
    return drawn % bound;
}

#endif
