/* encoder.c - see encoder.h. */
#include "strategies/encoder.h"

#include "strategies/order.h"

#include <string.h>

/* Of so many the symbols do not fit the cache. */
enum { MANY_ITEMS = 32768 };

enum strategy_status encoder_begin(struct encoder *encoder, const struct strategy_setup *setup,
                                   struct space *space)
{
    return encoder_begin_part(encoder, setup, space, NULL, 0);
}

enum strategy_status encoder_begin_part(struct encoder *encoder, const struct strategy_setup *setup,
                                        struct space *space, struct symbols_part *part, unsigned number)
{
    encoder->encoded = setup->encoded;
    encoder->many = setup->batch_max >= MANY_ITEMS;
    encoder->symbols = space->symbols;
    encoder->writer = (struct symbols_writer){.held = false};
    if (space->symbols == NULL)
        return STRATEGY_OK;
    enum trie_status status = symbols_writer_acquire(space->symbols, &encoder->writer);
    encoder->writer.alone = setup->workers == 1;
    if (status == TRIE_OK && part != NULL)
        status = symbols_part_begin(part, space->symbols, &encoder->writer, setup->workers, number);
    if (status != TRIE_OK)
        symbols_writer_release(space->symbols, &encoder->writer);
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
    SAMPLE_ITEMS = 16,
    FEW_ITEMS = 1024, /* a look at 16 of 200 takes a twentieth of the time in which two threads build them */
    SAMPLE_ITEMS_OF_FEW = 8,
    SAMPLE_SYMBOLS = 64,
    SEEN_BITS = 1024,
};

/* A symbol that was met in a sample. */
struct met {
    uint64_t hash;
    const struct term *term;
    bool again;
};

/* What a look at some items of many shows of their symbols. */
struct sample {
    uint64_t seen[SEEN_BITS / 64]; /* of hashes that were met, one bit each: most need no closer look */
    struct met met[SAMPLE_SYMBOLS];
    size_t symbols, distinct;
};

/* What has this hash and was met before, or NULL. Symbols of the same 64 bits of hash are taken for the same.
 */
static struct met *met_before(struct sample *sample, uint64_t hash)
{
    uint64_t *word = &sample->seen[hash % SEEN_BITS / 64], bit = UINT64_C(1) << hash % 64;
    bool maybe = (*word & bit) != 0;
    *word |= bit;
    for (size_t i = 0; maybe && i < sample->distinct; i++)
        if (sample->met[i].hash == hash)
            return &sample->met[i];
    return NULL;
}

static void sample_term(struct sample *sample, const struct symbols *symbols, const struct term *term)
{
    uint64_t hash = symbols_ask(symbols, NULL, term->text, term->size);
    struct met *before = met_before(sample, hash);
    sample->symbols++;
    if (before != NULL)
        before->again = true;
    else
        sample->met[sample->distinct++] = (struct met){.hash = hash, .term = term};
}

/* About how many symbols are to come; 0: too few items to be worth a look. */
static size_t sample_items(struct sample *sample, const struct symbols *symbols, const struct item *items,
                           size_t count)
{
    if (count < EXPECT_COUNT_MIN)
        return 0;
    size_t looked = 0, looks = count < FEW_ITEMS ? SAMPLE_ITEMS_OF_FEW : SAMPLE_ITEMS, step = count / looks;
    for (; looked < looks && sample->symbols < SAMPLE_SYMBOLS; looked++) {
        const struct item *item = &items[looked * step];
        for (uint32_t i = 0; i < item->term_count && sample->symbols < SAMPLE_SYMBOLS; i++)
            if (item->terms[i].kind == TERM_SYMBOL)
                sample_term(sample, symbols, &item->terms[i]);
    }
    return sample->distinct * (count / looked);
}

enum strategy_status encoder_expect(const struct strategy_setup *setup, struct space *space,
                                    const struct item *items, size_t count)
{
    if (space->symbols == NULL || setup->encoded)
        return STRATEGY_OK;
    struct sample sample = {.symbols = 0};
    size_t expected = sample_items(&sample, space->symbols, items, count);
    return space_status(symbols_expect(space->symbols, expected, false));
}

