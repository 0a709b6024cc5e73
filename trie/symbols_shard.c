/* symbols_shard.c - text to id: hash tables that are read without a lock and written under one. */
#include "trie/symbols_hash.h"
#include "trie/symbols_private.h"

#include <stdlib.h>

enum {
    PLACES_FIRST = 16,
    PLACES_MAX = 1 << 30,             /* of a shard: beyond any memory */
    ID_BITS = SYMBOLS_SLOT_SHIFT + 7, /* a slot's number takes 7 */
    SHARD_BITS = 7,                   /* of the hash, the lowest: they chose this shard */
};

_Static_assert(SYMBOLS_SLOTS == 1 << 7 && SYMBOLS_SHARDS == 1 << SHARD_BITS, "the bit counts above");
_Static_assert(sizeof(struct shard) == 2 * CACHE_LINE_BYTES, "shards do not share a cache line");

static const uint64_t id_mask = (UINT64_C(1) << ID_BITS) - 1;

void shard_init(struct shard *shard)
{
    atomic_init(&shard->table, NULL);
    shard->used = 0;
    shard->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void shard_clear(struct shard *shard)
{
    struct table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    while (table != NULL) {
        struct table *older = table->older;
        free(table);
        table = older;
    }
    pthread_mutex_destroy(&shard->lock);
}

/* Searches on from search->at until the text is found or a free place is. There is always one, so this ends.
 */
static inline bool search_on(struct search *search, uint64_t hash, const char *text, size_t size,
                             uint64_t *id)
{
    for (;; search->at++) {
        const struct place *place = &search->table->places[search->at & search->table->mask];
        uint64_t tagged_id = atomic_load_explicit(&place->tagged_id, memory_order_acquire);
        if (tagged_id == 0)
            return false;
        if ((tagged_id ^ hash) >> ID_BITS == 0 && entry_is(place->entry, text, size)) {
            *id = tagged_id & id_mask;
            return true;
        }
    }
}

bool shard_find(const struct shard *shard, uint64_t hash, const char *text, size_t size, uint64_t *id,
                struct search *search)
{
    struct table *table = atomic_load_explicit(&shard->table, memory_order_acquire);
    search->table = table;
    if (table == NULL)
        return false;
    search->at = hash >> table->shift;
    return search_on(search, hash, text, size, id);
}

bool shard_find_again(const struct shard *shard, uint64_t hash, const char *text, size_t size, uint64_t *id,
                      struct search *search)
{
    if (atomic_load_explicit(&shard->table, memory_order_relaxed) != search->table)
        return shard_find(shard, hash, text, size, id, search);
    return search->table != NULL && search_on(search, hash, text, size, id);
}

/* Fills a free place; what it points at is there before it is shown. */
static void place_fill(struct place *place, uint64_t hash, uint64_t id, const uint8_t *entry)
{
    place->entry = entry;
    atomic_store_explicit(&place->tagged_id, (hash & ~id_mask) | id, memory_order_release);
}

/* Puts a text into a table that has room. */
static void table_put(struct table *table, uint64_t hash, uint64_t id, const uint8_t *entry)
{
    size_t i = hash >> table->shift;
    while (atomic_load_explicit(&table->places[i & table->mask].tagged_id, memory_order_relaxed) != 0)
        i++;
    place_fill(&table->places[i & table->mask], hash, id, entry);
}

static size_t table_bytes(size_t places)
{
    return sizeof(struct table) + places * sizeof(struct place);
}

/* As much of the hash as a bigger table needs: what the place keeps, or all of it. */
static uint64_t place_hash(const struct table *to, const struct place *place, uint64_t tagged_id)
{
    if (to->shift >= ID_BITS)
        return tagged_id & ~id_mask;
    size_t size;
    const char *text = entry_text(place->entry, &size);
    return symbols_hash(text, size);
}

static void table_copy(struct table *to, const struct table *from)
{
    for (size_t i = 0; i <= from->mask; i++) {
        const struct place *place = &from->places[i];
        uint64_t tagged_id = atomic_load_explicit(&place->tagged_id, memory_order_relaxed);
        if (tagged_id != 0)
            table_put(to, place_hash(to, place, tagged_id), tagged_id & id_mask, place->entry);
    }
}

static struct table *table_new(size_t places)
{
    /* Not calloc(): to have them zero, an allocator may throw away pages that it holds and fault in new ones.
     */
    struct table *table = malloc(table_bytes(places));
    if (table != NULL) {
        memset(table, 0, table_bytes(places));
        table->mask = (uint32_t)(places - 1);
        table->shift = (uint32_t)__builtin_clzll(places - 1);
    }
    return table;
}

struct table *table_first(void)
{
    return table_new(PLACES_FIRST);
}

size_t shard_places_for(size_t texts)
{
    size_t places = PLACES_FIRST;
    while (places / 4 * 3 <= texts && places < PLACES_MAX / 2)
        places *= 2;
    return places;
}

void shard_prefetch(const struct shard *shard, uint64_t hash)
{
    const struct table *table = atomic_load_explicit(&shard->table, memory_order_acquire);
    __builtin_prefetch(&shard->used, 1);
    if (table != NULL)
        __builtin_prefetch(&table->places[(hash >> table->shift) & table->mask]);
}

enum trie_status shard_reserve(struct shard *shard, size_t places_first)
{
    struct table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    size_t places = table == NULL ? 0 : table->mask + 1;
    if (shard->used < places / 4 * 3)
        return TRIE_OK;
    places = table == NULL ? places_first : places * 2;
    if (places > PLACES_MAX)
        return TRIE_OVER_LIMIT;
    struct table *bigger = table_new(places);
    if (bigger == NULL)
        return TRIE_NO_MEMORY;
    bigger->older = table;
    if (table != NULL)
        table_copy(bigger, table);
    atomic_store_explicit(&shard->table, bigger, memory_order_release);
    return TRIE_OK;
}

void shard_insert(struct shard *shard, const struct search *search, uint64_t hash, uint64_t id,
                  const uint8_t *entry)
{
    struct table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    if (search != NULL && search->table == table)
        place_fill(&table->places[search->at & table->mask], hash, id, entry);
    else
        table_put(table, hash, id, entry);
    shard->used++;
}

void shard_each(const struct shard *shard, void (*visit)(void *context, uint64_t id, const uint8_t *entry),
                void *context)
{
    const struct table *table = atomic_load_explicit(&shard->table, memory_order_acquire);
    for (size_t i = 0; table != NULL && i <= table->mask; i++) {
        uint64_t tagged_id = atomic_load_explicit(&table->places[i].tagged_id, memory_order_acquire);
        if (tagged_id != 0)
            visit(context, tagged_id & id_mask, table->places[i].entry);
    }
}

size_t shard_bytes(const struct shard *shard)
{
    size_t bytes = 0;
    const struct table *table = atomic_load_explicit(&shard->table, memory_order_acquire);
    for (; table != NULL; table = table->older)
        bytes += table_bytes(table->mask + 1);
    return bytes;
}
