/* symbols.c - the symbol table: see symbols.h, and symbols_private.h for its parts. */
#include "trie/symbols_part.h"

#include <stdlib.h>

enum trie_status symbols_create_faulty(unsigned faults, struct symbols **symbols)
{
    struct symbols *made = NULL;
    enum trie_status status = symbols_create(&made);
    if (status == TRIE_OK && faults != 0)
        status = faulty_create(faults, &made->faulty);
    if (status != TRIE_OK) {
        symbols_destroy(made);
        return status;
    }
    *symbols = made;
    return TRIE_OK;
}

enum trie_status symbols_create(struct symbols **symbols)
{
    struct symbols *made = aligned_alloc(_Alignof(struct symbols), sizeof *made);
    if (made == NULL)
        return TRIE_NO_MEMORY;
    memset(made, 0, sizeof *made);
    map_init(&made->map);
    *symbols = made;
    return TRIE_OK;
}

void symbols_destroy(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    faulty_destroy(symbols->faulty, symbols);
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++)
        slot_clear(&symbols->slots[i]);
    map_clear(&symbols->map);
    free(symbols);
}

enum trie_status symbols_writer_acquire(struct symbols *symbols, struct symbols_writer *writer)
{
    if (faulty_has_permits(symbols->faulty)) {
        *writer = (struct symbols_writer){.held = false};
        return TRIE_OK;
    }
    for (uint32_t i = 0; i < SYMBOLS_SLOTS; i++) {
        if (slot_take(&symbols->slots[i])) {
            *writer = (struct symbols_writer){.slot = i, .held = true};
            return TRIE_OK;
        }
    }
    return TRIE_NO_SLOT;
}

void symbols_writer_release(struct symbols *symbols, struct symbols_writer *writer)
{
    if (!writer->held)
        return;
    writer->held = false;
    if (writer->part != NULL)
        part_end(writer->part, symbols);
    slot_give_back(&symbols->slots[writer->slot]);
}

/*
 * Shows a text that the slot has, as its last, where a search ended: fills its place, makes a bigger table,
 * or finds that another thread was faster; the slot's last is taken back then, and if there is no memory.
 */
static enum trie_status publish(struct symbols *symbols, struct text_map *map,
                                const struct symbols_writer *writer, const struct sought *sought,
                                struct search *search, uint64_t own, uint64_t *id)
{
    bool alone = writer->alone || writer->part != NULL;
    for (;;) {
        if (search->free != NULL && map_fill(search, sought->hash, own, alone)) {
            *id = own;
            return TRIE_OK;
        }
        enum trie_status status = TRIE_OK;
        if (search->free == NULL)
            status = map_grow(map, symbols, sought->hash % SYMBOLS_SHARDS, search);
        if (status != TRIE_OK || map_find(map, symbols, sought, id, search)) {
            slot_withdraw(&symbols->slots[writer->slot]);
            return status;
        }
    }
}

/* A text that takes a slab. */
static enum trie_status add_long(struct symbols *symbols, struct text_map *map,
                                 const struct symbols_writer *writer, const struct sought *sought,
                                 struct search *search, uint64_t *id)
{
    struct slot *slot = &symbols->slots[writer->slot];
    enum trie_status status = slot_reserve_slab(slot, sought->size);
    if (status != TRIE_OK)
        return status;
    struct record record = slot_write(slot, sought->text, sought->size);
    uint64_t own = slot_id_base(writer->slot) + slot_append(slot, record);
    status = publish(symbols, map, writer, sought, search, own, id);
    if (status != TRIE_OK || *id != own)
        slot_unwrite(slot, sought->size);
    return status;
}

/* A text that the writer's part has not met, but the table has: the part remembers it. False if it has not.
 */
static bool find_behind(const struct symbols *symbols, const struct sought *sought,
                        const struct search *search, uint64_t *id)
{
    struct search behind;
    if (!map_find(&symbols->map, symbols, sought, id, &behind))
        return false;
    if (search->free != NULL)
        (void)map_fill(search, sought->hash, *id, true);
    return true;
}

/* All that a text may need. */
static __attribute__((noinline)) enum trie_status
intern(struct symbols *symbols, struct symbols_writer *writer, const char *text, size_t size, uint64_t *id)
{
    struct sought sought = sought_of(text, size);
    if (size == 0 || size > SYMBOLS_TEXT_BYTES_MAX)
        return TRIE_OVER_LIMIT;
    /* A table with faults looks up under a lock, as the original does. */
    if (symbols->faulty != NULL)
        return faulty_intern(symbols, writer, sought.hash, text, size, id);
    struct text_map *map = writer->part != NULL ? &writer->part->map : &symbols->map;
    struct search search;
    if (map_find(map, symbols, &sought, id, &search))
        return TRIE_OK;
    if (writer->part != NULL && writer->part->look_behind && find_behind(symbols, &sought, &search, id))
        return TRIE_OK;
    if (!writer->held)
        return TRIE_NO_SLOT;
    struct slot *slot = &symbols->slots[writer->slot];
    enum trie_status status = slot_reserve_number(slot);
    if (status != TRIE_OK)
        return status;
    if (size > TEXT_INLINE_MAX)
        return add_long(symbols, map, writer, &sought, &search, id);
    uint64_t own = slot_id_base(writer->slot) + slot_append(slot, sought.record);
    return publish(symbols, map, writer, &sought, &search, own, id);
}

