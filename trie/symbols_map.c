/* symbols_map.c - see symbols_map.h: making tables, and moving texts to bigger ones. */
#include "trie/symbols_map.h"

#include "trie/aligned.h"

#include <stdlib.h>

enum {
    BITS_MAX = 30,                /* of a shard: beyond any memory */
    REACH_BITS_MAX = 10,          /* how often the reach of a table may be doubled */
    FALLEN = 16,                  /* texts in less than 1 of so many places: they fell on each other */
    BLOCK_BYTES_MAX = 1024 << 10, /* of tables made at once: allocators map and unmap much more each time */
    GROUP_BYTES = 256 << 10, /* of tables that are filled at once: a quarter of a core's cache (README.md) */
};

/* Memory for the tables of one shard, or of several next to each other. */
struct table {
    _Alignas(CACHE_LINE_BYTES) struct table *older;
    size_t places; /* in all */
    _Alignas(CACHE_LINE_BYTES) _Atomic uint64_t place[];
};

/* A shard of so many texts gets a table that is a quarter full at most, in place of a half: a search is then
 * seldom longer than one look (0.91 to 0.96 of the time at 1000 and 3000 facts), and memory for more than
 * that costs as much again (1.02 at 10,000). */
enum { SPARSE_FROM = 4, SPARSE_BELOW = 64 };

/* Of a shard's first table, for so many texts in all shards together. */
static unsigned bits_for(size_t texts)
{
    texts /= SYMBOLS_SHARDS;
    unsigned bits = (unsigned)__builtin_ctz(PLACES_FIRST);
    unsigned places_a_text = texts >= SPARSE_FROM && texts < SPARSE_BELOW ? 4 : 2;
    while (((size_t)1 << bits) / places_a_text < texts && bits < BITS_MAX)
        bits++;
    return bits;
}

static uint64_t table_word(_Atomic uint64_t *places, unsigned bits, unsigned reach_bits)
{
    return (uint64_t)(uintptr_t)places | bits | (uint64_t)reach_bits << ADDRESS_BITS;
}

static size_t table_bytes(size_t places)
{
    return sizeof(struct table) + places * sizeof(uint64_t);
}

static void table_empty(struct table *table)
{
    memset((void *)table->place, 0, table->places * sizeof table->place[0]);
}

static struct table *table_new(size_t places)
{
    /* Not calloc(): to have them zero, an allocator may throw away pages that it holds and fault in new ones.
     */
    struct table *table = aligned_take(CACHE_LINE_BYTES, table_bytes(places));
    if (table != NULL) {
        table->older = NULL;
        table->places = places;
        table_empty(table);
    }
    return table;
}

/* The shard sees to it that the table is freed. */
static void table_keep(struct text_map *map, unsigned shard, struct table *table)
{
    table->older = map->tables[shard].newest;
    map->tables[shard].newest = table;
}

/* As much of the hash as the bigger table needs: what the place keeps, or all of it. */
static uint64_t place_hash(const struct symbols *symbols, uint64_t to, uint64_t filled)
{
    if (table_bits(to) <= 64 - ID_BITS)
        return filled & HASH_MASK;
    size_t size;
    const char *text = record_text(record_of(symbols, place_id(filled)), &size);
    return hash_text(text, size);
}

/* Puts a filled place into a table that no other thread sees. False if there is none free within reach. */
static bool table_put(const struct symbols *symbols, uint64_t to, uint64_t filled)
{
    size_t at = table_start(to, place_hash(symbols, to, filled)), mask = ((size_t)1 << table_bits(to)) - 1;
    for (unsigned left = table_reach(to); left > 0; left--, at++) {
        _Atomic uint64_t *place = &table_places(to)[at & mask];
        if (atomic_load_explicit(place, memory_order_relaxed) == PLACE_FREE) {
            atomic_store_explicit(place, filled, memory_order_relaxed);
            return true;
        }
    }
    return false;
}

/* Closes a place if it is free; gives what it is filled with, or PLACE_CLOSED. */
static uint64_t place_close(_Atomic uint64_t *place)
{
    uint64_t seen = PLACE_FREE;
    if (atomic_compare_exchange_strong_explicit(place, &seen, PLACE_CLOSED, memory_order_acquire,
                                                memory_order_acquire))
        return PLACE_CLOSED;
    return seen;
}

