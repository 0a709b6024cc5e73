/* symbols.c - the symbol table: see symbols.h, and symbols_private.h for its parts. */
#include "trie/symbols_shard.h"

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
    shards_init(made);
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
    shards_clear(symbols);
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

/* What is looked for when a text is. */
static inline struct sought sought_of(const char *text, size_t size)
{
    struct sought sought = {.record = {{0, 0}}, .text = text, .size = size};
    if (size == 0 || size > TEXT_INLINE_MAX) {
        sought.hash = hash_long(text, size);
    } else {
        sought.record = record_inline(text, size);
        sought.hash = hash_inline(&sought.record);
    }
    return sought;
}

/* Shows a text that the slot has, as its last: fills its place, or finds that another thread did so. */
static inline enum trie_status publish(struct symbols *symbols, const struct symbols_writer *writer,
                                       const struct sought *sought, struct search *search, uint64_t number,
                                       uint64_t *id)
{
    uint64_t own = slot_id_base(writer->slot) + number;
    for (;;) {
        if (search->free != NULL && shard_fill(search, sought->hash, own, writer->alone)) {
            *id = own;
            return TRIE_OK;
        }
        enum trie_status status = search->free != NULL ? TRIE_OK : shard_grow(symbols, sought->hash, search);
        if (status != TRIE_OK || shard_find(symbols, sought, id, search)) {
            slot_withdraw(&symbols->slots[writer->slot]);
            return status;
        }
    }
}

/* A text that stands in its record. */
static inline enum trie_status add_inline(struct symbols *symbols, const struct symbols_writer *writer,
                                          const struct sought *sought, struct search *search, uint64_t *id)
{
    struct slot *slot = &symbols->slots[writer->slot];
    enum trie_status status = slot_reserve_number(slot);
    if (status != TRIE_OK)
        return status;
    return publish(symbols, writer, sought, search, slot_append(slot, sought->record), id);
}

/* A text that takes a slab. */
static __attribute__((noinline)) enum trie_status add_long(struct symbols *symbols,
                                                           const struct symbols_writer *writer,
                                                           const struct sought *sought, struct search *search,
                                                           uint64_t *id)
{
    struct slot *slot = &symbols->slots[writer->slot];
    enum trie_status status = slot_reserve_number(slot);
    if (status == TRIE_OK)
        status = slot_reserve_slab(slot, sought->size);
    if (status != TRIE_OK)
        return status;
    uint64_t number = slot_append(slot, slot_write(slot, sought->text, sought->size));
    status = publish(symbols, writer, sought, search, number, id);
    if (status != TRIE_OK || *id != slot_id_base(writer->slot) + number)
        slot_unwrite(slot, sought->size);
    return status;
}

void symbols_expect(struct symbols *symbols, size_t count)
{
    if (symbols->faulty == NULL)
        shards_make(symbols, count);
}

uint64_t symbols_ask(const struct symbols *symbols, const char *text, size_t size)
{
    uint64_t hash = hash_text(text, size);
    shard_prefetch(symbols, hash);
    return hash;
}

enum trie_status symbols_intern(struct symbols *symbols, struct symbols_writer *writer, const char *text,
                                size_t size, uint64_t *id)
{
    struct sought sought = sought_of(text, size);
    struct search search;
    /* A table with faults looks up under a lock, as the original does. */
    if (symbols->faulty != NULL)
        return size == 0 || size > SYMBOLS_TEXT_BYTES_MAX
                   ? TRIE_OVER_LIMIT
                   : faulty_intern(symbols, writer, sought.hash, text, size, id);
    if (shard_find(symbols, &sought, id, &search))
        return TRIE_OK;
    if (size == 0 || size > SYMBOLS_TEXT_BYTES_MAX)
        return TRIE_OVER_LIMIT;
    if (!writer->held)
        return TRIE_NO_SLOT;
    return size <= TEXT_INLINE_MAX ? add_inline(symbols, writer, &sought, &search, id)
                                   : add_long(symbols, writer, &sought, &search, id);
}

bool symbols_find(const struct symbols *symbols, const char *text, size_t size, uint64_t *id)
{
    struct sought sought = sought_of(text, size);
    struct search search;
    if (symbols->faulty != NULL)
        return faulty_find(symbols, sought.hash, text, size, id);
    return shard_find(symbols, &sought, id, &search);
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
    if (!record_is_inline(record) && !entry_is_whole(record_entry(record)))
        return TRIE_UNKNOWN_SYMBOL; /* in a table with faults alone */
    *text = record_text(record, size);
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
        sum.text_bytes += slot_text_bytes(slot);
        sum.slabs += atomic_load_explicit(&slot->slabs, memory_order_relaxed);
        sum.bytes += atomic_load_explicit(&slot->bytes, memory_order_relaxed);
    }
    sum.bytes += shards_bytes(symbols);
    if (symbols->faulty != NULL)
        faulty_measure(symbols, &sum);
    *stats = sum;
}
