/*
 * locked.c - all workers encode, and insert into one trie under one lock: the lower control of
 * concurrency. At most the encoding is done in parallel.
 */
#include "strategies/stripes.h"

enum { OPTION_POOL, OPTION_SPACE };

static enum strategy_status locked_open(const struct strategy_setup *setup, void **state)
{
    return stripes_open(setup, 1, STRIPES_BY_KEY, state);
}

static const struct strategy_option locked_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_locked_hypothesis[] =
    "Insertion is most of the work and is done under one lock, so workers wait for each other; it gains "
    "at most the encoding, and loses where handing over the lock costs more than that.";

const struct strategy strategy_locked = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "locked",
    .idea = "control: encode in parallel, insert into one trie under one lock",
    .source = "the coarse lock that concurrent structures are compared with (Herlihy and Shavit 2008, ch. 9)",
    .options = locked_options,
    .option_count = sizeof locked_options / sizeof locked_options[0],
    .open = locked_open,
    .close = stripes_close,
    .create = crew_create,
    .insert = stripes_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