/* Closes a table; the number of texts in it. */
static size_t table_close(uint64_t table)
{
    size_t texts = 0;
    for (size_t i = 0; i < (size_t)1 << table_bits(table); i++)
        texts += place_close(&table_places(table)[i]) != PLACE_CLOSED;
    return texts;
}

/* Copies the texts of a closed table. False if one found no place. */
static bool table_copy(const struct symbols *symbols, uint64_t to, uint64_t from)
{
    for (size_t i = 0; i < (size_t)1 << table_bits(from); i++) {
        uint64_t filled = atomic_load_explicit(&table_places(from)[i], memory_order_acquire);
        if (filled != PLACE_CLOSED && !table_put(symbols, to, filled))
            return false;
    }
    return true;
}

/*
 * Makes a table that all texts of the closed one are in, and that is larger, or reaches further. Errors:
 * TRIE_NO_MEMORY; TRIE_OVER_LIMIT, if more texts fell on the same places than can be by chance.
 */
static enum trie_status table_bigger(const struct symbols *symbols, uint64_t from, size_t texts,
                                     struct table **made, uint64_t *to)
{
    unsigned bits = table_bits(from), reach_bits = (unsigned)(from >> ADDRESS_BITS);
    for (;;) {
        /* Texts that all fall on the same few places are not parted by more of them. */
        bool fallen = texts < ((size_t)1 << bits) / FALLEN;
        bits += !fallen;
        reach_bits += fallen;
        if (bits > BITS_MAX || reach_bits > REACH_BITS_MAX)
            return TRIE_OVER_LIMIT;
        *made = table_new((size_t)1 << bits);
        if (*made == NULL)
            return TRIE_NO_MEMORY;
        *to = table_word((*made)->place, bits, reach_bits);
        if (table_copy(symbols, *to, from))
            return TRIE_OK;
        aligned_give(*made);
    }
}

/* Opens a table again that could not be moved. */
static void table_reopen(uint64_t table)
{
    for (size_t i = 0; i < (size_t)1 << table_bits(table); i++) {
        uint64_t seen = PLACE_CLOSED;
        atomic_compare_exchange_strong_explicit(&table_places(table)[i], &seen, PLACE_FREE,
                                                memory_order_release, memory_order_relaxed);
    }
}

static unsigned first_bits(const struct text_map *map, unsigned shard)
{
    bool home = shard >= map->home_from && shard < map->home_to;
    return bits_for(home ? map->home_texts_expected : map->texts_expected);
}

static enum trie_status table_first(const struct text_map *map, unsigned shard, struct table **made,
                                    uint64_t *to)
{
    unsigned bits = first_bits(map, shard);
    *made = table_new((size_t)1 << bits);
    if (*made == NULL)
        return TRIE_NO_MEMORY;
    *to = table_word((*made)->place, bits, 0);
    return TRIE_OK;
}

/* Under the shard's lock. */
static enum trie_status replace(struct text_map *map, const struct symbols *symbols, unsigned shard,
                                uint64_t table)
{
    struct table *made;
    uint64_t bigger;
    enum trie_status status = table == 0 ? table_first(map, shard, &made, &bigger)
                                         : table_bigger(symbols, table, table_close(table), &made, &bigger);
    if (status != TRIE_OK) {
        if (table != 0)
            table_reopen(table);
        return status;
    }
    table_keep(map, shard, made);
    atomic_store_explicit(&map->shards[shard], bigger, memory_order_release);
    return TRIE_OK;
}

enum trie_status map_grow(struct text_map *map, const struct symbols *symbols, unsigned shard,
                          const struct search *search)
{
    enum trie_status status = TRIE_OK;
    pthread_mutex_lock(&map->tables[shard].lock);
    if (atomic_load_explicit(&map->shards[shard], memory_order_relaxed) == search->table)
        status = replace(map, symbols, shard, search->table);
    pthread_mutex_unlock(&map->tables[shard].lock);
    return status;
}

static bool records_equal(const struct symbols *symbols, uint64_t left, uint64_t right)
{
    const struct record *a = record_of(symbols, left);
    struct sought sought = {.record = *record_of(symbols, right)};
    sought.text = record_text(&sought.record, &sought.size);
    return record_is(a, &sought);
}

