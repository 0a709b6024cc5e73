/*
 * order.h - many keys into ascending byte order, for strategies that build a trie from sorted keys.
 *
 * One pass tells whether the keys are in order already and how many bytes all of them begin with. If they are
 * not in order, the eight bytes behind that stem go into a number beside the key's index, and these pairs are
 * sorted by radix, one pass for each byte in which they differ; keys that agree in the eight bytes too are
 * then sorted by what follows, range by range.
 *
 * Source: LSD radix sort; the cached prefix of string sorting as in caching multikey quicksort (Ng and
 * Kakehi 2007).
 */
#ifndef STRATEGIES_ORDER_H
#define STRATEGIES_ORDER_H

#include "strategies/strategy.h"
#include "trie/trie.h"

/* A key's place in the order: its eight bytes behind the stem, and which key it is. */
struct order_entry {
    uint64_t prefix; /* most significant byte first, zeros behind the key's end */
    uint32_t index;
    uint32_t bytes; /* of the prefix that the key has: 0 .. 8 */
};

/* Keys that agree in their first `depth` bytes and may be out of order. */
struct order_range {
    uint32_t from, count, depth;
};

/* Memory for the keys of one batch and, once keys came in no order, for sorting them; belongs to one worker
 * at a time. */
struct order {
    struct trie_key *keys; /* the caller's, [count_max]: filled before, sorted after */
    struct trie_key *spare;
    struct order_entry *entries, *other_entries;
    struct order_range *ranges; /* to do; it and those above NULL before the first keys out of order */
    size_t range_count;
    size_t count_max;
};

/* Makes room for count_max keys. Errors: STRATEGY_NO_MEMORY; order_close() is allowed then. */
enum strategy_status order_open(struct order *order, size_t count_max);

void order_close(struct order *order);

/* Makes room for count keys, as order_open() does; those that are there are lost. Errors: STRATEGY_NO_MEMORY;
 * the room is as it was.
 */
enum strategy_status order_reserve(struct order *order, size_t count);

/* Sorts order->keys[count] in place; equal keys stay side by side. Errors: STRATEGY_NO_MEMORY, where keys
 * that are not in order come for the first time; all of them are still there, in whatever order. */
enum strategy_status order_sort(struct order *order, size_t count);

/* Whether order->keys[count], at least one, are in order; *stem is in how many bytes all of them begin alike.
 */
bool order_holds(const struct order *order, size_t count, size_t *stem);

/* The eight bytes behind a stem that a key has, as a number that sorts as they do; zeros behind its end. */
uint64_t order_prefix(const struct trie_key *key, size_t stem);

/* The number of first bytes in which two keys agree. */
size_t order_common(const struct trie_key *left, const struct trie_key *right);

/* Whether one key comes before another: below 0, 0 if they are equal, above 0. */
int order_compare(const struct trie_key *left, const struct trie_key *right);

#endif
