/* stream.c - see stream.h. */
#include "strategies/stream.h"

#include "trie/region.h"

enum {
    PIECE_ITEMS_MAX = 4096, /* keys and nodes of facts: 350 KiB, a third of a core's cache */
    PIECE_ITEMS_MIN = 1024,
    PIECES_A_WORKER = 8,     /* or more: one of them is what a worker may be late */
    PIECE_ITEMS_FIRST = 256, /* most batches that come in no order show it here, and little is lost */
};

void stream_begin(struct stream *stream, const struct batch *batch, unsigned workers)
{
    size_t piece = batch->count / workers / PIECES_A_WORKER;
    piece = piece < PIECE_ITEMS_MIN ? PIECE_ITEMS_MIN : piece > PIECE_ITEMS_MAX ? PIECE_ITEMS_MAX : piece;
    stream->items = batch->items;
    stream->count = batch->count;
    stream->piece_items = piece;
    stream->workers = workers;
    atomic_store_explicit(&stream->next, 0, memory_order_relaxed);
    atomic_store_explicit(&stream->disorder, false, memory_order_relaxed);
    atomic_store_explicit(&stream->repeats, false, memory_order_relaxed);
}

bool stream_in_order(const struct stream *stream)
{
    return !atomic_load_explicit(&stream->disorder, memory_order_relaxed);
}

bool stream_repeats(const struct stream *stream)
{
    return atomic_load_explicit(&stream->repeats, memory_order_relaxed);
}

/* The next piece, of so many items at most; none if all are taken, or one was out of order. */
static bool claim(struct stream *stream, size_t most, size_t *from, size_t *count)
{
    if (!stream_in_order(stream) || stream_repeats(stream))
        return false;
    *from = atomic_fetch_add_explicit(&stream->next, most, memory_order_relaxed);
    if (*from >= stream->count)
        return false;
    size_t left = stream->count - *from;
    *count = left < most ? left : most;
    return true;
}

/* The nodes of the first piece lie in a region, and those of all others of a worker in a second one, which is
 * foreseen from the first of them: a small piece's nodes say too much (1.27 of what was needed at 1,000,000
 * facts). */
static void open_region(const struct stream *stream, const struct builder *builder, size_t taken,
                        struct trie_region *region)
{
    size_t bytes = trie_build_bytes(builder->order.keys, builder->count);
    if (taken > 0)
        bytes = bytes / builder->count * (stream->count / stream->workers);
    trie_region_close(region);
    trie_region_open(region, bytes);
}

static enum strategy_status build_piece(struct builder *builder, struct trie_region *region,
                                        struct trie *trie)
{
    struct trie piece;
    trie_init(&piece);
    struct trie_region *in = builder->nodes == BUILDER_MALLOC ? NULL : region;
    enum trie_status status = trie_build_in(&piece, in, builder->order.keys, builder->count);
    if (status == TRIE_OK)
        status = trie_absorb(trie, &piece);
    trie_clear(&piece);
    return space_status(status);
}

/* Whether the keys in hand may be built; if not, all the rest is left. */
static bool look_at_piece(struct stream *stream, struct builder *builder)
{
    size_t stem;
    if (builder->symbols != NULL && symbols_part_repeats(builder->symbols))
        atomic_store_explicit(&stream->repeats, true, memory_order_relaxed);
    else if (!order_holds(&builder->order, builder->count, &stem))
        atomic_store_explicit(&stream->disorder, true, memory_order_relaxed);
    else
        return true;
    return false;
}

static enum strategy_status take_pieces(struct stream *stream, struct builder *builder, struct trie *trie,
                                        struct strategy_progress *progress)
{
    struct trie_region region;
    enum strategy_status status = STRATEGY_OK;
    size_t most = PIECE_ITEMS_FIRST, taken = 0, from, count;
    trie_region_open(&region, 0);
    for (; status == STRATEGY_OK && claim(stream, most, &from, &count); most = stream->piece_items, taken++) {
        status = builder_add(builder, stream->items + from, count, progress);
        if (status != STRATEGY_OK || !look_at_piece(stream, builder))
            break;
        if (taken < 2)
            open_region(stream, builder, taken, &region);
        status = build_piece(builder, &region, trie);
    }
    trie_region_close(&region);
    return status;
}

enum strategy_status stream_take(struct stream *stream, struct builder *builder, struct space *space,
                                 struct trie *trie, struct strategy_progress *progress)
{
    enum strategy_status status = builder_begin(builder, space);
    if (status != STRATEGY_OK)
        return status;
    status = take_pieces(stream, builder, trie, progress);
    builder_end(builder);
    return status;
}
