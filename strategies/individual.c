/*
 * individual.c - the study's baseline: every item is an addition of its own, by copy-on-write of its path.
 *
 * The space's trie stays whole, as others may be reading it, while a second handle of it gets the item; then
 * the second takes the first one's place. So each addition copies the nodes from the root down to where it
 * changes something, and takes and gives back a writer of the symbol table, as calls that know nothing of
 * each other do.
 */
#include "strategies/encoder.h"

#include <stdlib.h>

struct individual {
    struct trie_state base;
    struct encoder encoder;
};

static enum strategy_status individual_open(const struct strategy_setup *setup, void **state)
{
    struct individual *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, setup->options);
    *state = made;
    return STRATEGY_OK;
}

static void individual_close(void *state)
{
    free(state);
}

static enum strategy_status add_one(struct individual *own, struct space *space, const struct item *item)
{
    enum strategy_status status = encoder_begin(&own->encoder, own->base.setup, space);
    if (status != STRATEGY_OK)
        return status;
    struct trie copy;
    trie_snapshot(&space->trie, &copy);
    status = space_status(encoder_insert(&own->encoder, item, &copy));
    if (status == STRATEGY_OK) {
        trie_clear(&space->trie);
        trie_move(&space->trie, &copy);
    } else {
        trie_clear(&copy);
    }
    encoder_end(&own->encoder);
    return status;
}

static enum strategy_status individual_insert(void *state, void *space, const struct batch *batch,
                                              struct strategy_run *run)
{
    struct individual *own = state;
    enum strategy_status status = STRATEGY_OK;
    phase_enter(run, own->base.setup, PHASE_BUILD);
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i++) {
        run->progress[0].item = i;
        status = add_one(own, space, &batch->items[i]);
    }
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

const char strategy_individual_hypothesis[] =
    "It copies the path from the root for every item where sequential changes nodes in place, so it is "
    "slower at every batch size, and the more so the larger the batch.";

const struct strategy strategy_individual = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "individual",
    .idea = "each item alone: snapshot, insert into the snapshot, swap (copy-on-write of the path)",
    .source = "the earlier study's baseline, one call for each fact",
    .options = space_options,
    .option_count = SPACE_OPTION_COUNT,
    .open = individual_open,
    .close = individual_close,
    .create = space_create,
    .insert = individual_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
