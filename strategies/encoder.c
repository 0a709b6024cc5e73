/* encoder.c - see encoder.h. */
#include "strategies/encoder.h"

#include <string.h>

enum strategy_status encoder_begin(struct encoder *encoder, const struct strategy_setup *setup,
                                   struct space *space)
{
    encoder->encoded = setup->encoded;
    encoder->symbols = space->symbols;
    encoder->writer = (struct symbols_writer){.held = false};
    if (space->symbols == NULL)
        return STRATEGY_OK;
    return space_status(symbols_writer_acquire(space->symbols, &encoder->writer));
}

void encoder_end(struct encoder *encoder)
{
    if (encoder->symbols != NULL)
        symbols_writer_release(encoder->symbols, &encoder->writer);
}

enum trie_status encoder_encode(struct encoder *encoder, const struct item *item, uint8_t *key,
                                size_t capacity, size_t *length)
{
    if (encoder->encoded) {
        if (item->key_length > capacity)
            return TRIE_NO_ROOM;
        memcpy(key, item->key, item->key_length);
        *length = item->key_length;
        return TRIE_OK;
    }
    if (encoder->symbols == NULL)
        return expr_encode(item->terms, item->term_count, key, capacity, length);
    return expr_encode_interned(item->terms, item->term_count, encoder->symbols, &encoder->writer, key,
                                capacity, length);
}

enum trie_status encoder_insert(struct encoder *encoder, const struct item *item, struct trie *trie)
{
    if (encoder->encoded)
        return trie_insert(trie, item->key, item->key_length, NULL);
    size_t length;
    enum trie_status status = encoder_encode(encoder, item, encoder->key, sizeof encoder->key, &length);
    return status == TRIE_OK ? trie_insert(trie, encoder->key, length, NULL) : status;
}

enum strategy_status encoder_insert_all(struct encoder *encoder, const struct item *items, size_t count,
                                        struct trie *trie, struct strategy_progress *progress)
{
    for (size_t i = 0; i < count; i++) {
        progress->item = i;
        enum trie_status status = encoder_insert(encoder, &items[i], trie);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return STRATEGY_OK;
}
