/*
 * symbols_map.h - text to id: hash tables that are read and added to without a lock, and grow under one.
 *
 * A place holds an id and, above it, the upper bits of its text's hash; so a table is small, and a bigger one
 * is filled from one end to the other without a look at any text, as long as these bits suffice. Open
 * addressing, linear probing from where the upper bits of the hash say, and never further than the table's
 * reach: what is not found within it is not there, and a text that finds no free place within it makes the
 * table grow. So nobody counts how full a table is, which all who add would have to write to.
 *
 * Before the texts of a table are moved to a bigger one all its free places are closed, so that none is
 * filled behind the mover's back.
 */
#ifndef TRIE_SYMBOLS_MAP_H
#define TRIE_SYMBOLS_MAP_H

#include "trie/symbols_hash.h"

enum {
    PLACES_FIRST = 8, /* one cache line */
    ADOPTED_MANY = 8, /* places: fewer are put in one by one, as fast */
    REACH_A_BIT = 5,  /* places that a search looks at, for each bit of the number of places */
    /* An id in a place: its slot's number above its number within the slot, of which fewer bits than the id
     * has room for; the hash has what is left. */
    NUMBER_BITS = 32,
    ID_BITS = NUMBER_BITS + 7,
    /* A shard's word: where its table's places are, and what else a search needs. */
    ADDRESS_BITS = 48, /* of a program's memory, on x86-64 and on AArch64 */
    BITS_MASK = 63,    /* places are aligned to a cache line; below, log2 of their number */
};

_Static_assert(SYMBOLS_SLOTS == 1 << 7, "a slot's number takes 7 bits");

#define PLACE_FREE   UINT64_C(0)
#define PLACE_CLOSED UINT64_MAX /* no slot gets so many texts */
#define HASH_MASK    (~UINT64_C(0) << ID_BITS)

static inline uint64_t place_of(uint64_t hash, uint64_t id)
{
    uint64_t slot = id >> SYMBOLS_SLOT_SHIFT;
    return (hash & HASH_MASK) | slot << NUMBER_BITS | (id & UINT32_MAX);
}

static inline uint64_t place_id(uint64_t place)
{
    uint64_t slot = place >> NUMBER_BITS & (SYMBOLS_SLOTS - 1);
    return slot << SYMBOLS_SLOT_SHIFT | (place & UINT32_MAX);
}

/* Where a search for a text ended without finding it. */
struct search {
    uint64_t table;         /* the shard's word then */
    _Atomic uint64_t *free; /* the place where it would come, or NULL: it needs a bigger table */
};

static inline _Atomic uint64_t *table_places(uint64_t table)
{
    return (_Atomic uint64_t *)(uintptr_t)(table & ((UINT64_C(1) << ADDRESS_BITS) - 1) &
                                           ~(uint64_t)BITS_MASK);
}

static inline unsigned table_bits(uint64_t table)
{
    return table & BITS_MASK;
}

static inline unsigned table_reach(uint64_t table)
{
    return REACH_A_BIT * table_bits(table) << (table >> ADDRESS_BITS);
}

static inline size_t table_start(uint64_t table, uint64_t hash)
{
    return hash >> (64 - table_bits(table));
}

/* Where the search for a seed begins. */
static inline size_t seed_start(uint64_t hash)
{
    return hash >> 56;
}
_Static_assert(SEED_PLACES == 1 << 8 && SEEDS_MAX < SEED_PLACES, "a search for a seed ends");

static inline const struct record *record_of(const struct symbols *symbols, uint64_t id)
{
    uint32_t slot = (uint32_t)(id >> SYMBOLS_SLOT_SHIFT);
    return slot_record(&symbols->slots[slot], id - slot_id_base(slot));
}

/* What is looked for: as it stands in a record, and the text itself if that is long. */
struct sought {
    uint64_t hash;
    struct record record;
    const char *text;
    size_t size;
};

/* What is looked for when a text is. */
static inline struct sought sought_of(const char *text, size_t size)
{
    if (size - 1 >= TEXT_INLINE_MAX)
        return (struct sought){.text = text, .size = size, .hash = hash_long(text, size)};
    struct record record = record_inline(text, size);
    return (struct sought){.record = record, .hash = hash_inline(record), .text = text, .size = size};
}

static inline bool record_is(const struct record *record, const struct sought *sought)
{
    if (((record->words[0] ^ sought->record.words[0]) & 0xff) != 0)
        return false;
    if (record_is_inline(record))
        return record_same(record, &sought->record);
    size_t size;
    const char *text = record_text(record, &size);
    return size == sought->size && bytes_equal(text, sought->text, size);
}

/*
 * Looks a text up, without a lock. A text that another thread is adding just now may be missed. If it is not
 * there, *search is where it would come. The records that the map's ids lead to are those of `symbols`.
 */
