/* keys.c - see keys.h. */
#include "strategies/keys.h"

#include "trie/bytes.h"

#include <stdlib.h>

enum { KEYS_BYTES_FIRST = EXPR_ENCODED_BYTES_MAX, KEYS_SLACK = 32, TAG_SYMBOL_OF_ID = 0xC8, ID_BYTES = 8 };

enum strategy_status keys_open(struct keys *keys, size_t count_max)
{
    *keys = (struct keys){.capacity = KEYS_BYTES_FIRST, .count_max = count_max > 0 ? count_max : 1};
    keys->bytes = malloc(keys->capacity);
    keys->lengths = malloc(keys->count_max * sizeof keys->lengths[0]);
    return keys->bytes != NULL && keys->lengths != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

void keys_close(struct keys *keys)
{
    free(keys->bytes);
    free(keys->lengths);
}

/* Room for all of so many keys, going by those that are there; at least half as much again. Twice as much
 * each time would leave an allocator with buffers of all sizes, which together are as large as the last. */
static bool keys_grow(struct keys *keys, size_t count)
{
    size_t mean = keys->count > 0 ? keys->used / keys->count + 1 : 0;
    size_t capacity = keys->capacity + keys->capacity / 2;
    if (mean > 0 && count < SIZE_MAX / 2 / mean && mean * count > capacity)
        capacity = mean * count + mean * count / KEYS_SLACK;
    if (capacity < keys->capacity)
        return false;
    uint8_t *bytes = realloc(keys->bytes, capacity);
    if (bytes == NULL)
        return false;
    keys->bytes = bytes;
    keys->capacity = capacity;
    return true;
}

static bool reserve_lengths(struct keys *keys, size_t count)
{
    if (count <= keys->count_max)
        return true;
    size_t room = count + count / 8;
    uint32_t *lengths = realloc(keys->lengths, room * sizeof *lengths);
    if (lengths == NULL)
        return false;
    keys->lengths = lengths;
    keys->count_max = room;
    return true;
}

/* count: keys that there will be. */
static enum trie_status keys_append(struct keys *keys, struct encoder *encoder, const struct item *item,
                                    size_t count)
{
    for (;;) {
        size_t length, room = keys->capacity - keys->used;
        enum trie_status status = encoder_encode(encoder, item, keys->bytes + keys->used, room, &length);
        if (status == TRIE_OK) {
            keys->lengths[keys->count++] = (uint32_t)length;
            keys->used += length;
            return TRIE_OK;
        }
        /* Beyond the longest key there is, more room is no help. */
        if (status != TRIE_NO_ROOM || room > TRIE_KEY_BYTES_MAX)
            return status;
        if (!keys_grow(keys, count))
            return TRIE_NO_MEMORY;
    }
}

enum strategy_status keys_encode(struct keys *keys, struct encoder *encoder, const struct item *items,
                                 size_t count, struct strategy_progress *progress)
{
    keys->used = 0;
    keys->count = 0;
    if (!reserve_lengths(keys, count))
        return STRATEGY_NO_MEMORY;
    bool ask = encoder_asks(encoder);
    for (size_t i = 0; i < count; i++) {
        progress->item = i;
        if (ask)
            encoder_ask(encoder, items, i, count);
        enum trie_status status = keys_append(keys, encoder, &items[i], count);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return STRATEGY_OK;
}

void keys_settle(struct keys *keys, const struct symbols_part *part)
{
    /* In interned form every symbol is a tag and the eight bytes of its id, and every other term one byte. */
    for (size_t at = 0; at < keys->used; at++) {
        if (keys->bytes[at] != TAG_SYMBOL_OF_ID)
            continue;
        uint8_t *id = keys->bytes + at + 1;
        bytes_store_be64(id, symbols_part_id(part, bytes_load_be64(id)));
        at += ID_BYTES;
    }
}

enum strategy_status keys_insert(const struct keys *keys, struct trie *trie,
                                 struct strategy_progress *progress)
{
    const uint8_t *key = keys->bytes;
    struct trie_cursor cursor = {.count = 0};
    for (size_t i = 0; i < keys->count; i++) {
        progress->item = i;
        enum trie_status status = trie_insert_near(trie, &cursor, NULL, key, keys->lengths[i], NULL);
        if (status != TRIE_OK)
            return space_status(status);
        key += keys->lengths[i];
    }
    return STRATEGY_OK;
}
