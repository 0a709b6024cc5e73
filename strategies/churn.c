/*
 * churn.c - the control of allocation: what the allocator alone costs, with no trie in the way.
 *
 * The workers share out as many allocations as the batch has items. The sizes are those of the trie's own
 * nodes; each worker keeps `live` blocks, frees the oldest for each new one, and all of them at the end.
 */
#include "strategies/churn.h"
#include "strategies/control.h"
#include "strategies/histogram.h"
#include "strategies/pool.h"

#include <stdlib.h>

/* The nodes of a trie of 1000 facts (tests/unit/worker/test_churn.c counts them again). */
const struct churn_size churn_sizes[CHURN_SIZES] = {{24, 1000}, {104, 111}, {56, 1}};

enum {
    OPTION_POOL,
    OPTION_LIVE,
    DRAWS = 4096, /* a power of two */
    LIVE_PRESET = 1000,
    LIVE_MAX = 1 << 20,
    TIMED_ONE_IN = 64, /* two readings of the clock cost more than an allocation */
};

/* A worker's own cache lines. */
struct part {
    _Alignas(64) void **live; /* a ring; owned */
    struct histogram times_ns;
};

struct churn {
    const struct strategy_setup *setup;
    struct pool *pool;
    size_t live;
    const struct batch *batch; /* the job in hand */
    uint16_t draws[DRAWS];     /* sizes in a shuffled order, the same for every worker */
    struct part parts[];
};

static void churn_close(void *state)
{
    struct churn *own = state;
    pool_close(own->pool);
    for (unsigned i = 0; i < own->setup->workers; i++)
        free(own->parts[i].live);
    free(own);
}

/* Every size in its share, then shuffled (Fisher and Yates) by a linear congruential generator (Knuth's). */
static void make_draws(uint16_t draws[DRAWS])
{
    size_t made = 0, weights = 0, seen = 0;
    for (size_t i = 0; i < CHURN_SIZES; i++)
        weights += churn_sizes[i].count;
    for (size_t i = 0; i < CHURN_SIZES; i++) {
        seen += churn_sizes[i].count;
        while (made < DRAWS * seen / weights)
            draws[made++] = churn_sizes[i].bytes;
    }
    uint64_t random = 1;
    for (size_t i = DRAWS - 1; i > 0; i--) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t j = (size_t)((random >> 33) % (i + 1));
        uint16_t swapped = draws[i];
        draws[i] = draws[j];
        draws[j] = swapped;
    }
}

static enum strategy_status churn_open(const struct strategy_setup *setup, void **state)
{
    size_t bytes = sizeof(struct churn) + setup->workers * sizeof(struct part);
    struct churn *made = aligned_alloc(_Alignof(struct churn), bytes);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->setup = setup;
    made->pool = NULL;
    made->live = (size_t)setup->options[OPTION_LIVE];
    make_draws(made->draws);
    for (unsigned i = 0; i < setup->workers; i++)
        made->parts[i] = (struct part){.live = calloc(made->live, sizeof(void *))};
    enum strategy_status status = STRATEGY_OK;
    for (unsigned i = 0; i < setup->workers; i++)
        if (made->parts[i].live == NULL)
            status = STRATEGY_NO_MEMORY;
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        churn_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status churn_create(void *state, void **space)
{
    pool_rouse(((struct churn *)state)->pool);
    *space = NULL;
    return STRATEGY_OK;
}

/* Writes to the block, as whoever asks for a node does. */
static void *allocate(const struct churn *own, struct part *part, size_t i)
{
    bool timed = i % TIMED_ONE_IN == 0;
    uint64_t start_ns = timed ? own->setup->now_ns() : 0;
    void *block = malloc(own->draws[i % DRAWS]);
    if (timed)
        histogram_add(&part->times_ns, own->setup->now_ns() - start_ns);
    if (block != NULL)
        *(volatile size_t *)block = i;
    return block;
}

static enum strategy_status churn_part(void *context, unsigned worker)
{
    struct churn *own = context;
    struct part *part = &own->parts[worker];
    struct pool_span span = pool_span(own->batch->count, worker, own->setup->workers);
    enum strategy_status status = STRATEGY_OK;
    size_t next = 0;
    for (size_t i = span.from; i < span.to && status == STRATEGY_OK; i++) {
        free(part->live[next]);
        part->live[next] = allocate(own, part, i);
        status = part->live[next] != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
        next = next + 1 < own->live ? next + 1 : 0;
    }
    for (size_t i = 0; i < own->live && i < span.to - span.from; i++) {
        free(part->live[i]);
        part->live[i] = NULL;
    }
    return status;
}

static enum strategy_status churn_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    (void)space;
    struct churn *own = state;
    own->batch = batch;
    enum strategy_status status = pool_run(own->pool, run, PHASE_BUILD, churn_part, own);
    phase_enter(run, own->setup, PHASE_NONE);
    return status;
}

static size_t churn_count(void *state, struct strategy_counter *counters)
{
    struct churn *own = state;
    struct histogram *all = &own->parts[0].times_ns; /* the last use of it */
    for (unsigned i = 1; i < own->setup->workers; i++)
        histogram_join(all, &own->parts[i].times_ns);
    size_t count = 0;
    counters[count++] = (struct strategy_counter){"allocations_timed", all->total};
    counters[count++] = (struct strategy_counter){"allocation_p50_ns", histogram_quantile(all, 500)};
    counters[count++] = (struct strategy_counter){"allocation_p99_ns", histogram_quantile(all, 990)};
    counters[count++] = (struct strategy_counter){"allocation_p999_ns", histogram_quantile(all, 999)};
    counters[count++] = (struct strategy_counter){"allocation_max_ns", all->max};
    return count;
}

static const struct strategy_option churn_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_LIVE] = {.name = "live",
                     .min = 1,
                     .max = LIVE_MAX,
                     .preset = LIVE_PRESET,
                     .sentence = "blocks that each worker keeps while it allocates"},
};

const char strategy_churn_hypothesis[] =
    "It does nothing but allocate and free, so a crash or a loss of speed with more workers that it "
    "shows, too, is the allocator's and not the trie's.";

const struct strategy strategy_churn = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_CONTROL | STRATEGY_PARALLEL | STRATEGY_APART,
    .name = "churn",
    .idea = "control: allocation alone, in the sizes of the trie's nodes",
    .source = "after the allocation loops of larson and of mimalloc-bench",
    .options = churn_options,
    .option_count = sizeof churn_options / sizeof churn_options[0],
    .open = churn_open,
    .close = churn_close,
    .create = churn_create,
    .insert = churn_insert,
    .walk = control_walk,
    .destroy = control_destroy,
    .count = churn_count,
};
