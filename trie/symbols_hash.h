/* symbols_hash.h - the hash of a symbol's text. */
#ifndef TRIE_SYMBOLS_HASH_H
#define TRIE_SYMBOLS_HASH_H

#include "trie/symbols_private.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * Of a text that stands in its record: the two words multiplied, and the product's halves folded into one, as
 * wyhash (Wang Yi 2019) does with each 16 bytes; and the first word once more, so that a second word that
 * makes the product zero gives no collisions. The constants only have to be odd, and without a pattern. XXH3
 * of the same text, from its bytes, takes twice as long.
 */
static inline uint64_t hash_inline(struct record record)
{
    __extension__ typedef unsigned __int128 wide;
    const uint64_t first = UINT64_C(0x9e3779b97f4a7c15), second = UINT64_C(0xd1b54a32d192ed03);
    wide product = (wide)(record.words[0] ^ first) * (record.words[1] ^ second);
    return (uint64_t)product ^ (uint64_t)(product >> 64) ^ record.words[0] * first;
}

/* XXH3 of a longer text. All of it: the original takes the first 8 bytes alone, which sends 1000 texts
 * `value-i` to 71 of 128 shards, 33 to the fullest. */
static inline uint64_t hash_long(const char *text, size_t size)
{
    return XXH3_64bits(text, size);
}

static inline uint64_t hash_text(const char *text, size_t size)
{
    if (size == 0 || size > TEXT_INLINE_MAX)
        return hash_long(text, size);
    return hash_inline(record_inline(text, size));
}

#endif
