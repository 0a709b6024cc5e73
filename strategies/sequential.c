/*
 * sequential.c - the study's bulk path, and the reference of every speedup: encode each item, insert it in
 * place into a private trie, and unite that with the space once, at the end.
 */
#include "strategies/encoder.h"

#include <stdlib.h>

struct sequential {
    struct trie_state base;
    struct encoder encoder;
};

static enum strategy_status sequential_open(const struct strategy_setup *setup, void **state)
{
    struct sequential *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, setup->options);
    *state = made;
    return STRATEGY_OK;
}

static void sequential_close(void *state)
{
    free(state);
}

static enum strategy_status build(struct sequential *own, struct space *space, const struct batch *batch,
                                  struct strategy_run *run, struct trie *part)
{
    enum strategy_status status = encoder_expect(own->base.setup, space, batch->items, batch->count);
    if (status == STRATEGY_OK)
        status = encoder_begin(&own->encoder, own->base.setup, space);
    if (status != STRATEGY_OK)
        return status;
    status = encoder_insert_all(&own->encoder, batch->items, batch->count, NULL, part, &run->progress[0]);
    encoder_end(&own->encoder);
    return status;
}

static enum strategy_status sequential_insert(void *state, void *space, const struct batch *batch,
                                              struct strategy_run *run)
{
    struct sequential *own = state;
    struct trie part;
    trie_init(&part);
    phase_enter(run, own->base.setup, PHASE_BUILD);
    enum strategy_status status = build(own, space, batch, run, &part);
    phase_enter(run, own->base.setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

const char strategy_sequential_hypothesis[] =
    "One pass in place and one union for the whole batch cost each item little more than its encoding "
    "and its own new nodes; every other strategy is held against it.";

const struct strategy strategy_sequential = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "sequential",
    .idea = "encode each item, insert in place into a private trie, one union at the end",
    .source = "the earlier study's bulk path after its first optimisation",
    .options = space_options,
    .option_count = SPACE_OPTION_COUNT,
    .open = sequential_open,
    .close = sequential_close,
    .create = space_create,
    .insert = sequential_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
