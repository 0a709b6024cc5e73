/*
 * symbols_faulty.c - the two races of the original symbol table, restated so that what they do can be
 * measured. A sound table uses nothing of this file.
 *
 * Structure and order of accesses are those of the original: permits, slots, slabs and the locks around both
 * directions. Text to id keeps its own copy of each text, and id to text is changed under a lock of its slot,
 * so a torn slab shows where it shows there: in the interning function, or in a text that is not the one that
 * was interned. Source: the interner of the MORK kernel, and the lazy root of the PathMap library.
 */
#include "trie/symbols_private.h"

#include <stdlib.h>

struct faulty {
    unsigned faults;
    pthread_rwlock_t text_locks[SYMBOLS_SHARDS]; /* text to id: shared to look up, exclusive to insert */
    pthread_mutex_t id_locks[SYMBOLS_SLOTS];     /* id to text: held to insert */
};

_Static_assert(offsetof(struct slab, next) == 0 && offsetof(struct slab, position) == 8 &&
                   offsetof(struct slab, capacity) == 16 && offsetof(struct slab, data) == 24,
               "a read of no slab's capacity is a read of address 0x10");

/*
 * The slot's number that this thread once claimed, 1 more than it; 0: none yet. The fault itself: it outlives
 * the permit and the table, so threads that never claimed at the same time share a number, and nobody claims
 * it again.
 */
static _Thread_local uint32_t remembered_slot;

enum trie_status faulty_create(unsigned faults, struct faulty **faulty)
{
    struct faulty *made = malloc(sizeof *made);
    if (made == NULL)
        return TRIE_NO_MEMORY;
    made->faults = faults;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        made->text_locks[i] = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++)
        made->id_locks[i] = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    *faulty = made;
    return TRIE_OK;
}

/* Text to id owns its copies of the texts; only the newest table of a shard has all of them. */
static void free_copies(struct shard *shard)
{
    struct table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    for (size_t i = 0; table != NULL && i <= table->mask; i++)
        if (atomic_load_explicit(&table->places[i].tagged_id, memory_order_relaxed) != 0)
            free((void *)(uintptr_t)table->places[i].entry);
}

void faulty_destroy(struct faulty *faulty, struct symbols *symbols)
{
    if (faulty == NULL)
        return;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        free_copies(&symbols->shards[i]);
    free(faulty);
}

bool faulty_has_permits(const struct faulty *faulty)
{
    return faulty != NULL && (faulty->faults & SYMBOLS_LEAKY_PERMITS) != 0;
}

/* A permit, for one text. */
struct permit {
    uint32_t slot;
    bool claimed; /* the slot is marked as held, and the permit gives it back */
};

static bool permit_take(struct symbols *symbols, struct permit *permit)
{
    *permit = (struct permit){.slot = remembered_slot - 1};
    if (remembered_slot != 0)
        return true;
    for (uint32_t i = 0; i < SYMBOLS_SLOTS; i++) {
        if (slot_take(&symbols->slots[i])) {
            *permit = (struct permit){.slot = i, .claimed = true};
            remembered_slot = i + 1;
            return true;
        }
    }
    return false;
}

static void permit_drop(struct symbols *symbols, const struct permit *permit)
{
    if (permit->claimed)
        slot_give_back(&symbols->slots[permit->slot]);
}

static struct slab *slab_new(void)
{
    struct slab *slab = aligned_alloc(SLAB_BYTES, SLAB_BYTES);
    if (slab != NULL)
        *slab = (struct slab){.capacity = SLAB_BYTES - sizeof *slab, .data = (uint8_t *)(slab + 1)};
    return slab;
}

/* Copies the header out, the text in, and the header back; whatever another thread did meanwhile is undone.
 */
static const uint8_t *write_torn(struct slab *slab, const char *text, size_t size)
{
    struct slab header = *slab;
    uint8_t *entry = header.data + header.position;
    entry_write(entry, text, size);
    header.position += entry_bytes(size);
    *slab = header;
    return entry;
}

/*
 * Before any lock: appends if the slot has a slab with room to spare. *before is the slab's header as it was,
 * for whoever finds that another thread interned the text first. NULL if there is no room.
 *
 * The two pointers are read through volatile, in the original's order: last, then first.
 */
static __attribute__((noinline)) const uint8_t *
intern_eagerly(struct slot *slot, const char *text, size_t size, struct slab **slab, struct slab *before)
{
    struct slab *last = *(struct slab *volatile *)&slot->last;
    if (*(struct slab *volatile *)&slot->first == NULL)
        return NULL;
    /* With the other thread between its two stores, `last` is still NULL here: the crash. */
    size_t room = last->capacity - last->position; /* wraps once the position is past the capacity */
    if (room < size + 8)
        return NULL;
    *slab = last;
    *before = *last;
    return write_torn(last, text, size);
}

