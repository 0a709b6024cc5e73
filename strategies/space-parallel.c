/*
 * space-parallel.c - all workers encode their part of the batch, on the one symbol table of the space; worker
 * 0 alone inserts the keys.
 *
 * At most the encoding can be shared, so the best there is to have is the whole time over that of the
 * insertions. In keys=encoded what the workers do is a copy.
 */
#include "strategies/keys.h"
#include "strategies/pool.h"

#include <stdlib.h>

enum { OPTION_POOL, OPTION_SPACE };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct keys keys;
    struct encoder encoder;
};

struct space_parallel {
    struct trie_state base;
    struct pool *pool;
    struct space *space; /* the job in hand */
    const struct batch *batch;
    struct strategy_run *run;
    struct part parts[];
};

static void space_parallel_close(void *state)
{
    struct space_parallel *own = state;
    pool_close(own->pool);
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        keys_close(&own->parts[i].keys);
    free(own);
}

static enum strategy_status open_parts(struct space_parallel *own)
{
    const struct strategy_setup *setup = own->base.setup;
    for (unsigned i = 0; i < setup->workers; i++) {
        struct pool_span span = pool_span(setup->batch_max, i, setup->workers);
        enum strategy_status status = keys_open(&own->parts[i].keys, span.to - span.from);
        if (status != STRATEGY_OK)
            return status;
    }
    return STRATEGY_OK;
}

static enum strategy_status space_parallel_open(const struct strategy_setup *setup, void **state)
{
    if (!encoder_for_each_worker(setup))
        return STRATEGY_UNSUPPORTED;
    struct space_parallel *made =
        aligned_alloc(_Alignof(struct space_parallel), sizeof *made + setup->workers * sizeof made->parts[0]);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    made->pool = NULL;
    for (unsigned i = 0; i < setup->workers; i++)
        made->parts[i].keys = (struct keys){.bytes = NULL};
    enum strategy_status status = open_parts(made);
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        space_parallel_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status space_parallel_create(void *state, void **space)
{
    pool_rouse(((struct space_parallel *)state)->pool);
    return space_create(state, space);
}

static enum strategy_status encode_part(void *context, unsigned worker)
{
    struct space_parallel *own = context;
    struct part *part = &own->parts[worker];
    struct pool_span span = pool_span(own->batch->count, worker, own->base.setup->workers);
    enum strategy_status status = encoder_begin(&part->encoder, own->base.setup, own->space);
    if (status != STRATEGY_OK)
        return status;
    status = keys_encode(&part->keys, &part->encoder, own->batch->items + span.from, span.to - span.from,
                         &own->run->progress[worker]);
    encoder_end(&part->encoder);
    return status;
}

static enum strategy_status insert_parts(struct space_parallel *own, struct trie *trie)
{
    enum strategy_status status = STRATEGY_OK;
    for (unsigned i = 0; i < own->base.setup->workers && status == STRATEGY_OK; i++)
        status = keys_insert(&own->parts[i].keys, trie, &own->run->progress[0]);
    return status;
}

static enum strategy_status space_parallel_insert(void *state, void *space, const struct batch *batch,
                                                  struct strategy_run *run)
{
    struct space_parallel *own = state;
    const struct strategy_setup *setup = own->base.setup;
    own->space = space;
    own->batch = batch;
    own->run = run;
    struct trie built;
    trie_init(&built);
    enum strategy_status status = pool_run(own->pool, run, PHASE_ENCODE, encode_part, own);
    phase_enter(run, setup, PHASE_INSERT);
    if (status == STRATEGY_OK)
        status = insert_parts(own, &built);
    phase_enter(run, setup, PHASE_MERGE);
    status = space_finish(space, &built, status);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

static const struct strategy_option space_parallel_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_space_parallel_hypothesis[] =
    "Encoding is shared by W workers and insertion stays with one, so at best it takes 1/W of the "
    "encoding plus all of the insertion, and it gains from the batch size on at which that saves more "
    "than waking the workers and copying the keys cost.";

const struct strategy strategy_space_parallel = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "space-parallel",
    .idea = "encode in parallel on the shared symbol table, insert serially",
    .source = "the earlier study's first approach",
    .options = space_parallel_options,
    .option_count = sizeof space_parallel_options / sizeof space_parallel_options[0],
    .open = space_parallel_open,
    .close = space_parallel_close,
    .create = space_parallel_create,
    .insert = space_parallel_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
