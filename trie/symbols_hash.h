/* symbols_hash.h - the hash of a symbol's text. */
#ifndef TRIE_SYMBOLS_HASH_H
#define TRIE_SYMBOLS_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * XXH3 of the whole text. The original chooses the shard by the first 8 bytes alone, which sends 1000 texts
 * `value-i` to 71 of 128 shards, 33 to the fullest; and a second hash of all bytes would be needed within the
 * shard anyway.
 */
static inline uint64_t symbols_hash(const char *text, size_t size)
{
    return XXH3_64bits(text, size);
}

#endif
