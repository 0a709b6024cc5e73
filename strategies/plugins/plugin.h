/*
 * plugin.h - what plug-ins that keep plain keys have in common: their state, and the loop over a batch.
 *
 * A plug-in that includes this has still to say how to make, fill, walk and free its set. It is compiled into
 * the plug-in; expr_encode() it finds in the worker.
 */
#ifndef STRATEGIES_PLUGINS_PLUGIN_H
#define STRATEGIES_PLUGINS_PLUGIN_H

#include "strategies/strategy.h"

#include <stdlib.h>

struct plugin {
    const struct strategy_setup *setup;
    uint8_t key[EXPR_ENCODED_BYTES_MAX];
};

/* strategy.open and strategy.close: a struct plugin as the state. */
static inline enum strategy_status plugin_open(const struct strategy_setup *setup, void **state)
{
    struct plugin *made = malloc(sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->setup = setup;
    *state = made;
    return STRATEGY_OK;
}

static inline void plugin_close(void *state)
{
    free(state);
}

/* Adds one key to the set that the space is; the bytes are valid during the call. */
typedef enum strategy_status plugin_add(void *space, const uint8_t *key, size_t length);

/* The body of strategy.insert: adds the key of every item, encoded first unless the item brings it. */
static inline enum strategy_status plugin_insert(struct plugin *own, void *space, const struct batch *batch,
                                                 struct strategy_run *run, plugin_add *add)
{
    enum strategy_status status = STRATEGY_OK;
    phase_enter(run, own->setup, PHASE_BUILD);
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i++) {
        const struct item *item = &batch->items[i];
        const uint8_t *key = item->key;
        size_t length = item->key_length;
        run->progress[0].item = i;
        if (!own->setup->encoded) {
            key = own->key;
            if (expr_encode(item->terms, item->term_count, own->key, sizeof own->key, &length) != TRIE_OK)
                return STRATEGY_FAILED;
        }
        status = add(space, key, length);
    }
    phase_enter(run, own->setup, PHASE_NONE);
    return status;
}

/* For sets whose own iteration cannot be stopped: passes keys on until the visitor wants no more. */
struct plugin_walk {
    strategy_visit *visit;
    void *context;
    bool stopped;
};

static inline void plugin_visit(struct plugin_walk *walk, const uint8_t *key, size_t length)
{
    if (!walk->stopped)
        walk->stopped = !walk->visit(walk->context, key, length);
}

/*
 * Defines the struct that the module exports. The file has defined, before it, create(), walk() and
 * destroy(), as they stand in struct strategy, and add(), a plugin_add.
 */
#define PLUGIN(title, promises, what, whose)                                                                 \
    static enum strategy_status insert(void *state, void *space, const struct batch *batch,                  \
                                       struct strategy_run *run)                                             \
    {                                                                                                        \
        return plugin_insert(state, space, batch, run, add);                                                 \
    }                                                                                                        \
    extern const struct strategy triebench_strategy;                                                         \
    const struct strategy triebench_strategy = {                                                             \
        .abi = STRATEGY_ABI,                                                                                 \
        .claims = STRATEGY_PLAIN | (promises),                                                               \
        .name = (title),                                                                                     \
        .idea = (what),                                                                                      \
        .source = (whose),                                                                                   \
        .open = plugin_open,                                                                                 \
        .close = plugin_close,                                                                               \
        .create = create,                                                                                    \
        .insert = insert,                                                                                    \
        .walk = walk,                                                                                        \
        .destroy = destroy,                                                                                  \
    }

#endif