/* The place where a text is or would come; NULL if there is none within reach, or no table. */
static _Atomic uint64_t *place_for(const struct symbols *symbols, uint64_t table, uint64_t filled)
{
    if (table == 0)
        return NULL;
    size_t at = table_start(table, place_hash(symbols, table, filled)),
           mask = ((size_t)1 << table_bits(table)) - 1;
    for (unsigned left = table_reach(table); left > 0; left--, at++) {
        _Atomic uint64_t *place = &table_places(table)[at & mask];
        uint64_t seen = atomic_load_explicit(place, memory_order_relaxed);
        if (seen == PLACE_FREE ||
            ((seen ^ filled) >> ID_BITS == 0 && records_equal(symbols, place_id(seen), place_id(filled))))
            return place;
    }
    return NULL;
}

enum trie_status map_adopt(struct text_map *map, const struct symbols *symbols, unsigned shard,
                           uint64_t filled, uint64_t *id)
{
    for (;;) {
        struct search search = {atomic_load_explicit(&map->shards[shard], memory_order_relaxed), NULL};
        _Atomic uint64_t *place = place_for(symbols, search.table, filled);
        if (place != NULL) {
            uint64_t seen = atomic_load_explicit(place, memory_order_relaxed);
            if (seen == PLACE_FREE)
                atomic_store_explicit(place, filled, memory_order_release);
            *id = place_id(seen == PLACE_FREE ? filled : seen);
            return TRIE_OK;
        }
        enum trie_status status = map_grow(map, symbols, shard, &search);
        if (status != TRIE_OK)
            return status;
    }
}

/*
 * One step of many searches: looks at the place `step` further on than where each begins, and fills it if it
 * is free. How many go on is chance, so there is no branch on it: one guessed wrong costs as much as some
 * such steps (0.7 of the time of uniting at 10,000 facts). Gives how many go on, moved to the front; *met:
 * some of them have met the same bits of a hash, and must not go further on without a look.
 */
static size_t step_on(uint64_t table, size_t step, uint64_t *filled, size_t count, bool *met)
{
    _Atomic uint64_t *places = table_places(table);
    size_t mask = ((size_t)1 << table_bits(table)) - 1, left = 0;
    bool same = false;
    for (size_t i = 0; i < count; i++) {
        uint64_t own = filled[i];
        _Atomic uint64_t *place = &places[(table_start(table, own) + step) & mask];
        uint64_t seen = atomic_load_explicit(place, memory_order_relaxed);
        bool is_free = seen == PLACE_FREE;
        atomic_store_explicit(place, is_free ? own : seen, memory_order_release);
        same |= (seen ^ own) >> ID_BITS == 0;
        filled[left] = own;
        left += !is_free;
    }
    *met = same;
    return left;
}

enum { STEPS_MAX = 4 };
_Static_assert(STEPS_MAX <= REACH_A_BIT * 3, "steps stay within reach");

size_t map_adopt_many(struct text_map *map, unsigned shard, uint64_t *filled, size_t count)
{
    uint64_t table = atomic_load_explicit(&map->shards[shard], memory_order_relaxed);
    bool met = false;
    if (table == 0 || table_bits(table) > 64 - ID_BITS)
        return count;
    for (size_t step = 0; step < STEPS_MAX && count >= ADOPTED_MANY && !met; step++)
        count = step_on(table, step, filled, count, &met);
    return count;
}

/* Gives the shards from .. to - 1 that have no table one each, next to each other. */
static void share_out(struct text_map *map, _Atomic uint64_t *places, unsigned from, unsigned to,
                      unsigned bits)
{
    for (unsigned i = from; i < to; i++)
        if (atomic_load_explicit(&map->shards[i], memory_order_relaxed) == 0)
            atomic_store_explicit(&map->shards[i], table_word(places + ((size_t)(i - from) << bits), bits, 0),
                                  memory_order_release);
}

/* Memory for so many places, kept by a shard. NULL: there is none. */
static struct table *table_kept_by(struct text_map *map, unsigned shard, size_t places)
{
    struct table *made = table_new(places);
    if (made != NULL)
        table_keep(map, shard, made);
    return made;
}

/* First tables for the shards from .. to - 1 that have none, in memory that the first of them keeps. */
static enum trie_status make_next(struct text_map *map, unsigned from, unsigned to, unsigned bits)
{
    struct table *made = table_kept_by(map, from, (size_t)(to - from) << bits);
    if (made == NULL)
        return TRIE_NO_MEMORY;
    share_out(map, made->place, from, to, bits);
    return TRIE_OK;
}

