/* order.c - see order.h. */
#include "strategies/order.h"

#include "trie/bytes.h"

#include <stdlib.h>

enum {
    PREFIX_BYTES = 8,
    SMALL_COUNT = 24, /* insertion sort up to here */
    DIGITS = 256,
    PREFETCH_AHEAD = 12, /* keys */
};

/* At most SMALL_COUNT keys are sorted at once, so a range to do is longer. */
static size_t ranges_max(size_t count_max)
{
    return count_max / SMALL_COUNT + 1;
}

enum strategy_status order_open(struct order *order, size_t count_max)
{
    size_t room = count_max > 0 ? count_max : 1;
    *order = (struct order){.count_max = count_max};
    order->keys = malloc(room * sizeof order->keys[0]);
    return order->keys != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

static void free_scratch(struct order *order)
{
    free(order->spare);
    free(order->entries);
    free(order->other_entries);
    free(order->ranges);
    order->spare = NULL;
    order->entries = order->other_entries = NULL;
    order->ranges = NULL;
}

void order_close(struct order *order)
{
    free(order->keys);
    free_scratch(order);
}

enum strategy_status order_reserve(struct order *order, size_t count)
{
    if (count <= order->count_max)
        return STRATEGY_OK;
    struct order roomier;
    enum strategy_status status = order_open(&roomier, count + count / 8);
    if (status != STRATEGY_OK)
        return status;
    order_close(order);
    *order = roomier;
    return STRATEGY_OK;
}

/* What sorting needs beside the keys; keys that come in order need none of it. */
static enum strategy_status reserve_scratch(struct order *order)
{
    size_t room = order->count_max;
    if (order->ranges != NULL)
        return STRATEGY_OK;
    order->spare = malloc(room * sizeof order->spare[0]);
    order->entries = malloc(room * sizeof order->entries[0]);
    order->other_entries = malloc(room * sizeof order->other_entries[0]);
    order->ranges = malloc(ranges_max(room) * sizeof order->ranges[0]);
    if (order->spare != NULL && order->entries != NULL && order->other_entries != NULL &&
        order->ranges != NULL)
        return STRATEGY_OK;
    free_scratch(order);
    return STRATEGY_NO_MEMORY;
}

static int compare_behind(const struct trie_key *left, const struct trie_key *right, size_t depth)
{
    size_t shorter = left->length < right->length ? left->length : right->length;
    size_t common = depth + bytes_common(left->bytes + depth, right->bytes + depth, shorter - depth);
    if (common < shorter)
        return left->bytes[common] < right->bytes[common] ? -1 : 1;
    return (left->length > right->length) - (left->length < right->length);
}

int order_compare(const struct trie_key *left, const struct trie_key *right)
{
    return compare_behind(left, right, 0);
}

/*
 * Whether keys[count], which agree in their first `depth` bytes, are in order; *stem is in how many bytes all
 * of them agree.
 */
static bool in_order(const struct trie_key *keys, size_t count, size_t depth, size_t *stem)
{
    bool ascending = true;
    size_t least = keys[0].length;
    for (size_t i = 1; i < count; i++) {
        const struct trie_key *left = &keys[i - 1], *right = &keys[i];
        size_t shorter = left->length < right->length ? left->length : right->length;
        /* Out of order already: only the stem is wanted still, and no more of it than there can be. */
        size_t look = !ascending && least < shorter ? least : shorter;
        size_t common = depth + bytes_common(left->bytes + depth, right->bytes + depth, look - depth);
        if (common < least)
            least = common;
        if (common < shorter ? left->bytes[common] > right->bytes[common] : left->length > right->length)
            ascending = false;
    }
    *stem = least;
    return ascending;
}

static void insertion_sort(struct trie_key *keys, size_t count, size_t depth)
{
    for (size_t i = 1; i < count; i++) {
        struct trie_key key = keys[i];
        size_t at = i;
        for (; at > 0 && compare_behind(&keys[at - 1], &key, depth) > 0; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

static uint64_t load_prefix(const struct trie_key *key, size_t stem, uint32_t *bytes)
{
    size_t left = key->length - stem;
    if (left >= PREFIX_BYTES) {
        *bytes = PREFIX_BYTES;
        return bytes_load_be64(key->bytes + stem);
    }
    *bytes = (uint32_t)left;
    return be64toh(bytes_load_short(key->bytes + stem, left));
}

/* The pairs of keys[count], and in which bits they differ. */
static uint64_t fill_entries(struct order_entry *entries, const struct trie_key *keys, size_t count,
                             size_t stem, bool *lengths_differ)
{
    uint64_t differ = 0;
    *lengths_differ = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t bytes;
        uint64_t prefix = load_prefix(&keys[i], stem, &bytes);
        entries[i] = (struct order_entry){prefix, (uint32_t)i, bytes};
        differ |= prefix ^ entries[0].prefix;
        *lengths_differ |= bytes != entries[0].bytes;
    }
    return differ;
}

/* One pass: stable, by one byte of the prefix, or with shift 64 by the number of bytes. */
static void radix_pass(struct order_entry *to, const struct order_entry *from, size_t count, unsigned shift)
{
    uint32_t starts[DIGITS] = {0};
    for (size_t i = 0; i < count; i++)
        starts[shift == 64 ? from[i].bytes : from[i].prefix >> shift & (DIGITS - 1)]++;
    uint32_t start = 0;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        uint32_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[shift == 64 ? from[i].bytes : from[i].prefix >> shift & (DIGITS - 1)]++] = from[i];
}

/* Sorts the pairs; gives those of the two arrays that hold them then. */
static struct order_entry *sort_entries(struct order *order, size_t count, uint64_t differ,
                                        bool lengths_differ)
{
    struct order_entry *from = order->entries, *to = order->other_entries, *swap;
    if (lengths_differ) {
        radix_pass(to, from, count, 64);
        swap = from, from = to, to = swap;
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & (DIGITS - 1)) == 0)
            continue;
        radix_pass(to, from, count, shift);
        swap = from, from = to, to = swap;
    }
    return from;
}

