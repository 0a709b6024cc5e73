/*
 * sorted.c - sort the keys, then build each node once at its final size.
 *
 * Keys that come in order, as those of numbered facts do, cost one comparison each. The keys' bytes are not
 * moved: what is sorted are references, to the batch or to the buffer that the items were encoded into.
 */
#include "strategies/solo.h"

#include <stdlib.h>

struct sorted {
    struct trie_state base;
    struct solo solo;
};

enum { OPTION_NODES };

static void sorted_close(void *state)
{
    struct sorted *own = state;
    solo_close(&own->solo);
    free(own);
}

static enum strategy_status sorted_open(const struct strategy_setup *setup, void **state)
{
    struct sorted *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = (struct trie_state){.setup = setup};
    enum strategy_status status =
        solo_open(&made->solo, setup, setup->batch_max, (enum builder_nodes)setup->options[OPTION_NODES]);
    if (status != STRATEGY_OK) {
        sorted_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status sorted_insert(void *state, void *space, const struct batch *batch,
                                          struct strategy_run *run)
{
    struct sorted *own = state;
    const struct strategy_setup *setup = own->base.setup;
    struct trie part;
    trie_init(&part);
    enum strategy_status status = solo_build(&own->solo, space, batch, &run->progress[0], run, &part);
    phase_enter(run, setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

static const struct strategy_option sorted_options[] = {
    [OPTION_NODES] = BUILDER_NODES_OPTION,
};

const char strategy_sorted_hypothesis[] =
    "Sorting makes neighbours of keys that share a path, so that each node is built once and at its "
    "final size; it gains where that saves more copying of nodes than the sorting costs, which is the "
    "larger the batch.";

const struct strategy strategy_sorted = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "sorted",
    .idea = "sort the keys, then build each node once at its final size",
    .source = "compacted tries from sorted strings and their common prefixes (Kasai et al. 2001)",
    .options = sorted_options,
    .option_count = sizeof sorted_options / sizeof sorted_options[0],
    .open = sorted_open,
    .close = sorted_close,
    .create = space_create,
    .insert = sorted_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
