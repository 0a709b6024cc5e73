/* builder.c - see builder.h. */
#include "strategies/builder.h"

#include "trie/region.h"

#include <stdlib.h>

/* Of nodes: for fewer, what is left over of a block would weigh more than what it saves. */
enum { BLOCK_BYTES_MIN = 12 << 10 };

const char *const builder_nodes_names[] = {"block", "malloc", NULL};

enum strategy_status builder_open(struct builder *builder, const struct strategy_setup *setup,
                                  size_t count_max, enum builder_nodes nodes)
{
    builder->setup = setup;
    builder->nodes = nodes;
    builder->symbols = NULL;
    builder->worker = 0;
    enum strategy_status status = space_announce(count_max, &builder->lid);
    if (status == STRATEGY_OK)
        status = order_open(&builder->order, count_max);
    return status == STRATEGY_OK && !setup->encoded ? keys_open(&builder->keys, count_max) : status;
}

void builder_close(struct builder *builder)
{
    order_close(&builder->order);
    keys_close(&builder->keys);
    free(builder->lid);
}

static void refer_to_items(struct builder *builder, const struct item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        builder->order.keys[i] = (struct trie_key){items[i].key, items[i].key_length};
}

static void refer_to_buffer(struct builder *builder)
{
    const uint8_t *key = builder->keys.bytes;
    for (size_t i = 0; i < builder->keys.count; i++) {
        builder->order.keys[i] = (struct trie_key){key, builder->keys.lengths[i]};
        key += builder->keys.lengths[i];
    }
}

enum strategy_status builder_begin(struct builder *builder, struct space *space)
{
    builder->count = 0;
    if (builder->setup->encoded)
        return STRATEGY_OK;
    return encoder_begin_part(&builder->encoder, builder->setup, space, builder->symbols, builder->worker);
}

enum strategy_status builder_add(struct builder *builder, const struct item *items, size_t count,
                                 struct strategy_progress *progress)
{
    builder->count = 0;
    progress->item = 0;
    enum strategy_status status = order_reserve(&builder->order, count);
    if (status != STRATEGY_OK)
        return status;
    if (builder->setup->encoded) {
        refer_to_items(builder, items, count);
    } else {
        status = keys_encode(&builder->keys, &builder->encoder, items, count, progress);
        if (status != STRATEGY_OK)
            return status;
        refer_to_buffer(builder);
    }
    builder->count = count;
    return STRATEGY_OK;
}

void builder_end(struct builder *builder)
{
    if (!builder->setup->encoded)
        encoder_end(&builder->encoder);
}

enum strategy_status builder_take(struct builder *builder, struct space *space, const struct item *items,
                                  size_t count, struct strategy_progress *progress)
{
    enum strategy_status status = builder_begin(builder, space);
    if (status != STRATEGY_OK)
        return status;
    status = builder_add(builder, items, count, progress);
    builder_end(builder);
    return status;
}

enum strategy_status builder_sort(struct builder *builder)
{
    return order_sort(&builder->order, builder->count);
}

enum strategy_status builder_build(struct builder *builder, struct trie *trie)
{
    const struct trie_key *keys = builder->order.keys;
    if (builder->nodes == BUILDER_MALLOC)
        return space_status(trie_build(trie, keys, builder->count));
    size_t bytes = trie_build_bytes(keys, builder->count);
    if (bytes < BLOCK_BYTES_MIN)
        return space_status(trie_build(trie, keys, builder->count));
    struct trie_region region;
    trie_region_open(&region, bytes);
    enum strategy_status status = space_status(trie_build_in(trie, &region, keys, builder->count));
    trie_region_close(&region);
    return status;
}