/* Places that a quick search looks at; a longer one is left to intern(). None is out of reach: a table of 8
 * places is looked at twice over, and others reach further. */
enum { LOOKS_MAX = 16 };
_Static_assert(LOOKS_MAX <= 2 * PLACES_FIRST && LOOKS_MAX <= REACH_A_BIT * 4,
               "a quick search stays within reach");

/*
 * What most texts need, and no more: a short one that is there, or that is new and has a free place and a
 * record waiting. It takes a third of the instructions.
 */
static inline bool intern_short(struct symbols *symbols, const struct symbols_writer *writer,
                                const char *text, size_t size, uint64_t *id)
{
    struct record record = record_inline(text, size);
    uint64_t hash = hash_inline(record);
    struct text_map *map = writer->part != NULL ? &writer->part->map : &symbols->map;
    uint64_t table = atomic_load_explicit(&map->shards[hash % SYMBOLS_SHARDS], memory_order_acquire);
    if (table == 0)
        return false;
    _Atomic uint64_t *places = table_places(table);
    size_t at = table_start(table, hash), mask = ((size_t)1 << table_bits(table)) - 1;
    for (unsigned left = LOOKS_MAX;; at++) {
        uint64_t seen = atomic_load_explicit(&places[at & mask], memory_order_acquire);
        if (seen == PLACE_FREE)
            break;
        if (seen == PLACE_CLOSED)
            return false;
        if ((seen ^ hash) >> ID_BITS == 0) {
            if (record_same(record_of(symbols, place_id(seen)), &record)) {
                *id = place_id(seen);
                return true;
            }
        }
        if (--left == 0)
            return false;
    }
    struct slot *slot = &symbols->slots[writer->slot];
    if (!writer->held || slot->next == slot->end || (writer->part != NULL && writer->part->look_behind))
        return false;
    struct search search = {table, &places[at & mask]};
    *id = slot_id_base(writer->slot) + slot_append(slot, record);
    if (map_fill(&search, hash, *id, writer->alone || writer->part != NULL))
        return true;
    slot_withdraw(slot);
    return false;
}

enum trie_status symbols_intern(struct symbols *symbols, struct symbols_writer *writer, const char *text,
                                size_t size, uint64_t *id)
{
    if (writer->part != NULL && writer->part->assumes)
        return boxes_intern(&writer->part->boxes, symbols, writer, text, size, id);
    if (size - 1 < TEXT_INLINE_MAX && symbols->faulty == NULL &&
        intern_short(symbols, writer, text, size, id))
        return TRIE_OK;
    return intern(symbols, writer, text, size, id);
}

enum trie_status symbols_expect(struct symbols *symbols, size_t count, bool in_parts)
{
    symbols->map.texts_expected = count;
    if (symbols->faulty != NULL || in_parts)
        return TRIE_OK;
    return map_make(&symbols->map, 0, SYMBOLS_SHARDS);
}

uint64_t symbols_ask(const struct symbols *symbols, const struct symbols_part *part, const char *text,
                     size_t size)
{
    uint64_t hash = hash_text(text, size);
    map_prefetch(part != NULL ? &part->map : &symbols->map, hash);
    return hash;
}

bool symbols_find(const struct symbols *symbols, const char *text, size_t size, uint64_t *id)
{
    struct sought sought = sought_of(text, size);
    struct search search;
    if (symbols->faulty != NULL)
        return faulty_find(symbols, sought.hash, text, size, id);
    return map_find(&symbols->map, symbols, &sought, id, &search);
}

enum trie_status symbols_text(const struct symbols *symbols, uint64_t id, const char **text, size_t *size)
{
    uint64_t slot = id >> SYMBOLS_SLOT_SHIFT;
    if (slot >= SYMBOLS_SLOTS)
        return TRIE_UNKNOWN_SYMBOL;
    /* Id 0 wraps round to a number that no slot has. */
    uint64_t number = id - slot_id_base((uint32_t)slot);
    if (number >= atomic_load_explicit(&symbols->slots[slot].texts, memory_order_acquire))
        return TRIE_UNKNOWN_SYMBOL;
    const struct record *record = slot_record(&symbols->slots[slot], number);
    if (!record_is_inline(record) && (record_entry(record) == NULL || !entry_is_whole(record_entry(record))))
        return TRIE_UNKNOWN_SYMBOL; /* a hole; or torn, in a table with faults */
    *text = record_text(record, size);
    return TRIE_OK;
}

void symbols_measure(const struct symbols *symbols, struct symbols_stats *stats)
{
    struct symbols_stats sum = {.bytes = sizeof *symbols};
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++)
        slot_measure(&symbols->slots[i], &sum);
    sum.bytes += map_bytes(&symbols->map);
    if (symbols->faulty != NULL)
        faulty_measure(symbols, &sum);
    *stats = sum;
}
