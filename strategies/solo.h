/*
 * solo.h - a batch into a trie, by one worker who is alone in the space: a piece at a time, if it is large
 * and its keys come in order (stream.h), or else all keys at once.
 */
#ifndef STRATEGIES_SOLO_H
#define STRATEGIES_SOLO_H

#include "strategies/stream.h"
#include "strategies/symbol-parts.h"

struct solo {
    struct builder builder;
    struct symbol_parts symbols;
    struct stream stream;
};

/* For count_max items at a time, and more if they come; setup->workers is 1. Errors: STRATEGY_NO_MEMORY;
 * solo_close() is allowed then. */
enum strategy_status solo_open(struct solo *solo, const struct strategy_setup *setup, size_t count_max,
                               enum builder_nodes nodes);

/* All zero is allowed. */
void solo_close(struct solo *solo);

/*
 * Builds a trie (which is empty) of the batch's keys; their symbols come into the space's table. run: whose
 * phases are entered, or NULL. Errors: STRATEGY_NO_MEMORY, those of builder_take(); the trie stays empty.
 */
enum strategy_status solo_build(struct solo *solo, struct space *space, const struct batch *batch,
                                struct strategy_progress *progress, struct strategy_run *run,
                                struct trie *trie);

#endif
