/* symbols_slot.c - slots of the symbol table: one writer's texts, found by number. */
#include "trie/symbols_private.h"

#include <stdlib.h>

_Static_assert(sizeof(struct slab) == 32, "the header's layout is that of the original");
_Static_assert(SYMBOLS_TEXT_BYTES_MAX + 8 <= SLAB_BYTES - sizeof(struct slab),
               "the longest entry fits a slab");
_Static_assert(sizeof(struct slot) == 2 * CACHE_LINE_BYTES, "what is written often, and what seldom");

/* Adds to a sum that only the slot's holder changes, so that no locked instruction is needed. */
static inline void add(_Atomic uint64_t *sum, uint64_t amount)
{
    uint64_t old = atomic_load_explicit(sum, memory_order_relaxed);
    atomic_store_explicit(sum, old + amount, memory_order_relaxed);
}

bool slot_take(struct slot *slot)
{
    unsigned is_free = 0;
    if (atomic_load_explicit(&slot->held, memory_order_relaxed) != 0)
        return false;
    return atomic_compare_exchange_strong_explicit(&slot->held, &is_free, 1, memory_order_acquire,
                                                   memory_order_relaxed);
}

void slot_give_back(struct slot *slot)
{
    atomic_store_explicit(&slot->held, 0, memory_order_release);
}

size_t entry_bytes(size_t size)
{
    return size + (size <= ENTRY_SHORT_MAX ? 1 : 8);
}

void entry_write(uint8_t *entry, const char *text, size_t size)
{
    size_t length_bytes = entry_bytes(size) - size;
    if (length_bytes == 1)
        entry[0] = (uint8_t)~size;
    else
        bytes_store_be64(entry, size);
    bytes_copy(entry + length_bytes, text, size);
}

enum trie_status slot_reserve_slab(struct slot *slot, size_t size)
{
    struct slab *last = slot->last;
    if (last != NULL && entry_bytes(size) <= last->capacity - last->position)
        return TRIE_OK;
    struct slab *slab = aligned_alloc(SLAB_BYTES, SLAB_BYTES);
    if (slab == NULL)
        return TRIE_NO_MEMORY;
    *slab = (struct slab){.capacity = SLAB_BYTES - sizeof *slab, .data = (uint8_t *)(slab + 1)};
    if (last == NULL)
        slot->first = slab;
    else
        last->next = slab;
    slot->last = slab;
    unsigned slabs = atomic_load_explicit(&slot->slabs, memory_order_relaxed);
    atomic_store_explicit(&slot->slabs, slabs + 1, memory_order_relaxed);
    add(&slot->bytes, SLAB_BYTES);
    return TRIE_OK;
}

enum trie_status slot_reserve_number(struct slot *slot)
{
    if (slot->next != slot->end)
        return TRIE_OK;
    uint64_t place, texts = atomic_load_explicit(&slot->texts, memory_order_relaxed);
    if (texts >= SLOT_TEXTS_MAX)
        return TRIE_OVER_LIMIT;
    if (slot->index == NULL) {
        slot->index = calloc(1, sizeof *slot->index);
        if (slot->index == NULL)
            return TRIE_NO_MEMORY;
        add(&slot->bytes, sizeof *slot->index);
    }
    unsigned chunk = chunk_of(texts, &place);
    size_t room = (size_t)CHUNK_TEXTS_FIRST << chunk;
    struct record *records = malloc(room * sizeof *records);
    if (records == NULL)
        return TRIE_NO_MEMORY;
    slot->index->chunks[chunk] = records;
    slot->next = records;
    slot->end = records + room;
    add(&slot->bytes, room * sizeof *records);
    return TRIE_OK;
}

struct record slot_write(struct slot *slot, const char *text, size_t size)
{
    struct slab *slab = slot->last;
    uint8_t *entry = slab->data + slab->position;
    entry_write(entry, text, size);
    slab->position += entry_bytes(size);
    return (struct record){{0, (uintptr_t)entry}};
}

void slot_unwrite(struct slot *slot, size_t size)
{
    slot->last->position -= entry_bytes(size);
}

void slot_leave_hole(struct slot *slot, uint64_t number)
{
    uint64_t place;
    unsigned chunk = chunk_of(number, &place);
    slot->index->chunks[chunk][place] = (struct record){{0, 0}};
}

void slot_measure(const struct slot *slot, struct symbols_stats *stats)
{
    size_t size, texts = 0;
    uint64_t count = atomic_load_explicit(&slot->texts, memory_order_acquire);
    for (uint64_t i = 0; i < count; i++) {
        const struct record *record = slot_record(slot, i);
        if (!record_is_inline(record) && record_entry(record) == NULL)
            continue;
        texts++;
        if (!record_is_inline(record) && !entry_is_whole(record_entry(record)))
            continue; /* torn: in a table with faults alone */
        (void)record_text(record, &size);
        stats->text_bytes += size;
    }
    stats->symbols += texts;
    stats->slots_used += texts > 0;
    stats->slabs += atomic_load_explicit(&slot->slabs, memory_order_relaxed);
    stats->bytes += atomic_load_explicit(&slot->bytes, memory_order_relaxed);
}

void slot_clear(struct slot *slot)
{
    for (struct slab *slab = slot->first, *next; slab != NULL; slab = next) {
        next = slab->next;
        free(slab);
    }
    if (slot->index == NULL)
        return;
    for (unsigned chunk = 0; chunk < CHUNKS_MAX && slot->index->chunks[chunk] != NULL; chunk++)
        free(slot->index->chunks[chunk]);
    free(slot->index);
}
