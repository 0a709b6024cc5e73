/* symbols_boxes.c - see symbols_boxes.h. */
#include "trie/symbols_boxes.h"

#include "trie/aligned.h"

#include <stdlib.h>

enum {
    LINE_PLACES = CACHE_LINE_BYTES / sizeof(uint64_t),
    /* What a box has more room for than is expected in it: this, and one in so many. Four times the deviation
     * that is by chance, or more. */
    ROOM_MORE = 12,
    ROOM_MORE_SHARE = 4,
    RELEASED_FROM_BYTES = 2 << 20,
};

static bool new_block(struct boxes *boxes, size_t room)
{
    if (room > SIZE_MAX / SYMBOLS_SHARDS / sizeof boxes->block[0])
        return false;
    aligned_give(boxes->block);
    boxes->block = aligned_take(CACHE_LINE_BYTES, room * SYMBOLS_SHARDS * sizeof boxes->block[0]);
    boxes->room = boxes->block == NULL ? 0 : room;
    return boxes->block != NULL;
}

/* An odd number of cache lines, or what is written next in each box would fall into few sets of the cache. */
static size_t room_for(size_t texts)
{
    size_t each = texts / SYMBOLS_SHARDS,
           lines = (each + each / ROOM_MORE_SHARE + ROOM_MORE) / LINE_PLACES + 1;
    return (lines | 1) * LINE_PLACES;
}

enum trie_status boxes_reset(struct boxes *boxes, size_t texts)
{
    size_t room = room_for(texts);
    memset(boxes->filled, 0, sizeof boxes->filled);
    memset(boxes->recent, 0, sizeof boxes->recent);
    boxes->repeats = false;
    return room <= boxes->room || new_block(boxes, room) ? TRIE_OK : TRIE_NO_MEMORY;
}

void boxes_release(struct boxes *boxes)
{
    if (boxes->room * SYMBOLS_SHARDS * sizeof boxes->block[0] < RELEASED_FROM_BYTES)
        return;
    aligned_give(boxes->block);
    boxes->block = NULL;
    boxes->room = 0;
}

void boxes_clear(struct boxes *boxes)
{
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        free(boxes->more[i].places);
    aligned_give(boxes->block);
}

/* Whether so many places fit into a box. */
static __attribute__((noinline)) bool overflow_reserve(struct overflow *more, size_t count)
{
    if (count <= more->room)
        return true;
    size_t room = 2 * count + LINE_PLACES;
    uint64_t *places = realloc(more->places, room * sizeof *places);
    if (places == NULL)
        return false;
    more->places = places;
    more->room = room;
    return true;
}

/* Where a box's next place lies. NULL: there is no memory. */
static inline uint64_t *box_next(struct boxes *boxes, unsigned shard)
{
    size_t at = boxes->filled[shard];
    if (at < boxes->room)
        return boxes->block + shard * boxes->room + at;
    at -= boxes->room;
    return overflow_reserve(&boxes->more[shard], at + 1) ? boxes->more[shard].places + at : NULL;
}

static uint64_t *recent_of(struct boxes *boxes, uint64_t hash)
{
    return &boxes->recent[hash >> ID_BITS & (RECENT_TEXTS - 1)];
}

/* Adds a text for which there is room in its slot. Errors: TRIE_NO_MEMORY: there is none in its box. */
static inline enum trie_status add(struct boxes *boxes, struct slot *slot, uint32_t number, uint64_t hash,
                                   struct record record, uint64_t *id)
{
    unsigned shard = hash % SYMBOLS_SHARDS;
    uint64_t *place = box_next(boxes, shard);
    if (place == NULL)
        return TRIE_NO_MEMORY;
    *id = slot_id_base(number) + slot_append(slot, record);
    boxes->filled[shard]++;
    *place = *recent_of(boxes, hash) = place_of(hash, *id);
    return TRIE_OK;
}

/* Adds any text. */
static enum trie_status reserve_and_add(struct boxes *boxes, struct symbols *symbols, uint32_t number,
                                        const struct sought *sought, uint64_t *id)
{
    struct slot *slot = &symbols->slots[number];
    enum trie_status status = slot_reserve_number(slot);
    if (status != TRIE_OK || sought->size <= TEXT_INLINE_MAX)
        return status == TRIE_OK ? add(boxes, slot, number, sought->hash, sought->record, id) : status;
    status = slot_reserve_slab(slot, sought->size);
    if (status != TRIE_OK)
        return status;
    struct record record = slot_write(slot, sought->text, sought->size);
    status = add(boxes, slot, number, sought->hash, record, id);
    if (status != TRIE_OK)
        slot_unwrite(slot, sought->size);
    return status;
}

/* Whether a place is filled with the text that is looked for. */
static bool is_of(const struct symbols *symbols, uint64_t filled, const struct sought *sought)
{
    return filled != PLACE_FREE && (filled ^ sought->hash) >> ID_BITS == 0 &&
           record_is(record_of(symbols, place_id(filled)), sought);
}

/* All that a text may need. */
static __attribute__((noinline)) enum trie_status intern(struct boxes *boxes, struct symbols *symbols,
                                                         const struct symbols_writer *writer,
                                                         const char *text, size_t size, uint64_t *id)
{
    struct sought sought = sought_of(text, size);
    const uint64_t *seeds = symbols->seeds.table, recent = *recent_of(boxes, sought.hash);
    size_t at = seed_start(sought.hash);
    while (seeds[at] != PLACE_FREE && !is_of(symbols, seeds[at], &sought))
        at = (at + 1) % SEED_PLACES;
    if (seeds[at] != PLACE_FREE) {
        *id = place_id(seeds[at]);
        return TRIE_OK;
    }
    if (is_of(symbols, recent, &sought)) {
        boxes->repeats = true;
        *id = place_id(recent);
        return TRIE_OK;
    }
    return writer->held ? reserve_and_add(boxes, symbols, writer->slot, &sought, id) : TRIE_NO_SLOT;
}

/* First what most texts need, and no more: a short one that is a seed, or that is new and has a record
 * waiting. What is looked for stays in registers then. */
enum trie_status boxes_intern(struct boxes *boxes, struct symbols *symbols,
                              const struct symbols_writer *writer, const char *text, size_t size,
                              uint64_t *id)
{
    if (size == 0 || size > SYMBOLS_TEXT_BYTES_MAX)
        return TRIE_OVER_LIMIT;
    if (size > TEXT_INLINE_MAX || !writer->held)
        return intern(boxes, symbols, writer, text, size, id);
    struct record record = record_inline(text, size);
    uint64_t hash = hash_inline(record), seed = symbols->seeds.table[seed_start(hash)];
    if (seed != PLACE_FREE && (seed ^ hash) >> ID_BITS == 0) {
        if (record_same(record_of(symbols, place_id(seed)), &record)) {
            *id = place_id(seed);
            return TRIE_OK;
        }
    }
    struct slot *slot = &symbols->slots[writer->slot];
    if (seed != PLACE_FREE || (*recent_of(boxes, hash) ^ hash) >> ID_BITS == 0 || slot->next == slot->end)
        return intern(boxes, symbols, writer, text, size, id);
    return add(boxes, slot, writer->slot, hash, record, id);
}
