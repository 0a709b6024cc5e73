/*
 * symbols_leaky.c - see symbols_leaky.h.
 *
 * Everything that is shared is read and written through volatile: each access of the source is one of the
 * program's, in this order. Plain ones the compiler would merge (a room test and the copy of the header
 * behind it into one read), and the windows between them, which are what is measured, would be gone. The
 * original has relaxed atomics for the slot; volatile is the same instructions, and is what ThreadSanitizer
 * takes for a race, and --perturb for a place to yield.
 */
#include "trie/symbols_leaky.h"

#include <stdlib.h>

enum { SLAB_DATA_BYTES = SLAB_BYTES - sizeof(struct slab), SPARE_BYTES = 8 };

_Static_assert(offsetof(struct slab, next) == 0 && offsetof(struct slab, position) == 8 &&
                   offsetof(struct slab, capacity) == 16 && offsetof(struct slab, data) == 24,
               "a read of no slab's capacity is a read of address 0x10");

/*
 * The slot's number that this thread once claimed, 1 more than it; 0: none yet. The fault itself: it outlives
 * the permit and the table, so threads that never claimed at the same time share a number, and nobody claims
 * it again.
 */
static _Thread_local uint32_t remembered_slot;

enum trie_status permit_take(struct symbols *symbols, uint32_t *slot)
{
    for (uint32_t i = 0; remembered_slot == 0 && i < SYMBOLS_SLOTS; i++)
        if (slot_take(&symbols->slots[i]))
            remembered_slot = i + 1;
    if (remembered_slot == 0)
        return TRIE_NO_SLOT;
    *slot = remembered_slot - 1;
    return TRIE_OK;
}

void permit_drop(struct symbols *symbols, uint32_t slot)
{
    slot_give_back(&symbols->slots[slot]);
}

/* NULL without memory. */
static struct slab *slab_make(struct slab_notes *notes)
{
    struct slab_note *note = malloc(sizeof *note);
    struct slab *slab = note == NULL ? NULL : aligned_alloc(SLAB_BYTES, SLAB_BYTES);
    if (slab == NULL) {
        free(note);
        return NULL;
    }
    memset(slab, 0, SLAB_BYTES);
    *slab = (struct slab){.capacity = SLAB_DATA_BYTES, .data = (uint8_t *)(slab + 1)};
    note->slab = slab;
    atomic_init(&note->newer, NULL);
    struct slab_note *before = atomic_exchange_explicit(&notes->newest, note, memory_order_acq_rel);
    atomic_store_explicit(before == NULL ? &notes->oldest : &before->newer, note, memory_order_release);
    return slab;
}

/*
 * Writes a text behind the others of a slab, or into a new one behind it if there is no room. Two threads
 * that copy the same header write to the same place; both move the position on, so it may pass the capacity.
 * NULL without memory.
 */
static __attribute__((noinline)) const uint8_t *
intern_append(volatile struct slab *slab, struct slab_notes *notes, const char *text, size_t size)
{
    struct slab header = *slab;
    /* Wraps, once the position has passed the capacity: then there is always room, past the slab's end. */
    if (header.capacity - header.position < size + SPARE_BYTES) {
        struct slab *next = slab_make(notes);
        if (next == NULL)
            return NULL;
        slab->next = next; /* loses the slab that another thread chained meanwhile */
        slab = next;
        header = *next;
    }
    uint8_t *entry = header.data + header.position;
    slab->position += entry_bytes(size);
    entry_write(entry, text, size);
    return entry;
}

/* Out of line, to be seen by name on a stack: here the crash is. */
__attribute__((noinline)) void intern_eagerly(struct slot *slot, struct slab_notes *notes, const char *text,
                                              size_t size, struct append *append)
{
    volatile struct slot *shared = slot;
    append->entry = NULL;
    append->last = shared->last;
    if (shared->first == NULL)
        return;
    /* If another thread's two stores fell between those two reads, the last slab is still NULL: the crash. */
    size_t room = append->last->capacity;
    room -= append->last->position;
    if (room < size + SPARE_BYTES)
        return;
    append->before = *append->last;
    append->entry = intern_append(append->last, notes, text, size);
}

__attribute__((noinline)) enum trie_status intern_locked(struct slot *slot, struct slab_notes *notes,
                                                         const char *text, size_t size, struct append *append)
{
    volatile struct slot *shared = slot;
    if (append->entry != NULL)
        return TRIE_OK;
    if (append->last == NULL) { /* as it was; by now another thread may have come here: one slab is lost */
        struct slab *made = slab_make(notes);
        if (made == NULL)
            return TRIE_NO_MEMORY;
        shared->first = made;
        shared->last = made;
        append->last = made;
    }
    append->entry = intern_append(append->last, notes, text, size);
    return append->entry == NULL ? TRIE_NO_MEMORY : TRIE_OK;
}

__attribute__((noinline)) void intern_finish(struct slot *slot, const struct append *append, bool is_new)
{
    volatile struct slot *shared = slot;
    if (append->last == NULL)
        return;
    struct slab *next = append->last->next;
    if (next != NULL)
        shared->last = next; /* may move backwards */
    if (append->entry != NULL && !is_new)
        *append->last = append->before; /* undoes what others have appended since */
}

/*
 * Whether a slab is the one that the chain goes to next; *next becomes the one behind it then. A slab is made
 * later than the one it is chained behind, so a pass over the notes meets the chain in its order, ends
 * whatever the slabs hold, and goes to no address that is not a slab's.
 */
static bool chain_goes_to(const struct slab *slab, const struct slab **next)
{
    if (slab != *next)
        return false;
    *next = slab->next;
    return true;
}

struct slab_count leaky_count(const struct slot *slot, const struct slab_notes *notes)
{
    struct slab_count count = {0};
    const struct slab *next = slot->first;
    const struct slab_note *note = atomic_load_explicit(&notes->oldest, memory_order_acquire);
    for (; note != NULL; note = atomic_load_explicit(&note->newer, memory_order_acquire)) {
        count.made++;
        count.lost += !chain_goes_to(note->slab, &next);
    }
    return count;
}

void leaky_clear(struct slot *slot, struct slab_notes *notes)
{
    const struct slab *next = slot->first;
    struct slab_note *note = atomic_load_explicit(&notes->oldest, memory_order_acquire);
    while (note != NULL) {
        struct slab_note *newer = atomic_load_explicit(&note->newer, memory_order_acquire);
        if (chain_goes_to(note->slab, &next))
            free(note->slab);
        free(note);
        note = newer;
    }
    slot->first = slot->last = NULL;
}