/* Under the lock of the text, which other texts of the same slot do not take. NULL without memory. */
static __attribute__((noinline)) const uint8_t *intern_locked(struct slot *slot, const char *text,
                                                              size_t size)
{
    struct slab *last = *(struct slab *volatile *)&slot->last;
    if (*(struct slab *volatile *)&slot->first == NULL) {
        last = slab_new();
        if (last == NULL)
            return NULL;
        *(struct slab *volatile *)&slot->first = last; /* of two that come here, one slab is lost */
        *(struct slab *volatile *)&slot->last = last;
    } else if (last->capacity - last->position < entry_bytes(size)) {
        struct slab *next = slab_new();
        if (next == NULL)
            return NULL;
        last->next = next;
        *(struct slab *volatile *)&slot->last = next; /* may move backwards */
        last = next;
    }
    return write_torn(last, text, size);
}

/* Gives the entry a number, under the lock of its slot, and remembers the text's own copy for text to id. */
static enum trie_status bind_text(struct symbols *symbols, struct shard *shard, uint64_t hash,
                                  uint32_t slot_number, const uint8_t *entry, const char *text, size_t size,
                                  uint64_t *id)
{
    struct slot *slot = &symbols->slots[slot_number];
    uint8_t *copy = malloc(entry_bytes(size));
    if (copy == NULL)
        return TRIE_NO_MEMORY;
    entry_write(copy, text, size);
    enum trie_status status = shard_reserve(shard, symbols->places_first);
    pthread_mutex_lock(&symbols->faulty->id_locks[slot_number]);
    if (status == TRIE_OK)
        status = slot_reserve_number(slot);
    if (status == TRIE_OK)
        *id = slot_id_base(slot_number) + slot_number_entry(slot, entry, size);
    pthread_mutex_unlock(&symbols->faulty->id_locks[slot_number]);
    if (status != TRIE_OK) {
        free(copy);
        return status;
    }
    shard_insert(shard, NULL, hash, *id, copy);
    return TRIE_OK;
}

/* Race 2: whoever looks first makes the table, and frees the one that another made meanwhile. */
static __attribute__((noinline)) void make_root_lazily(struct shard *shard)
{
    if (*(struct table *volatile *)&shard->table != NULL)
        return;
    struct table *made = table_first();
    struct table *old = *(struct table *volatile *)&shard->table;
    *(struct table *volatile *)&shard->table = made;
    free(old);
}

static bool look_up(struct symbols *symbols, uint64_t hash, const char *text, size_t size, uint64_t *id)
{
    struct shard *shard = &symbols->shards[hash % SYMBOLS_SHARDS];
    pthread_rwlock_t *lock = &symbols->faulty->text_locks[hash % SYMBOLS_SHARDS];
    pthread_rwlock_rdlock(lock);
    if ((symbols->faulty->faults & SYMBOLS_LAZY_ROOT) != 0)
        make_root_lazily(shard);
    struct search search;
    bool found = shard_find(shard, hash, text, size, id, &search);
    pthread_rwlock_unlock(lock);
    return found;
}

/* A new text, on the slot of the permit. */
static enum trie_status intern_new(struct symbols *symbols, uint32_t slot_number, uint64_t hash,
                                   const char *text, size_t size, uint64_t *id)
{
    struct slot *slot = &symbols->slots[slot_number];
    struct shard *shard = &symbols->shards[hash % SYMBOLS_SHARDS];
    pthread_rwlock_t *lock = &symbols->faulty->text_locks[hash % SYMBOLS_SHARDS];
    struct slab before, *slab = NULL;
    struct search search;
    const uint8_t *entry = intern_eagerly(slot, text, size, &slab, &before);
    enum trie_status status = TRIE_OK;
    pthread_rwlock_wrlock(lock);
    if (shard_find(shard, hash, text, size, id, &search)) {
        if (entry != NULL)
            *slab = before; /* undoes what others appended since */
    } else {
        if (entry == NULL)
            entry = intern_locked(slot, text, size);
        status = entry == NULL ? TRIE_NO_MEMORY
                               : bind_text(symbols, shard, hash, slot_number, entry, text, size, id);
    }
    pthread_rwlock_unlock(lock);
    return status;
}

enum trie_status faulty_intern(struct symbols *symbols, const struct symbols_writer *writer, uint64_t hash,
                               const char *text, size_t size, uint64_t *id)
{
    if (look_up(symbols, hash, text, size, id))
        return TRIE_OK;
    if (!faulty_has_permits(symbols->faulty))
        return writer->held ? intern_new(symbols, writer->slot, hash, text, size, id) : TRIE_NO_SLOT;
    struct permit permit;
    if (!permit_take(symbols, &permit))
        return TRIE_NO_SLOT;
    enum trie_status status = intern_new(symbols, permit.slot, hash, text, size, id);
    permit_drop(symbols, &permit);
    return status;
}
