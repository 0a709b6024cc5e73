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
    enum trie_status status = symbols_writer_acquire(space->symbols, &encoder->writer);
    encoder->writer.alone = setup->workers == 1;
    return space_status(status);
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

enum {
    EXPECT_COUNT_MIN = 128, /* of fewer items it is not worth the look */
    SAMPLE_ITEMS = 64,
    SAMPLE_SYMBOLS = 96,
    SEEN_BITS = 1024,
};

/* Hashes that were met, roughly: one bit each. */
struct seen {
    uint64_t bits[SEEN_BITS / 64];
};

static bool seen_add(struct seen *seen, uint64_t hash)
{
    uint64_t *word = &seen->bits[hash % SEEN_BITS / 64], bit = UINT64_C(1) << hash % 64;
    bool is_new = (*word & bit) == 0;
    *word |= bit;
    return is_new;
}

void encoder_expect(const struct strategy_setup *setup, struct space *space, const struct item *items,
                    size_t count)
{
    if (space->symbols == NULL || setup->encoded)
        return;
    if (count < EXPECT_COUNT_MIN) {
        symbols_expect(space->symbols, 0);
        return;
    }
    struct seen seen = {{0}};
    size_t symbols = 0, distinct = 0, looked = 0, step = count / SAMPLE_ITEMS;
    for (; looked < SAMPLE_ITEMS && symbols < SAMPLE_SYMBOLS; looked++) {
        const struct item *item = &items[looked * step];
        for (uint32_t i = 0; i < item->term_count && symbols < SAMPLE_SYMBOLS; i++)
            if (item->terms[i].kind == TERM_SYMBOL) {
                symbols++;
                distinct +=
                    seen_add(&seen, symbols_ask(space->symbols, item->terms[i].text, item->terms[i].size));
            }
    }
    symbols_expect(space->symbols, distinct * (count / looked));
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