/* The keys in the order of their pairs. What the build reads next is on its way to the cache by then. */
static void gather(struct trie_key *to, const struct trie_key *from, const struct order_entry *entries,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i + PREFETCH_AHEAD < count)
            __builtin_prefetch(&from[entries[i + PREFETCH_AHEAD].index]);
        to[i] = from[entries[i].index];
    }
}

/* Keys that agree in all that was looked at are ranges to do. */
static void find_ties(struct order *order, const struct order_entry *entries, struct order_range range,
                      size_t stem)
{
    for (size_t i = 0, next; i < range.count; i = next) {
        for (next = i + 1; next < range.count && entries[next].prefix == entries[i].prefix; next++)
            if (entries[next].bytes != entries[i].bytes)
                break;
        size_t count = next - i;
        if (count == 1 || entries[i].bytes < PREFIX_BYTES)
            continue; /* alone, or all equal */
        size_t from = range.from + i, depth = stem + PREFIX_BYTES;
        if (count <= SMALL_COUNT)
            insertion_sort(order->keys + from, count, depth);
        else
            order->ranges[order->range_count++] =
                (struct order_range){(uint32_t)from, (uint32_t)count, (uint32_t)depth};
    }
}

static enum strategy_status sort_range(struct order *order, struct order_range range)
{
    struct trie_key *keys = order->keys + range.from;
    size_t stem;
    if (in_order(keys, range.count, range.depth, &stem))
        return STRATEGY_OK;
    if (range.count <= SMALL_COUNT) {
        insertion_sort(keys, range.count, stem);
        return STRATEGY_OK;
    }
    enum strategy_status status = reserve_scratch(order);
    if (status != STRATEGY_OK)
        return status;
    bool lengths_differ;
    memcpy(order->spare, keys, range.count * sizeof keys[0]);
    uint64_t differ = fill_entries(order->entries, keys, range.count, stem, &lengths_differ);
    struct order_entry *sorted = sort_entries(order, range.count, differ, lengths_differ);
    gather(keys, order->spare, sorted, range.count);
    find_ties(order, sorted, range, stem);
    return STRATEGY_OK;
}

enum strategy_status order_sort(struct order *order, size_t count)
{
    if (count < 2)
        return STRATEGY_OK;
    order->range_count = 0;
    enum strategy_status status = sort_range(order, (struct order_range){0, (uint32_t)count, 0});
    while (status == STRATEGY_OK && order->range_count > 0)
        status = sort_range(order, order->ranges[--order->range_count]);
    return status;
}

bool order_holds(const struct order *order, size_t count, size_t *stem)
{
    return in_order(order->keys, count, 0, stem);
}

uint64_t order_prefix(const struct trie_key *key, size_t stem)
{
    uint32_t bytes;
    return load_prefix(key, stem, &bytes);
}

size_t order_common(const struct trie_key *left, const struct trie_key *right)
{
    return bytes_common(left->bytes, right->bytes,
                        left->length < right->length ? left->length : right->length);
}
