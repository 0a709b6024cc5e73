/*
 * builder.h - what one worker builds a trie from sorted keys with: items to keys, keys into order, order to
 * trie.
 */
#ifndef STRATEGIES_BUILDER_H
#define STRATEGIES_BUILDER_H

#include "strategies/keys.h"
#include "strategies/order.h"

/* Where the nodes lie: many in one block of malloc's, or each in memory of its own. */
enum builder_nodes { BUILDER_BLOCKS, BUILDER_MALLOC };

extern const char *const builder_nodes_names[];
#define BUILDER_NODES_OPTION                                                                                 \
    {                                                                                                        \
        .name = "nodes", .choices = builder_nodes_names, .preset = BUILDER_BLOCKS,                           \
        .sentence = "where nodes lie: many in one block, or each in memory asked of malloc for it"           \
    }

struct builder {
    const struct strategy_setup *setup;
    enum builder_nodes nodes;
    struct symbols_part
        *symbols;    /* where new symbols go; NULL, as builder_open() sets it: into the space's table */
    unsigned worker; /* whose part that is */
    size_t count;    /* keys in hand: order.keys[count] */
    void *lid;       /* space_announce() */
    struct order order;
    struct keys keys;
    struct encoder encoder;
};

/* For count_max items at a time, and more if they come. Errors: STRATEGY_NO_MEMORY; builder_close() is
 * allowed then. */
enum strategy_status builder_open(struct builder *builder, const struct strategy_setup *setup,
                                  size_t count_max, enum builder_nodes nodes);

/* All zero is allowed. */
void builder_close(struct builder *builder);

/*
 * Takes the keys of items[count] in hand: encodes them for the space, or refers to those the items bring.
 * Errors: STRATEGY_NO_MEMORY, those of encoder_begin() and keys_encode().
 */
enum strategy_status builder_take(struct builder *builder, struct space *space, const struct item *items,
                                  size_t count, struct strategy_progress *progress);

/* The same in pieces: begins, takes the keys of items[count] in hand in the place of those before, and ends,
 * which must follow a begin that succeeded. The keys in hand stay. */
enum strategy_status builder_begin(struct builder *builder, struct space *space);
enum strategy_status builder_add(struct builder *builder, const struct item *items, size_t count,
                                 struct strategy_progress *progress);
void builder_end(struct builder *builder);

/* Sorts the keys in hand. Errors: STRATEGY_NO_MEMORY. */
enum strategy_status builder_sort(struct builder *builder);

/* Makes a trie (which is empty) of the keys in hand, sorted before. Errors: STRATEGY_NO_MEMORY; it stays
 * empty. */
enum strategy_status builder_build(struct builder *builder, struct trie *trie);

#endif
