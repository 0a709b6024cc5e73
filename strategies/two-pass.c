/*
 * two-pass.c - encode all items, then insert all keys: the work of `sequential` with one more pass over a
 * buffer, so that the two halves do not compete for the cache, and can be timed apart.
 *
 * The buffer is the strategy's, and grows with the first batches (keys.h). In keys=encoded there is nothing
 * to encode, and the keys are inserted from where they are.
 */
#include "strategies/keys.h"

#include <stdlib.h>

struct two_pass {
    struct trie_state base;
    struct keys keys;
    struct encoder encoder;
};

static void two_pass_close(void *state)
{
    struct two_pass *own = state;
    keys_close(&own->keys);
    free(own);
}

static enum strategy_status two_pass_open(const struct strategy_setup *setup, void **state)
{
    struct two_pass *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, setup->options);
    enum strategy_status status = keys_open(&made->keys, setup->batch_max);
    if (status != STRATEGY_OK) {
        two_pass_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status encode(struct two_pass *own, struct space *space, const struct batch *batch,
                                   struct strategy_run *run)
{
    enum strategy_status status = encoder_expect(own->base.setup, space, batch->items, batch->count);
    if (status == STRATEGY_OK)
        status = encoder_begin(&own->encoder, own->base.setup, space);
    if (status != STRATEGY_OK)
        return status;
    if (!own->base.setup->encoded)
        status = keys_encode(&own->keys, &own->encoder, batch->items, batch->count, &run->progress[0]);
    encoder_end(&own->encoder);
    return status;
}

static enum strategy_status insert(struct two_pass *own, const struct batch *batch, struct strategy_run *run,
                                   struct trie *part)
{
    if (!own->base.setup->encoded)
        return keys_insert(&own->keys, part, &run->progress[0]);
    return encoder_insert_all(&own->encoder, batch->items, batch->count, NULL, part, &run->progress[0]);
}

static enum strategy_status two_pass_insert(void *state, void *space, const struct batch *batch,
                                            struct strategy_run *run)
{
    struct two_pass *own = state;
    const struct strategy_setup *setup = own->base.setup;
    struct trie part;
    trie_init(&part);
    phase_enter(run, setup, PHASE_ENCODE);
    enum strategy_status status = encode(own, space, batch, run);
    phase_enter(run, setup, PHASE_INSERT);
    if (status == STRATEGY_OK)
        status = insert(own, batch, run, &part);
    phase_enter(run, setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

const char strategy_two_pass_hypothesis[] =
    "With encoding and insertion in passes of their own, each has the cache to itself, which gains "
    "where both together do not fit; the buffer between them is an extra write and read of every key, "
    "which loses on small batches.";

const struct strategy strategy_two_pass = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "two-pass",
    .idea = "encode all items into one buffer, then insert all keys",
    .source = "the earlier study's fifth phase, first strategy",
    .options = space_options,
    .option_count = SPACE_OPTION_COUNT,
    .open = two_pass_open,
    .close = two_pass_close,
    .create = space_create,
    .insert = two_pass_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
