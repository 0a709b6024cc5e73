/*
 * twice.c - control: every worker builds its own part into a space of its own, and nothing is merged.
 *
 * What so many workers reach on this machine under this allocator when they have nothing in common but both;
 * no parallel strategy can hope for more, and its share of it is what it is judged by. Each part is built as
 * `sorted` builds.
 */
#include "strategies/pool.h"
#include "strategies/solo.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_POOL, OPTION_NODES };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct solo solo;
};

struct twice {
    struct trie_state base;
    struct strategy_setup alone; /* as each worker works: with nobody beside it */
    struct pool *pool;
    struct space **spaces; /* the job in hand: one a worker */
    const struct batch *batch;
    struct strategy_run *run;
    struct part parts[];
};

static void twice_close(void *state)
{
    struct twice *own = state;
    pool_close(own->pool);
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        solo_close(&own->parts[i].solo);
    free(own);
}

static enum strategy_status open_parts(struct twice *own)
{
    const struct strategy_setup *setup = own->base.setup;
    for (unsigned i = 0; i < setup->workers; i++) {
        struct pool_span span = pool_span(setup->batch_max, i, setup->workers);
        enum strategy_status status = solo_open(&own->parts[i].solo, &own->alone, span.to - span.from,
                                                (enum builder_nodes)setup->options[OPTION_NODES]);
        if (status != STRATEGY_OK)
            return status;
    }
    return STRATEGY_OK;
}

static enum strategy_status twice_open(const struct strategy_setup *setup, void **state)
{
    size_t bytes = sizeof(struct twice) + setup->workers * sizeof(struct part);
    struct twice *made = aligned_alloc(_Alignof(struct twice), bytes);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    memset(made, 0, bytes);
    made->base = (struct trie_state){.setup = setup};
    made->alone = *setup;
    made->alone.workers = 1;
    enum strategy_status status = open_parts(made);
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        twice_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static void twice_destroy(void *state, void *space)
{
    struct twice *own = state;
    struct space **spaces = space;
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        if (spaces[i] != NULL)
            space_destroy(state, spaces[i]);
    free(spaces);
}

static enum strategy_status twice_create(void *state, void **space)
{
    struct twice *own = state;
    struct space **spaces = calloc(own->base.setup->workers, sizeof(struct space *));
    if (spaces == NULL)
        return STRATEGY_NO_MEMORY;
    pool_rouse(own->pool);
    for (unsigned i = 0; i < own->base.setup->workers; i++) {
        void *made;
        enum strategy_status status = space_create(state, &made);
        if (status != STRATEGY_OK) {
            twice_destroy(state, spaces);
            return status;
        }
        spaces[i] = made;
    }
    *space = spaces;
    return STRATEGY_OK;
}

static enum strategy_status build_part(void *context, unsigned worker)
{
    struct twice *own = context;
    struct space *space = own->spaces[worker];
    struct pool_span span = pool_span(own->batch->count, worker, own->base.setup->workers);
    if (span.from == span.to)
        return STRATEGY_OK;
    struct batch part = {own->batch->items + span.from, span.to - span.from};
    return solo_build(&own->parts[worker].solo, space, &part, &own->run->progress[worker], NULL,
                      &space->trie);
}

static enum strategy_status twice_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    struct twice *own = state;
    own->spaces = space;
    own->batch = batch;
    own->run = run;
    enum strategy_status status = pool_run(own->pool, run, PHASE_BUILD, build_part, own);
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

/* All parts together, for a walk. */
struct gathered {
    struct space space;
    enum trie_status status;
};

static bool collect(void *context, const uint8_t *key, size_t length)
{
    struct gathered *all = context;
    all->status = trie_insert(&all->space.trie, key, length, NULL);
    return all->status == TRIE_OK;
}

/* An item that two workers had is walked once: all parts go into one trie first. */
static enum strategy_status twice_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    struct twice *own = state;
    struct space **spaces = space;
    struct gathered all = {.status = TRIE_OK};
    trie_init(&all.space.trie);
    enum strategy_status status = STRATEGY_OK;
    for (unsigned i = 0; i < own->base.setup->workers && status == STRATEGY_OK; i++) {
        status = space_walk(state, spaces[i], collect, &all);
        if (status == STRATEGY_OK)
            status = space_status(all.status);
    }
    if (status == STRATEGY_OK)
        status = space_walk(state, &all.space, visit, context);
    trie_clear(&all.space.trie);
    return status;
}

static size_t twice_bytes(void *state, void *space)
{
    struct twice *own = state;
    struct space **spaces = space;
    size_t sum = 0;
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        sum += space_bytes(state, spaces[i]);
    return sum;
}

static const struct strategy_option twice_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_NODES] = BUILDER_NODES_OPTION,
};

const char strategy_twice_hypothesis[] =
    "Its workers share nothing but the machine and the allocator, so no parallel strategy with as many "
    "workers is faster.";

const struct strategy strategy_twice = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_YARDSTICK,
    .name = "twice",
    .idea = "control: every worker builds its own part in a space of its own, nothing is merged",
    .source = "independent copies as the ceiling of throughput, as SPECrate runs them",
    .options = twice_options,
    .option_count = sizeof twice_options / sizeof twice_options[0],
    .open = twice_open,
    .close = twice_close,
    .create = twice_create,
    .insert = twice_insert,
    .walk = twice_walk,
    .destroy = twice_destroy,
    .space_bytes = twice_bytes,
};
