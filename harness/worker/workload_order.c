/* workload_order.c - which expression stands where: as given, or shuffled; some of them again. */
#include "harness/worker/workload_private.h"

enum { STREAM_SHUFFLE = 0x73687566, STREAM_REPEAT = 0x72657074 };

/* R. A. Fisher and F. Yates, in the form of R. Durstenfeld (CACM algorithm 235, 1964). */
static void shuffle(uint32_t *order, size_t count, uint64_t seed)
{
    struct random random = random_of(seed, STREAM_SHUFFLE);
    for (size_t left = count; left > 1; left--) {
        size_t other = (size_t)random_below(&random, left);
        uint32_t kept = order[left - 1];
        order[left - 1] = order[other];
        order[other] = kept;
    }
}

/*
 * Exactly `repeats` places after the first take what stands in an earlier place of the slice.
 * Source: selection sampling, D. E. Knuth, The Art of Computer Programming, volume 2, section 3.4.2,
 * algorithm S.
 */
static void repeat(uint32_t *slice, size_t batch, size_t repeats, struct random *random)
{
    for (size_t place = 1; place < batch && repeats > 0; place++) {
        if (random_below(random, batch - place) >= repeats)
            continue;
        slice[place] = slice[random_below(random, place)];
        repeats--;
    }
}

void order_fill(uint32_t *order, size_t slices, size_t batch, const struct spec *spec, uint64_t seed)
{
    size_t count = slices * batch;
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    if (spec->shuffled)
        shuffle(order, count, seed);
    struct random random = random_of(seed, STREAM_REPEAT);
    for (size_t i = 0; i < slices; i++)
        repeat(order + i * batch, batch, batch * spec->duplicates_percent / 100, &random);
}
