/*
 * symbol-parts.h - where the symbols of a batch go: into the space's table, or into a part of it for each
 * worker, which are united afterwards (trie/symbols.h); and whether their texts may be taken for new.
 *
 * They may where the space has few symbols yet, and those that come again and again are seen in a sample. If
 * others come again too, that is found out in the end, and costs about what the batch did; so it is not tried
 * for the next 16 batches then, and twice as many the next time.
 */
#ifndef STRATEGIES_SYMBOL_PARTS_H
#define STRATEGIES_SYMBOL_PARTS_H

#include "strategies/encoder.h"

struct symbol_parts {
    struct symbols_part **parts; /* [workers]; NULL: nothing is interned, or the table has faults */
    unsigned workers;
    bool apart;               /* the batch in hand: they go into parts, */
    bool assume_new;          /* and are taken for new */
    unsigned wary, wary_next; /* batches that are left to go without, and how many the next time */
};

/* For so many workers on one space, whose symbol table has these faults. Errors: STRATEGY_NO_MEMORY;
 * symbol_parts_close() is allowed then. */
enum strategy_status symbol_parts_open(struct symbol_parts *parts, const struct strategy_setup *setup,
                                       unsigned workers, unsigned faults);

/* All zero is allowed. */
void symbol_parts_close(struct symbol_parts *parts);

/*
 * Before a batch is encoded, on one thread: tells the table how many symbols are to come, and chooses. apart:
 * parts pay even where texts cannot be taken for new. Errors: those of encoder_expect_parts().
 */
enum strategy_status symbol_parts_begin(struct symbol_parts *parts, const struct strategy_setup *setup,
                                        struct space *space, const struct item *items, size_t count,
                                        bool apart);

/* Where a worker's symbols go; NULL: into the table. */
static inline struct symbols_part *symbol_parts_of(const struct symbol_parts *parts, unsigned worker)
{
    return parts->apart ? parts->parts[worker] : NULL;
}

/* Once all have encoded, each worker: unites its share. *agree is false if it is known already that some ids
 * will change. Errors: STRATEGY_NO_MEMORY. */
enum strategy_status symbol_parts_unite(struct symbol_parts *parts, struct space *space, unsigned worker,
                                        bool *agree);

/* Once all have united: whether all ids that were given stay. If not, each worker has to settle its part. */
bool symbol_parts_agree(const struct symbol_parts *parts);

/* Texts that were taken for new came again: that is not done in the next batches. Nothing, if they were not.
 */
void symbol_parts_be_wary(struct symbol_parts *parts);

/* *changed: ids of this worker's part did change, to what symbols_part_id() says. Errors: STRATEGY_NO_MEMORY.
 */
enum strategy_status symbol_parts_settle(struct symbol_parts *parts, struct space *space, unsigned worker,
                                         bool *changed);

#endif
