/*
 * keys.h - many encoded keys, end to end in one buffer: what strategies that encode first and insert later
 * keep between.
 *
 * The buffer grows to what the first keys let expect and is kept from batch to batch, so that from the second
 * batch of a size on it costs no allocation: the first, cold sample pays for it.
 */
#ifndef STRATEGIES_KEYS_H
#define STRATEGIES_KEYS_H

#include "strategies/encoder.h"

struct keys {
    uint8_t *bytes;
    size_t used, capacity;
    uint32_t *lengths; /* key i has lengths[i] bytes, right behind key i - 1 */
    size_t count, count_max;
};

/* Makes room for count_max keys in number; more of them make it grow. Errors: STRATEGY_NO_MEMORY;
 * keys_close() is allowed then. */
enum strategy_status keys_open(struct keys *keys, size_t count_max);

void keys_close(struct keys *keys);

/*
 * Replaces what is there by the keys of items[count].
 * Errors: STRATEGY_NO_MEMORY, or that of the encoding.
 */
enum strategy_status keys_encode(struct keys *keys, struct encoder *encoder, const struct item *items,
                                 size_t count, struct strategy_progress *progress);

/* In keys whose symbols are interned: every id that was given while encoding becomes what it is now. */
void keys_settle(struct keys *keys, const struct symbols_part *part);

/* Inserts all keys in their order. Errors: those of trie_insert(). */
enum strategy_status keys_insert(const struct keys *keys, struct trie *trie,
                                 struct strategy_progress *progress);

#endif
