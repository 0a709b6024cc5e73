/* symbols_shard.c - see symbols_shard.h: making tables, and moving texts to bigger ones. */
#include "trie/symbols_shard.h"

#include <stdlib.h>

enum {
    BITS_MAX = 30,              /* of a shard: beyond any memory */
    REACH_BITS_MAX = 10,        /* how often the reach of a table may be doubled */
    SPARSE = 16,                /* texts in less than 1 of so many places: they fell on each other */
    ALL_BYTES_MAX = 1024 << 10, /* made at once: allocators map and unmap much bigger ones each time */
};

_Static_assert(sizeof(struct shard) == sizeof(uint64_t), "all shards' words lie together");

/* A table that one shard made for itself. */
struct table {
    _Alignas(CACHE_LINE_BYTES) struct table *older;
    size_t places;
    _Alignas(CACHE_LINE_BYTES) _Atomic uint64_t place[];
};

static unsigned bits_for(size_t texts)
{
    unsigned bits = (unsigned)__builtin_ctz(PLACES_FIRST);
    while (((size_t)1 << bits) / 2 < texts && bits < BITS_MAX)
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

static struct table *table_new(unsigned bits)
{
    /* Not calloc(): to have them zero, an allocator may throw away pages that it holds and fault in new ones.
     */
    size_t places = (size_t)1 << bits;
    struct table *table = aligned_alloc(CACHE_LINE_BYTES, table_bytes(places));
    if (table != NULL) {
        memset(table, 0, table_bytes(places));
        table->places = places;
    }
    return table;
}

/* As much of the hash as the bigger table needs: what the place keeps, or all of it. */
static uint64_t place_hash(const struct symbols *symbols, uint64_t to, uint64_t filled)
{
    if (table_bits(to) <= 64 - ID_BITS)
        return filled & ~ID_MASK;
    size_t size;
    const char *text = record_text(record_of(symbols, filled & ID_MASK), &size);
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

/* A table that all texts of the closed one are in, and that is larger, or reaches further; 0 without memory.
 */
static uint64_t table_bigger(const struct symbols *symbols, uint64_t from, size_t texts, struct table **made)
{
    unsigned bits = table_bits(from), reach_bits = (unsigned)(from >> ADDRESS_BITS);
    for (;;) {
        /* Texts that all fall on the same few places are not parted by more of them. */
        if (texts < ((size_t)1 << bits) / SPARSE && reach_bits < REACH_BITS_MAX)
            reach_bits++;
        else if (++bits > BITS_MAX)
            return 0;
        *made = table_new(bits);
        if (*made == NULL)
            return 0;
        uint64_t to = table_word((*made)->place, bits, reach_bits);
        if (table_copy(symbols, to, from))
            return to;
        free(*made);
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

/* Under the shard's lock. */
static enum trie_status replace(struct symbols *symbols, struct shard *shard, uint64_t table)
{
    struct shard_tables *tables = &symbols->tables[shard - symbols->shards];
    struct table *made;
    uint64_t bigger;
    if (table == 0) {
        unsigned bits = bits_for(symbols->texts_each);
        made = table_new(bits);
        bigger = made == NULL ? 0 : table_word(made->place, bits, 0);
    } else {
        bigger = table_bigger(symbols, table, table_close(table), &made);
        if (bigger == 0)
            table_reopen(table);
    }
    if (bigger == 0)
        return TRIE_NO_MEMORY;
    made->older = tables->newest;
    tables->newest = made;
    atomic_store_explicit(&shard->table, bigger, memory_order_release);
    return TRIE_OK;
}

enum trie_status shard_grow(struct symbols *symbols, uint64_t hash, const struct search *search)
{
    struct shard *shard = shard_of(symbols, hash);
    pthread_mutex_t *lock = &symbols->tables[hash % SYMBOLS_SHARDS].lock;
    enum trie_status status = TRIE_OK;
    pthread_mutex_lock(lock);
    if (atomic_load_explicit(&shard->table, memory_order_relaxed) == search->table)
        status = replace(symbols, shard, search->table);
    pthread_mutex_unlock(lock);
    return status;
}

void shards_make(struct symbols *symbols, size_t texts)
{
    symbols->texts_each = texts / SYMBOLS_SHARDS;
    unsigned bits = bits_for(symbols->texts_each);
    size_t places = (size_t)1 << bits, bytes = SYMBOLS_SHARDS * places * sizeof(uint64_t);
    if (bytes > ALL_BYTES_MAX || symbols->places_of_all != NULL)
        return;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        if (atomic_load_explicit(&symbols->shards[i].table, memory_order_relaxed) != 0)
            return;
    _Atomic uint64_t *all = aligned_alloc(CACHE_LINE_BYTES, bytes);
    if (all == NULL)
        return;
    memset((void *)all, 0, bytes);
    symbols->places_of_all = all;
    symbols->places_of_all_bytes = bytes;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        atomic_store_explicit(&symbols->shards[i].table, table_word(all + i * places, bits, 0),
                              memory_order_release);
}

void shards_init(struct symbols *symbols)
{
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        symbols->tables[i].lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void shards_clear(struct symbols *symbols)
{
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++) {
        for (struct table *table = symbols->tables[i].newest, *older; table != NULL; table = older) {
            older = table->older;
            free(table);
        }
        pthread_mutex_destroy(&symbols->tables[i].lock);
    }
    free(symbols->places_of_all);
}

size_t shards_bytes(const struct symbols *symbols)
{
    size_t bytes = symbols->places_of_all_bytes;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        for (const struct table *table = symbols->tables[i].newest; table != NULL; table = table->older)
            bytes += table_bytes(table->places);
    return bytes;
}
