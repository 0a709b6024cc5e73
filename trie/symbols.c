/* symbols.c - the symbol table: see symbols.h, and symbols_private.h for its parts. */
#include "trie/symbols_hash.h"
#include "trie/symbols_private.h"

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
    struct symbols *made = aligned_alloc(CACHE_LINE_BYTES, sizeof *made);
    if (made == NULL)
        return TRIE_NO_MEMORY;
    memset(made, 0, sizeof *made);
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        shard_init(&made->shards[i]);
    made->places_first = shard_places_for(0);
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
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        shard_clear(&symbols->shards[i]);
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
    slot_give_back(&symbols->slots[writer->slot]);
}

/* Adds a text unless another thread did so meanwhile, with all room made first, so that a failure changes
 * nothing. */
static enum trie_status add_locked(struct shard *shard, size_t places_first, uint64_t hash, struct slot *slot,
                                   uint32_t slot_number, const char *text, size_t size, struct search *search,
                                   uint64_t *id)
{
    if (shard_find_again(shard, hash, text, size, id, search))
        return TRIE_OK;
    enum trie_status status = shard_reserve(shard, places_first);
    if (status != TRIE_OK)
        return status;
    uint64_t number;
    const uint8_t *entry = slot_append(slot, text, size, &number);
    *id = slot_id_base(slot_number) + number;
    shard_insert(shard, search, hash, *id, entry);
    return TRIE_OK;
}

/* The slow path. Kept out of line, so that the look-up before it stays short. */
static __attribute__((noinline)) enum trie_status add(struct symbols *symbols,
                                                      const struct symbols_writer *writer, uint64_t hash,
                                                      const char *text, size_t size, struct search *search,
                                                      uint64_t *id)
{
    if (size == 0 || size > SYMBOLS_TEXT_BYTES_MAX)
        return TRIE_OVER_LIMIT;
    if (symbols->faulty != NULL)
        return faulty_intern(symbols, writer, hash, text, size, id);
    if (!writer->held)
        return TRIE_NO_SLOT;
    struct slot *slot = &symbols->slots[writer->slot];
    struct shard *shard = &symbols->shards[hash % SYMBOLS_SHARDS];
    enum trie_status status = slot_reserve(slot, size); /* the slot is ours: no lock */
    if (status != TRIE_OK)
        return status;
    pthread_mutex_lock(&shard->lock);
    status = add_locked(shard, symbols->places_first, hash, slot, writer->slot, text, size, search, id);
    pthread_mutex_unlock(&shard->lock);
    return status;
}

void symbols_expect(struct symbols *symbols, size_t count)
{
    symbols->places_first = shard_places_for((count + count / 4) / SYMBOLS_SHARDS);
}

uint64_t symbols_ask(const struct symbols *symbols, const char *text, size_t size)
{
    uint64_t hash = symbols_hash(text, size);
    shard_prefetch(&symbols->shards[hash % SYMBOLS_SHARDS], hash);
    return hash;
}

enum trie_status symbols_intern(struct symbols *symbols, struct symbols_writer *writer, const char *text,
                                size_t size, uint64_t *id)
{
    return symbols_intern_asked(symbols, writer, symbols_hash(text, size), text, size, id);
}

enum trie_status symbols_intern_asked(struct symbols *symbols, struct symbols_writer *writer, uint64_t hash,
                                      const char *text, size_t size, uint64_t *id)
{
    /* A table with faults looks up under a lock, as the original does. */
    struct search search = {.table = NULL};
    if (symbols->faulty == NULL &&
        shard_find(&symbols->shards[hash % SYMBOLS_SHARDS], hash, text, size, id, &search))
        return TRIE_OK;
    return add(symbols, writer, hash, text, size, &search, id);
}

bool symbols_find(const struct symbols *symbols, const char *text, size_t size, uint64_t *id)
{
    uint64_t hash = symbols_hash(text, size);
    struct search search;
    return shard_find(&symbols->shards[hash % SYMBOLS_SHARDS], hash, text, size, id, &search);
}

enum trie_status symbols_text(const struct symbols *symbols, uint64_t id, const char **text, size_t *size)
{
    uint64_t slot = id >> SYMBOLS_SLOT_SHIFT;
    if (slot >= SYMBOLS_SLOTS)
        return TRIE_UNKNOWN_SYMBOL;
    /* Id 0 wraps round to a number that no slot has. */
    const uint8_t *entry = slot_entry(&symbols->slots[slot], id - slot_id_base((uint32_t)slot));
    if (entry == NULL || !entry_is_whole(entry)) /* the latter in a table with faults alone */
        return TRIE_UNKNOWN_SYMBOL;
    *text = entry_text(entry, size);
    return TRIE_OK;
}

void symbols_measure(const struct symbols *symbols, struct symbols_stats *stats)
{
    struct symbols_stats sum = {.bytes = sizeof *symbols};
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++) {
        const struct slot *slot = &symbols->slots[i];
        uint64_t texts = atomic_load_explicit(&slot->texts, memory_order_relaxed);
        sum.symbols += texts;
        sum.slots_used += texts > 0;
        sum.text_bytes += atomic_load_explicit(&slot->text_bytes, memory_order_relaxed);
        sum.slabs += atomic_load_explicit(&slot->slabs, memory_order_relaxed);
        sum.bytes += atomic_load_explicit(&slot->bytes, memory_order_relaxed);
    }
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        sum.bytes += shard_bytes(&symbols->shards[i]);
    if (symbols->faulty != NULL)
        faulty_measure(symbols, &sum);
    *stats = sum;
}
