/*
 * symbols_copies.h - text to id of a table with faults: a hash table that keeps a copy of each text, and is
 * used under a lock. For symbols_faulty.c alone.
 */
#ifndef TRIE_SYMBOLS_COPIES_H
#define TRIE_SYMBOLS_COPIES_H

#include "trie/symbols_private.h"

struct copy {
    uint64_t hash, id; /* id 0: a free place */
    uint8_t *entry;    /* the table's own */
};

/* Open addressing, linear probing, at most three quarters full. */
struct copies {
    size_t count, mask; /* places - 1 */
    struct copy places[];
};

/* An empty table. NULL without memory. */
struct copies *copies_new(void);

/* Frees the table and every copy. NULL is allowed. */
void copies_free(struct copies *copies);

/* NULL is an empty table. */
bool copies_find(const struct copies *copies, uint64_t hash, const char *text, size_t size, uint64_t *id);

/* Makes room for one more, so that copies_put() cannot fail; *copies may move. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status copies_reserve(struct copies **copies);

/* Adds a text that is not there. Takes the entry over, which free() will be called for. */
void copies_put(struct copies *copies, uint64_t hash, uint64_t id, uint8_t *entry);

size_t copies_bytes(const struct copies *copies);

#endif
