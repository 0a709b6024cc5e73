/* loader.c - see loader.h. */
#include "strategies/loader.h"

#include <stdlib.h>

enum { TEXT_BYTES_FIRST = 4096, TERMS_FIRST = 1024 };

const char *const loader_scratch_names[] = {"reuse", "64k", "4g", NULL};

static const size_t scratch_bytes[] = {
    [SCRATCH_REUSE] = 0,
    [SCRATCH_64K] = EXPR_ENCODED_BYTES_MAX,
    [SCRATCH_4G] = (size_t)4 << 30,
};

static bool text_reserve(struct text *text, size_t room)
{
    if (text->capacity - text->size >= room)
        return true;
    if (room > SIZE_MAX / 4 || text->size > SIZE_MAX / 4)
        return false;
    size_t capacity = text->capacity > 0 ? text->capacity : TEXT_BYTES_FIRST;
    while (capacity < text->size + room)
        capacity *= 2;
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL)
        return false;
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

/* One expression and its newline. */
static enum trie_status text_append(struct text *text, const struct item *item)
{
    if (!text_reserve(text, 1))
        return TRIE_NO_MEMORY;
    size_t length = 0;
    size_t room = text->capacity - text->size - 1;
    enum trie_status status =
        expr_write(item->terms, item->term_count, text->bytes + text->size, room, &length);
    if (status == TRIE_NO_ROOM) {
        if (!text_reserve(text, length + 1))
            return TRIE_NO_MEMORY;
        status = expr_write(item->terms, item->term_count, text->bytes + text->size, length, &length);
    }
    if (status != TRIE_OK)
        return status;
    text->size += length;
    text->bytes[text->size++] = '\n';
    return TRIE_OK;
}

enum strategy_status text_print(struct text *text, const struct item *items, size_t count,
                                struct strategy_progress *progress)
{
    text->size = 0;
    for (size_t i = 0; i < count; i++) {
        progress->item = i;
        enum trie_status status = text_append(text, &items[i]);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return STRATEGY_OK;
}

void text_close(struct text *text)
{
    free(text->bytes);
}

enum strategy_status loader_open(struct loader *loader, size_t batch_max, enum loader_scratch scratch)
{
    size_t count_max = batch_max < LOADER_PIECE_ITEMS ? batch_max : LOADER_PIECE_ITEMS;
    *loader = (struct loader){.scratch = scratch, .count_max = count_max, .term_capacity = TERMS_FIRST};
    loader->terms = malloc(loader->term_capacity * sizeof loader->terms[0]);
    loader->sizes = calloc(count_max > 0 ? count_max : 1, sizeof loader->sizes[0]);
    return loader->terms != NULL && loader->sizes != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

void loader_close(struct loader *loader)
{
    free(loader->terms);
    free(loader->sizes);
}

void loader_reset(struct loader *loader)
{
    loader->term_count = 0;
    loader->count = 0;
}

static bool loader_grow(struct loader *loader)
{
    if (loader->term_capacity > SIZE_MAX / 2 / sizeof loader->terms[0])
        return false;
    struct term *terms = realloc(loader->terms, 2 * loader->term_capacity * sizeof terms[0]);
    if (terms == NULL)
        return false;
    loader->terms = terms;
    loader->term_capacity *= 2;
    return true;
}

static enum trie_status loader_read(struct loader *loader, struct expr_reader *reader, size_t *count)
{
    for (;;) {
        struct expr_error error;
        size_t room = loader->term_capacity - loader->term_count;
        enum trie_status status = expr_read(reader, loader->terms + loader->term_count, room, count, &error);
        if (status != TRIE_NO_ROOM || room >= EXPR_TERMS_MAX)
            return status;
        if (!loader_grow(loader))
            return TRIE_NO_MEMORY;
    }
}

enum strategy_status loader_parse(struct loader *loader, const struct text *text, const struct item *items,
                                  size_t count, struct strategy_progress *progress)
{
    struct expr_reader reader;
    expr_reader_init(&reader, text->bytes, text->size);
    for (size_t i = 0; i < count; i++) {
        progress->item = i;
        size_t size = 0;
        enum trie_status status = loader_read(loader, &reader, &size);
        if (status == TRIE_NO_MEMORY)
            return STRATEGY_NO_MEMORY;
        if (status != TRIE_OK || size != items[i].term_count || loader->count == loader->count_max)
            return STRATEGY_UNSUPPORTED;
        loader->sizes[loader->count++] = (uint32_t)size;
        loader->term_count += size;
    }
    size_t rest = 0;
    return loader_read(loader, &reader, &rest) == TRIE_END ? STRATEGY_OK : STRATEGY_UNSUPPORTED;
}

static enum trie_status insert_through(struct encoder *encoder, const struct item *item, size_t bytes,
                                       struct trie *trie)
{
    uint8_t *scratch = malloc(bytes);
    if (scratch == NULL)
        return TRIE_NO_MEMORY;
    size_t length;
    enum trie_status status = encoder_encode(encoder, item, scratch, bytes, &length);
    if (status == TRIE_OK)
        status = trie_insert(trie, scratch, length, NULL);
    free(scratch);
    return status;
}

static enum strategy_status insert_parsed(struct loader *loader, struct encoder *encoder, struct trie *trie,
                                          struct strategy_progress *progress)
{
    struct item item = {.terms = loader->terms};
    size_t bytes = scratch_bytes[loader->scratch];
    for (size_t i = 0; i < loader->count; i++) {
        progress->item = i;
        item.term_count = loader->sizes[i];
        enum trie_status status =
            bytes == 0 ? encoder_insert(encoder, &item, trie) : insert_through(encoder, &item, bytes, trie);
        if (status != TRIE_OK)
            return space_status(status);
        item.terms += item.term_count;
    }
    return STRATEGY_OK;
}

enum strategy_status loader_insert(struct loader *loader, struct encoder *encoder,
                                   const struct strategy_setup *setup, struct space *space, struct trie *trie,
                                   struct strategy_progress *progress)
{
    enum strategy_status status = encoder_begin(encoder, setup, space);
    if (status != STRATEGY_OK)
        return status;
    status = insert_parsed(loader, encoder, trie, progress);
    encoder_end(encoder);
    return status;
}