enum strategy_status encoder_expect_parts(struct space *space, const struct item *items, size_t count,
                                          bool *assume_new)
{
    struct sample sample = {.symbols = 0};
    size_t expected = sample_items(&sample, space->symbols, items, count);
    struct symbols_writer writer;
    enum trie_status status = symbols_writer_acquire(space->symbols, &writer);
    if (status != TRIE_OK)
        return space_status(status);
    for (size_t i = 0; i < sample.distinct && status == TRIE_OK; i++) {
        const struct term *term = sample.met[i].term;
        uint64_t id;
        if (sample.met[i].again)
            status = symbols_intern(space->symbols, &writer, term->text, term->size, &id);
    }
    symbols_writer_release(space->symbols, &writer);
    /* Only now: the tables that these few made will be replaced, and need not be large. */
    if (status == TRIE_OK)
        status = symbols_expect(space->symbols, expected, true);
    *assume_new = symbols_parts_prepare(space->symbols, *assume_new);
    return space_status(status);
}

enum trie_status encoder_insert(struct encoder *encoder, const struct item *item, struct trie *trie)
{
    if (encoder->encoded)
        return trie_insert(trie, item->key, item->key_length, NULL);
    size_t length;
    enum trie_status status = encoder_encode(encoder, item, encoder->key, sizeof encoder->key, &length);
    return status == TRIE_OK ? trie_insert(trie, encoder->key, length, NULL) : status;
}

/* Keys that jump about in a trie much larger than the cache miss it mostly at the last branch on their way,
 * the levels above being small: asking for that one takes 0.71 (random keys) and 0.86 (facts) of the time at
 * 1,000,000. At 100,000 going down twice costs more than it saves. */
enum {
    ASK_ITEMS_MIN = 1 << 18,
    ASK_AHEAD = 4, /* items */
    JUMP_LOOKS = 64,
    JUMPS_MIN = 8, /* of so many looks, that the next key is less */
};

static bool keys_jump(const struct item *items, size_t count)
{
    size_t jumps = 0;
    for (size_t i = 0; i < JUMP_LOOKS; i++) {
        const struct item *item = &items[i * (count / JUMP_LOOKS)];
        struct trie_key key = {item->key, item->key_length}, next = {item[1].key, item[1].key_length};
        jumps += order_compare(&key, &next) > 0;
    }
    return jumps >= JUMPS_MIN;
}

enum strategy_status encoder_insert_all(struct encoder *encoder, const struct item *items, size_t count,
                                        struct trie_region *region, struct trie *trie,
                                        struct strategy_progress *progress)
{
    struct trie_cursor cursor = {.count = 0};
    uint8_t *own_key = encoder->key, *next_key = encoder->other_key;
    bool ask_nodes = encoder->encoded && count >= ASK_ITEMS_MIN && keys_jump(items, count);
    bool ask_symbols = encoder_asks(encoder);
    for (size_t i = 0; i < count; i++) {
        progress->item = i;
        if (ask_nodes && i + ASK_AHEAD < count && cursor.count > 1)
            trie_ask(trie, items[i + ASK_AHEAD].key, items[i + ASK_AHEAD].key_length, cursor.count - 1);
        if (ask_symbols)
            encoder_ask(encoder, items, i, count);
        const uint8_t *key = items[i].key;
        size_t length = items[i].key_length;
        enum trie_status status = TRIE_OK;
        if (!encoder->encoded) {
            /* The cursor still needs the key before. */
            uint8_t *swapped = own_key;
            own_key = next_key;
            next_key = swapped;
            key = own_key;
            status = encoder_encode(encoder, &items[i], own_key, sizeof encoder->key, &length);
        }
        if (status == TRIE_OK)
            status = trie_insert_near(trie, &cursor, region, key, length, NULL);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return STRATEGY_OK;
}
