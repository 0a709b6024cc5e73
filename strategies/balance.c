/* balance.c - see balance.h. */
#include "strategies/balance.h"

#include <stdlib.h>

enum {
    SIZE_CLASSES = 48, /* batches by the power of two above their size */
    WHOLE = 1 << 20,   /* all shares of a class together, about */
    GAIN = 4,          /* a share changes by one part in so many of what its worker was early or late */
    STEP = 16,         /* and by one part in so many of itself at most */
    LEAST = 2,         /* no worker gets less than one part in so many of an equal share */
};

struct balance {
    unsigned workers;
    uint32_t shares[]; /* [SIZE_CLASSES][workers] */
};

enum strategy_status balance_open(unsigned workers, struct balance **balance)
{
    struct balance *made = malloc(sizeof *made + SIZE_CLASSES * workers * sizeof made->shares[0]);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->workers = workers;
    for (size_t i = 0; i < (size_t)SIZE_CLASSES * workers; i++)
        made->shares[i] = WHOLE / workers;
    *balance = made;
    return STRATEGY_OK;
}

void balance_close(struct balance *balance)
{
    free(balance);
}

static size_t first_share(const struct balance *balance, size_t count)
{
    unsigned bits = count == 0 ? 0 : 64 - (unsigned)__builtin_clzll(count);
    return (size_t)(bits < SIZE_CLASSES ? bits : SIZE_CLASSES - 1) * balance->workers;
}

void balance_bounds(const struct balance *balance, size_t count, size_t *bounds)
{
    const uint32_t *shares = &balance->shares[first_share(balance, count)];
    uint64_t whole = 0, before = 0;
    for (unsigned i = 0; i < balance->workers; i++)
        whole += shares[i];
    for (unsigned i = 0; i < balance->workers; i++) {
        bounds[i] = (size_t)((__uint128_t)count * before / whole);
        before += shares[i];
    }
    bounds[balance->workers] = count;
}

/* A share that its worker ended so early with, made larger; or smaller, if it is less than 0. */
static uint32_t adjust(uint32_t share, int64_t early_ns, uint64_t mean_ns, uint32_t least)
{
    __int128_t change = (__int128_t)share * early_ns / mean_ns / GAIN;
    int64_t most = share / STEP;
    change = change > most ? most : change < -most ? -most : change;
    int64_t adjusted = share + (int64_t)change;
    return adjusted < least ? least : (uint32_t)adjusted;
}

void balance_learn(struct balance *balance, size_t count, const uint64_t *ends_ns)
{
    uint32_t *shares = &balance->shares[first_share(balance, count)],
             least = WHOLE / balance->workers / LEAST;
    uint64_t sum_ns = 0, whole = 0;
    for (unsigned i = 0; i < balance->workers; i++)
        sum_ns += ends_ns[i];
    uint64_t mean_ns = sum_ns / balance->workers;
    if (mean_ns == 0)
        return;
    for (unsigned i = 0; i < balance->workers; i++) {
        shares[i] = adjust(shares[i], (int64_t)mean_ns - (int64_t)ends_ns[i], mean_ns, least);
        whole += shares[i];
    }
    for (unsigned i = 0; i < balance->workers; i++)
        shares[i] = (uint32_t)((uint64_t)shares[i] * WHOLE / whole);
}