enum trie_status map_make(struct text_map *map, unsigned from, unsigned to)
{
    if (from == to)
        return TRIE_OK;
    unsigned bits = first_bits(map, from);
    if (table_bytes((size_t)(to - from) << bits) > BLOCK_BYTES_MAX)
        return TRIE_OK;
    return make_next(map, from, to, bits);
}

enum trie_status map_make_some(struct text_map *map, unsigned from, unsigned to)
{
    unsigned bits = first_bits(map, from);
    size_t each = ((size_t)1 << bits) * sizeof(uint64_t), some = each < GROUP_BYTES ? GROUP_BYTES / each : 1;
    return make_next(map, from, to - from > some ? from + (unsigned)some : to, bits);
}

static void tables_free(struct table *table)
{
    for (struct table *older; table != NULL; table = older) {
        older = table->older;
        aligned_give(table);
    }
}

/* Frees what memory a shard brought in, but for its newest table, if that is of the size wanted: it is
 * emptied. */
static void shard_reset(struct text_map *map, unsigned shard, size_t places)
{
    struct table *kept = map->tables[shard].newest;
    atomic_store_explicit(&map->shards[shard], 0, memory_order_relaxed);
    if (kept == NULL)
        return;
    tables_free(kept->older);
    kept->older = NULL;
    if (kept->places == places) {
        table_empty(kept);
    } else {
        aligned_give(kept);
        map->tables[shard].newest = NULL;
    }
}

/* Tables for all shards but home, next to each other, in memory that the first of them keeps. */
static enum trie_status make_around_home(struct text_map *map, unsigned keeper, unsigned bits, size_t places)
{
    struct table *block = map->tables[keeper].newest;
    if (block == NULL)
        block = table_kept_by(map, keeper, places);
    if (block == NULL)
        return TRIE_NO_MEMORY;
    share_out(map, block->place, 0, map->home_from, bits);
    share_out(map, block->place + ((size_t)map->home_from << bits), map->home_to, SYMBOLS_SHARDS, bits);
    return TRIE_OK;
}

enum trie_status map_reset(struct text_map *map, size_t texts, unsigned home_from, unsigned home_to,
                           size_t home_texts)
{
    unsigned bits = bits_for(texts), keeper = home_from == 0 ? home_to : 0;
    size_t each = (size_t)1 << bits, all = (SYMBOLS_SHARDS - (home_to - home_from)) * each;
    bool at_once = all > 0 && table_bytes(all) <= BLOCK_BYTES_MAX;
    map->texts_expected = texts;
    map->home_texts_expected = home_texts;
    map->home_from = home_from;
    map->home_to = home_to;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++) {
        bool home = i >= home_from && i < home_to;
        size_t kept = at_once ? (i == keeper) * all : each;
        shard_reset(map, i, home ? 0 : kept);
        if (!at_once && map->tables[i].newest != NULL)
            share_out(map, map->tables[i].newest->place, i, i + 1, bits);
    }
    enum trie_status status = at_once ? make_around_home(map, keeper, bits, all) : TRIE_OK;
    return status == TRIE_OK ? map_make(map, home_from, home_to) : status;
}

void map_hand_over(struct text_map *to, struct text_map *from, unsigned shard)
{
    struct table *newest = from->tables[shard].newest, **end = &newest;
    if (newest != NULL) {
        while (*end != NULL)
            end = &(*end)->older;
        *end = to->tables[shard].newest;
        to->tables[shard].newest = newest;
        from->tables[shard].newest = NULL;
    }
    uint64_t word = atomic_load_explicit(&from->shards[shard], memory_order_relaxed);
    if (word != 0)
        atomic_store_explicit(&to->shards[shard], word, memory_order_release);
    atomic_store_explicit(&from->shards[shard], 0, memory_order_relaxed);
}

void map_init(struct text_map *map)
{
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        map->tables[i].lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void map_clear(struct text_map *map)
{
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++) {
        tables_free(map->tables[i].newest);
        pthread_mutex_destroy(&map->tables[i].lock);
    }
}

size_t map_bytes(const struct text_map *map)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        for (const struct table *table = map->tables[i].newest; table != NULL; table = table->older)
            bytes += table_bytes(table->places);
    return bytes;
}
