/*
 * pooled.c - a few tries for each worker, kept from batch to batch, and the number of an item says into
 * which of them it goes; so two workers can wait for one. A proposal of the earlier study. An empty trie
 * costs nothing to make, and a cleared one keeps no node, so nothing can be gained by keeping them but what
 * the smaller tries gain; and the tries overlap, which the union pays for.
 */
#include "strategies/stripes.h"

enum { OPTION_POOL, OPTION_SPACE, OPTION_MAPS = OPTION_SPACE + SPACE_OPTION_COUNT };

static enum strategy_status pooled_open(const struct strategy_setup *setup, void **state)
{
    return stripes_open(setup, (size_t)setup->options[OPTION_MAPS] * setup->workers, STRIPES_BY_NUMBER,
                        state);
}

static const struct strategy_option pooled_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
    [OPTION_MAPS] = {.name = "maps", .min = 1, .max = 64, .preset = 4, .sentence = "tries for each worker"},
};

const char strategy_pooled_hypothesis[] =
    "Tries that are kept save nothing, since an empty one costs nothing to make, and items dealt out by "
    "number overlap in all of them; so the union costs more than that of thread-local, and it is "
    "slower.";

const struct strategy strategy_pooled = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "pooled",
    .idea = "tries kept in a pool, each with a lock, chosen by the number of the item",
    .source = "a proposal of the earlier study's, never measured there",
    .options = pooled_options,
    .option_count = sizeof pooled_options / sizeof pooled_options[0],
    .open = pooled_open,
    .close = stripes_close,
    .create = crew_create,
    .insert = stripes_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