static inline bool map_find(const struct text_map *map, const struct symbols *symbols,
                            const struct sought *sought, uint64_t *id, struct search *search)
{
    uint64_t table = atomic_load_explicit(&map->shards[sought->hash % SYMBOLS_SHARDS], memory_order_acquire);
    *search = (struct search){table, NULL};
    if (table == 0)
        return false;
    _Atomic uint64_t *places = table_places(table);
    size_t at = table_start(table, sought->hash), mask = ((size_t)1 << table_bits(table)) - 1;
    for (unsigned left = table_reach(table); left > 0; left--, at++) {
        uint64_t seen = atomic_load_explicit(&places[at & mask], memory_order_acquire);
        if (seen == PLACE_FREE) {
            search->free = &places[at & mask];
            return false;
        }
        if (seen == PLACE_CLOSED)
            return false;
        if ((seen ^ sought->hash) >> ID_BITS == 0 && record_is(record_of(symbols, place_id(seen)), sought)) {
            *id = place_id(seen);
            return true;
        }
    }
    return false;
}

/* Asks for a cache line that will be written. __builtin_prefetch() asks to read it, unless gcc is told of a
 * processor that knows more; where two threads write, the line then comes twice: 0.94 of the time at 100,000
 * facts. */
static inline void prefetch_to_write(const void *at)
{
#ifdef __x86_64__
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)at));
#else
    __builtin_prefetch(at, 1);
#endif
}

/* Asks the memory for the place where a search for that hash begins, and does not wait for it. */
static inline void map_prefetch(const struct text_map *map, uint64_t hash)
{
    uint64_t table = atomic_load_explicit(&map->shards[hash % SYMBOLS_SHARDS], memory_order_acquire);
    if (table != 0)
        prefetch_to_write((const void *)&table_places(table)[table_start(table, hash)]);
}

/*
 * Fills the free place that a search found; false if another thread was faster. alone: there is no other
 * thread, and no locked instruction is needed.
 */
static inline bool map_fill(const struct search *search, uint64_t hash, uint64_t id, bool alone)
{
    uint64_t seen = PLACE_FREE, filled = place_of(hash, id);
    if (!alone)
        return atomic_compare_exchange_strong_explicit(search->free, &seen, filled, memory_order_release,
                                                       memory_order_relaxed);
    atomic_store_explicit(search->free, filled, memory_order_release);
    return true;
}

/*
 * Sees to it that a shard has another table than the one searched. Waits if another thread does so.
 * Errors: TRIE_NO_MEMORY, TRIE_OVER_LIMIT (the texts fall on the same places); the shard is unchanged.
 */
TRIE_MUST_USE enum trie_status map_grow(struct text_map *map, const struct symbols *symbols, unsigned shard,
                                        const struct search *search);

/*
 * Puts what a place of another map over the same records holds into a shard that no other thread uses: unless
 * the text is there under another id, which *id is then, and else the id that was filled in.
 * Errors: those of map_grow().
 */
TRIE_MUST_USE enum trie_status map_adopt(struct text_map *map, const struct symbols *symbols, unsigned shard,
                                         uint64_t filled, uint64_t *id);

/*
 * The same for what is surely new there, since no text with the same bits of hash is on the way to a free
 * place. False if that cannot be said, and nothing is done then.
 */
static inline bool map_adopt_new(struct text_map *map, unsigned shard, uint64_t filled)
{
    uint64_t table = atomic_load_explicit(&map->shards[shard], memory_order_relaxed);
    if (table == 0 || table_bits(table) > 64 - ID_BITS)
        return false;
    size_t at = table_start(table, filled), mask = ((size_t)1 << table_bits(table)) - 1;
    for (unsigned left = table_reach(table); left > 0; left--, at++) {
        _Atomic uint64_t *place = &table_places(table)[at & mask];
        uint64_t seen = atomic_load_explicit(place, memory_order_relaxed);
        if (seen == PLACE_FREE) {
            atomic_store_explicit(place, filled, memory_order_release);
            return true;
        }
        if ((seen ^ filled) >> ID_BITS == 0)
            return false;
    }
    return false;
}

/* The same, faster, for many of one shard. Gives how many are left when few are, moved to the front: for
 * map_adopt_new(). */
size_t map_adopt_many(struct text_map *map, unsigned shard, uint64_t *filled, size_t count);

/*
 * Makes the first tables of the shards from .. to - 1 that have none at once, as texts_expected says, if they
 * are small. For one thread, while no other uses these shards. Errors: TRIE_NO_MEMORY.
 */
TRIE_MUST_USE enum trie_status map_make(struct text_map *map, unsigned from, unsigned to);

/* The same for the first of these shards, which has no table, and as many more as can be filled while their
 * tables are in the cache. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status map_make_some(struct text_map *map, unsigned from, unsigned to);

/*
 * Empties a map, for about so many texts; memory of the right size is kept. But shards home_from .. home_to -
 * 1 get new tables, for as many as if home_texts came to all shards, since they will be handed over. No other
 * thread may use the map. Errors: TRIE_NO_MEMORY.
 */
TRIE_MUST_USE enum trie_status map_reset(struct text_map *map, size_t texts, unsigned home_from,
                                         unsigned home_to, size_t home_texts);

/* Gives a shard of `from`, with its memory, to `to`, where it takes the place of one that has no other texts.
 * No other thread may use the shard in either. */
void map_hand_over(struct text_map *to, struct text_map *from, unsigned shard);

/* The map must be all zero. */
void map_init(struct text_map *map);
void map_clear(struct text_map *map);

/* What the map asked of malloc. No thread may be adding. */
size_t map_bytes(const struct text_map *map);

#endif
