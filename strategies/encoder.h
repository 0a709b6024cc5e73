/*
 * encoder.h - what one worker turns items into keys with: its key buffer and, where symbols are interned, its
 * writer.
 */
#ifndef STRATEGIES_ENCODER_H
#define STRATEGIES_ENCODER_H

#include "strategies/space.h"

/* One a worker; lives in the strategy's state, because of its size. Needs no initialisation before
 * encoder_begin(). */
struct encoder {
    bool encoded;            /* items bring their keys */
    bool many;               /* symbols of a batch do not fit the cache */
    struct symbols *symbols; /* NULL: symbols inline */
    struct symbols_writer writer;
    uint8_t key[EXPR_ENCODED_BYTES_MAX], other_key[EXPR_ENCODED_BYTES_MAX];
};

/*
 * Whether every worker of the setup can have an encoder for the same space at the same time: a symbol table
 * has SYMBOLS_SLOTS writers and no more.
 */
static inline bool encoder_for_each_worker(const struct strategy_setup *setup)
{
    return !setup->interned || setup->encoded || setup->workers <= SYMBOLS_SLOTS;
}

/*
 * Begins encoding for a space, on the calling thread; encoder_end() gives the writer back, from the same
 * thread. Errors: STRATEGY_UNSUPPORTED if the symbol table has no writer left; there is nothing to end then.
 */
enum strategy_status encoder_begin(struct encoder *encoder, const struct strategy_setup *setup,
                                   struct space *space);

/* The same for worker `number`, where new symbols go into its part (trie/symbols.h); NULL: into the table. */
enum strategy_status encoder_begin_part(struct encoder *encoder, const struct strategy_setup *setup,
                                        struct space *space, struct symbols_part *part, unsigned number);

void encoder_end(struct encoder *encoder);

/*
 * Writes the key of an item into key[capacity] (a copy, if the item brings it).
 * Errors: those of expr_encode() and expr_encode_interned().
 */
TRIE_MUST_USE enum trie_status encoder_encode(struct encoder *encoder, const struct item *item, uint8_t *key,
                                              size_t capacity, size_t *length);

/* Whether it pays to encoder_ask(): texts will be looked for in a table that does not fit the cache. */
static inline bool encoder_asks(const struct encoder *encoder)
{
    return encoder->many && encoder->symbols != NULL && !encoder->encoded &&
           !symbols_part_assumes(encoder->writer.part);
}

/*
 * At number i of items[count]: asks the memory for where the symbols of one further on will be
 * looked for, enough to hide a miss of the cache behind. Where all fit the cache it costs: 1.13 of the time
 * at 10,000 facts, 0.88 at 100,000.
 */
static inline void encoder_ask(const struct encoder *encoder, const struct item *items, size_t i,
                               size_t count)
{
    enum { AHEAD = 16 };
    if (i + AHEAD < count)
        expr_ask(items[i + AHEAD].terms, items[i + AHEAD].term_count, encoder->symbols, encoder->writer.part);
}

/*
 * Before many items are encoded: says how many symbols are to come, guessed from some of them. For one
 * thread, while no other encodes. Does nothing where symbols are inline.
 * Errors: STRATEGY_NO_MEMORY.
 */
enum strategy_status encoder_expect(const struct strategy_setup *setup, struct space *space,
                                    const struct item *items, size_t count);

/*
 * The same where each worker will add symbols to a part of its own; and interns those that are met again and
 * again, which would come into all parts. *assume_new: whether all others shall be taken for new, and then
 * whether they will be (symbols_parts_prepare()). Errors: those of symbols_intern().
 */
enum strategy_status encoder_expect_parts(struct space *space, const struct item *items, size_t count,
                                          bool *assume_new);

/*
 * Inserts an item into a trie of the calling thread; the key does not leave the encoder's buffer, and is not
 * copied if the item brings it. Errors: those of encoder_encode() and trie_insert().
 */
TRIE_MUST_USE enum trie_status encoder_insert(struct encoder *encoder, const struct item *item,
                                              struct trie *trie);

/*
 * Inserts items[count] in their order, and keeps *progress at the one it is at. region: where new nodes lie
 * (trie/region.h), or NULL.
 * Errors: of the first item that has one; the items before it are in the trie.
 */
enum strategy_status encoder_insert_all(struct encoder *encoder, const struct item *items, size_t count,
                                        struct trie_region *region, struct trie *trie,
                                        struct strategy_progress *progress);

#endif
