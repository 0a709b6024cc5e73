/*
 * region.c - as `thread-local`, with each worker's nodes in a region of its own (trie/region.h).
 *
 * The earlier study proposed an arena a worker and did not build it. The workers meet in malloc once a block
 * and not once a node; what it cannot take away is the union at the end.
 */
#include "strategies/private.h"

enum { OPTION_POOL, OPTION_SPACE };

static enum strategy_status region_open(const struct strategy_setup *setup, void **state)
{
    return private_open(setup, (struct private_choice){.regions = true}, state);
}

static const struct strategy_option region_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_region_hypothesis[] =
    "Workers that take nodes from regions of their own meet in malloc once a block and not once a node; "
    "so it beats thread-local where the allocator makes workers wait for each other, and equals it "
    "where it does not.";

const struct strategy strategy_region = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "region",
    .idea = "a private trie for each worker, its nodes in the worker's own region",
    .source = "region allocation (Tofte and Talpin 1997); an arena a worker was the study's proposal",
    .options = region_options,
    .option_count = sizeof region_options / sizeof region_options[0],
    .open = region_open,
    .close = private_close,
    .create = crew_create,
    .insert = private_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
