/* family.c - see family.h. */
#include "harness/stats/family.h"

#include <math.h>
#include <stdlib.h>

enum { ALL_WAYS_ROUNDS = 13, DRAWN_WAYS = 10000 };

/* Sums that are equal must count as such although they are rounded differently. */
#define ROUNDING 1e-9

struct family {
    const double *log_ratios;
    size_t cells, rounds;
    double *squares; /* of each cell, and number of its pairs */
    size_t *pairs;
};

/*
 * |mean / standard error| grows with the mean alone, as swapping leaves the squares alone: of n differences
 * with sum s and squares q it is s / sqrt(q - s^2 / n), but for a factor of n.
 */
static double standing(double sum, double squares, double pairs)
{
    double rest = squares - sum * sum / pairs;
    double scale = squares * ROUNDING;
    return fabs(sum) / sqrt(fmax(rest, scale)) * sqrt((pairs - 1) / pairs);
}

static double largest(const struct family *family, const signed char *signs)
{
    double most = 0;
    for (size_t cell = 0; cell < family->cells; cell++) {
        double sum = 0;
        const double *row = family->log_ratios + cell * family->rounds;
        if (family->pairs[cell] < 2 || family->squares[cell] <= 0)
            continue;
        for (size_t round = 0; round < family->rounds; round++)
            sum += isnan(row[round]) ? 0 : signs[round] * row[round];
        most = fmax(most, standing(sum, family->squares[cell], (double)family->pairs[cell]));
    }
    return most;
}

static void signs_by_bits(signed char *signs, size_t rounds, uint64_t bits)
{
    for (size_t i = 0; i < rounds; i++)
        signs[i] = bits >> i & 1 ? -1 : 1;
}

/* splitmix64 (Steele, Lea, Flood 2014), a fresh word for each 64 rounds. */
static uint64_t next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static void signs_draw(signed char *signs, size_t rounds, uint64_t *state)
{
    for (size_t from = 0; from < rounds; from += 64)
        signs_by_bits(signs + from, rounds - from < 64 ? rounds - from : 64, next(state));
}

static double share(const struct family *family, signed char *signs, uint64_t seed)
{
    signs_by_bits(signs, family->rounds, 0);
    double seen = largest(family, signs) * (1 - ROUNDING);
    uint64_t ways = DRAWN_WAYS, hits = 0, state = seed;
    bool all = family->rounds <= ALL_WAYS_ROUNDS;
    if (all)
        ways = UINT64_C(1) << family->rounds;
    for (uint64_t way = 0; way < ways; way++) {
        if (all)
            signs_by_bits(signs, family->rounds, way);
        else
            signs_draw(signs, family->rounds, &state);
        hits += largest(family, signs) >= seen;
    }
    /* The ways drawn do not hold the one that was seen, which is one of all too. */
    return all ? (double)hits / (double)ways : (double)(hits + 1) / (double)(ways + 1);
}

bool family_p(const double *log_ratios, size_t cells, size_t rounds, uint64_t seed, double *p)
{
    struct family family = {.log_ratios = log_ratios,
                            .cells = cells,
                            .rounds = rounds,
                            .squares = calloc(cells + 1, sizeof *family.squares),
                            .pairs = calloc(cells + 1, sizeof *family.pairs)};
    signed char *signs = calloc(rounds + 1, 1);
    bool good = family.squares != NULL && family.pairs != NULL && signs != NULL;
    for (size_t at = 0; good && at < cells * rounds; at++) {
        if (isnan(log_ratios[at]))
            continue;
        family.squares[at / rounds] += log_ratios[at] * log_ratios[at];
        family.pairs[at / rounds]++;
    }
    if (good)
        *p = share(&family, signs, seed);
    free(signs);
    free(family.pairs);
    free(family.squares);
    return good;
}
