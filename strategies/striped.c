/*
 * striped.c - a trie and a lock for each of several parts of the key space, chosen by the bytes behind what
 * all keys begin with. What all keys begin with is taken from a few of them.
 */
#include "strategies/stripes.h"

enum { OPTION_POOL, OPTION_SPACE, OPTION_STRIPES = OPTION_SPACE + SPACE_OPTION_COUNT };

static enum strategy_status striped_open(const struct strategy_setup *setup, void **state)
{
    return stripes_open(setup, (size_t)setup->options[OPTION_STRIPES], STRIPES_BY_KEY, state);
}

static const struct strategy_option striped_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
    [OPTION_STRIPES] = {.name = "stripes",
                        .min = 1,
                        .max = 4096,
                        .preset = 64,
                        .sentence = "number of tries, each with a lock of its own"},
};

const char strategy_striped_hypothesis[] =
    "Workers meet only where their keys fall into the same part, so it waits less than locked with the "
    "more parts; taking a lock for every item and uniting the parts at the end still cost more than "
    "private tries do.";

const struct strategy strategy_striped = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "striped",
    .idea = "a trie and a lock for each part of the key space, united at the end",
    .source = "lock striping, as of hash tables (Herlihy and Shavit 2008, section 13.2)",
    .options = striped_options,
    .option_count = sizeof striped_options / sizeof striped_options[0],
    .open = striped_open,
    .close = stripes_close,
    .create = crew_create,
    .insert = stripes_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
