/*
 * space-parallel.c - all workers encode their part of the batch, on the one symbol table of the space; worker
 * 0 alone inserts the keys. A large batch goes through in pieces, so that no buffer holds all of its keys.
 *
 * At most the encoding can be shared, so the best there is to have is the whole time over that of the
 * insertions. In keys=encoded what the workers do is a copy.
 */
#include "strategies/crew.h"
#include "strategies/keys.h"

#include <stdlib.h>

enum { OPTION_POOL, OPTION_SPACE };

enum { PIECE_ITEMS = 32768 };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct keys keys;
    struct encoder encoder;
};

struct space_parallel {
    struct crew crew;
    struct batch piece; /* in hand */
    struct part parts[];
};

static void space_parallel_close(void *state)
{
    struct space_parallel *own = state;
    for (unsigned i = 0; i < own->crew.base.setup->workers; i++)
        keys_close(&own->parts[i].keys);
    crew_close(own);
}

static enum strategy_status space_parallel_open(const struct strategy_setup *setup, void **state)
{
    void *opened;
    enum strategy_status status =
        crew_open(setup, sizeof(struct space_parallel), sizeof(struct part), &opened);
    if (status != STRATEGY_OK)
        return status;
    struct space_parallel *made = opened;
    size_t most = setup->batch_max < PIECE_ITEMS ? setup->batch_max : PIECE_ITEMS;
    for (unsigned i = 0; i < setup->workers && status == STRATEGY_OK; i++) {
        struct pool_span span = pool_span(most, i, setup->workers);
        status = keys_open(&made->parts[i].keys, span.to - span.from);
    }
    if (status != STRATEGY_OK) {
        space_parallel_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status encode_part(void *context, unsigned worker)
{
    struct space_parallel *own = context;
    struct part *part = &own->parts[worker];
    const struct strategy_setup *setup = own->crew.base.setup;
    struct pool_span span = pool_span(own->piece.count, worker, setup->workers);
    enum strategy_status status = encoder_begin(&part->encoder, setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    status = keys_encode(&part->keys, &part->encoder, own->piece.items + span.from, span.to - span.from,
                         &own->crew.run->progress[worker]);
    encoder_end(&part->encoder);
    return status;
}

static enum strategy_status insert_piece(struct space_parallel *own, struct trie *trie)
{
    struct crew *crew = &own->crew;
    enum strategy_status status = pool_run(crew->pool, crew->run, PHASE_ENCODE, encode_part, own);
    phase_enter(crew->run, crew->base.setup, PHASE_INSERT);
    for (unsigned i = 0; i < crew->base.setup->workers && status == STRATEGY_OK; i++)
        status = keys_insert(&own->parts[i].keys, trie, &crew->run->progress[0]);
    return status;
}

static enum strategy_status space_parallel_insert(void *state, void *space, const struct batch *batch,
                                                  struct strategy_run *run)
{
    struct space_parallel *own = state;
    const struct strategy_setup *setup = own->crew.base.setup;
    struct trie built;
    trie_init(&built);
    phase_enter(run, setup, PHASE_ENCODE);
    enum strategy_status status = crew_take(&own->crew, space, batch, run);
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i += own->piece.count) {
        own->piece = batch_piece(batch, i, PIECE_ITEMS);
        status = insert_piece(own, &built);
    }
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
    .create = crew_create,
    .insert = space_parallel_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
