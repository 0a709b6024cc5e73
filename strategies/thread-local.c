/*
 * thread-local.c - every worker builds a trie of its own from its part of the batch; the tries are united at
 * the end.
 *
 * As the earlier study did it: on the one symbol table of the space, united one after the other by worker 0.
 * The other ways that it might have been done are options.
 */
#include "strategies/private.h"

enum { OPTION_POOL, OPTION_SPACE, OPTION_MERGE = OPTION_SPACE + SPACE_OPTION_COUNT, OPTION_SYMBOLS };

static const char *const merge_names[] = {"serial", "tree", "join", NULL};
static const char *const symbols_names[] = {"shared", "private", "pre", NULL};

static enum strategy_status thread_local_open(const struct strategy_setup *setup, void **state)
{
    struct private_choice choice = {.merge = (enum private_merge)setup->options[OPTION_MERGE],
                                    .symbols = (enum private_symbols)setup->options[OPTION_SYMBOLS]};
    return private_open(setup, choice, state);
}

static const struct strategy_option thread_local_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
    [OPTION_MERGE] = {.name = "merge",
                      .choices = merge_names,
                      .preset = PRIVATE_SERIAL,
                      .sentence =
                          "how the tries are united: one after the other by worker 0, in pairs, or one "
                          "after the other by all workers together"},
    [OPTION_SYMBOLS] = {.name = "symbols",
                        .choices = symbols_names,
                        .preset = PRIVATE_SHARED,
                        .sentence = "where symbols are interned: in one table by all, in one for each worker "
                                    "and renamed in the union, or in one by worker 0 beforehand"},
};

const char strategy_thread_local_hypothesis[] =
    "Where the union is cheap against the building, W workers build in about 1/W of the time plus the "
    "union; so it gains from the batch size on at which that saves more than waking the workers costs.";

const struct strategy strategy_thread_local = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "thread-local",
    .idea = "a private trie for each worker, united at the end",
    .source = "the earlier study's third approach",
    .options = thread_local_options,
    .option_count = sizeof thread_local_options / sizeof thread_local_options[0],
    .open = thread_local_open,
    .close = private_close,
    .create = crew_create,
    .insert = private_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
