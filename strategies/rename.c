/* rename.c - see rename.h. */
#include "strategies/rename.h"

#include "trie/bytes.h"

enum { TAG_SYMBOL_OF_ID = 0xC8, ID_BYTES = 8 };

struct renaming {
    struct symbols *symbols;
    struct symbols_writer writer;
    const struct space *from;
    struct trie *trie;
    enum trie_status status;
    uint8_t key[EXPR_ENCODED_BYTES_MAX];
};

/* The id in `symbols` of what has that id in the other table. */
static enum trie_status new_id(struct renaming *renaming, uint64_t id, uint64_t *renamed)
{
    const char *text;
    size_t size;
    enum trie_status status = symbols_text(renaming->from->symbols, id, &text, &size);
    if (status != TRIE_OK)
        return status;
    return symbols_intern(renaming->symbols, &renaming->writer, text, size, renamed);
}

/* In interned form every symbol is a tag and the eight bytes of its id, and every other term one byte. */
static bool rename_key(void *context, const uint8_t *key, size_t length)
{
    struct renaming *renaming = context;
    memcpy(renaming->key, key, length);
    for (size_t at = 0; at < length && renaming->status == TRIE_OK; at++) {
        uint64_t id;
        if (key[at] != TAG_SYMBOL_OF_ID)
            continue;
        renaming->status = new_id(renaming, bytes_load_be64(key + at + 1), &id);
        if (renaming->status == TRIE_OK)
            bytes_store_be64(renaming->key + at + 1, id);
        at += ID_BYTES;
    }
    if (renaming->status == TRIE_OK)
        renaming->status = trie_insert(renaming->trie, renaming->key, length, NULL);
    return renaming->status == TRIE_OK;
}

enum strategy_status rename_into(struct symbols *symbols, const struct space *from, struct trie *trie)
{
    struct renaming renaming;
    renaming.symbols = symbols;
    renaming.from = from;
    renaming.trie = trie;
    renaming.status = symbols_writer_acquire(symbols, &renaming.writer);
    if (renaming.status != TRIE_OK)
        return space_status(renaming.status);
    enum trie_status status = trie_walk(&from->trie, rename_key, &renaming);
    symbols_writer_release(symbols, &renaming.writer);
    return space_status(renaming.status != TRIE_OK ? renaming.status : status);
}
