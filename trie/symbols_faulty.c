/*
 * symbols_faulty.c - a symbol table with the races of the original, restated so that what they do can be
 * measured. A sound table uses nothing of this file.
 *
 * Here are the locks around both directions, race 2 (the lazy root), and what can be counted; race 1 is in
 * symbols_leaky.c. Text to id keeps its own copy of each text, and id to text is changed under a lock of its
 * slot, so a torn slab shows where it shows in the original: in the interning function, or in a text that is
 * not the one that was interned. Source: the interner of the MORK kernel, and the PathMap library.
 */
#include "trie/symbols_copies.h"
#include "trie/symbols_leaky.h"

#include <stdlib.h>

struct faulty {
    unsigned faults;
    pthread_rwlock_t text_locks[SYMBOLS_SHARDS]; /* text to id: shared to look up, exclusive to insert */
    pthread_mutex_t id_locks[SYMBOLS_SLOTS];     /* id to text: held to insert */
    struct slab_notes notes[SYMBOLS_SLOTS];
    struct copies *copies[SYMBOLS_SHARDS]; /* text to id; NULL: no text yet */
};

enum trie_status faulty_create(unsigned faults, struct faulty **faulty)
{
    struct faulty *made = calloc(1, sizeof *made);
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

void faulty_destroy(struct faulty *faulty, struct symbols *symbols)
{
    if (faulty == NULL)
        return;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++) {
        copies_free(faulty->copies[i]);
        pthread_rwlock_destroy(&faulty->text_locks[i]);
    }
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++) {
        leaky_clear(&symbols->slots[i], &faulty->notes[i]);
        pthread_mutex_destroy(&faulty->id_locks[i]);
    }
    free(faulty);
}

bool faulty_has_permits(const struct faulty *faulty)
{
    return faulty != NULL && (faulty->faults & SYMBOLS_LEAKY_PERMITS) != 0;
}

/* The copy is what was interned; the id should give the same. */
static bool is_right(const struct symbols *symbols, const struct copy *copy)
{
    const char *text;
    size_t size, copy_size;
    const char *interned = entry_text(copy->entry, &copy_size);
    return symbols_text(symbols, copy->id, &text, &size) == TRIE_OK && size == copy_size &&
           bytes_equal(text, interned, size);
}

static void measure_copies(const struct symbols *symbols, const struct copies *copies,
                           struct symbols_stats *stats)
{
    stats->bytes += copies_bytes(copies);
    for (size_t i = 0; copies != NULL && i <= copies->mask; i++) {
        size_t size;
        if (copies->places[i].id == 0)
            continue;
        (void)entry_text(copies->places[i].entry, &size);
        stats->bytes += entry_bytes(size);
        stats->texts_wrong += !is_right(symbols, &copies->places[i]);
    }
}

void faulty_measure(const struct symbols *symbols, struct symbols_stats *stats)
{
    stats->bytes += sizeof *symbols->faulty;
    for (unsigned i = 0; i < SYMBOLS_SHARDS; i++)
        measure_copies(symbols, symbols->faulty->copies[i], stats);
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++) {
        struct slab_count count = leaky_count(&symbols->slots[i], &symbols->faulty->notes[i]);
        stats->slabs += count.made;
        stats->slabs_lost += count.lost;
        stats->bytes += count.made * (SLAB_BYTES + sizeof(struct slab_note));
    }
}

/* Gives the entry a number, under the lock of its slot, and remembers the text's own copy for text to id. */
static enum trie_status bind_text(struct symbols *symbols, struct copies **copies, uint64_t hash,
                                  uint32_t slot_number, const uint8_t *entry, const char *text, size_t size,
                                  uint64_t *id)
{
    struct slot *slot = &symbols->slots[slot_number];
    uint8_t *copy = malloc(entry_bytes(size));
    if (copy == NULL)
        return TRIE_NO_MEMORY;
    entry_write(copy, text, size);
    enum trie_status status = copies_reserve(copies);
    pthread_mutex_lock(&symbols->faulty->id_locks[slot_number]);
    if (status == TRIE_OK)
        status = slot_reserve_number(slot);
    if (status == TRIE_OK)
        *id = slot_id_base(slot_number) + slot_append(slot, (struct record){{0, (uintptr_t)entry}});
    pthread_mutex_unlock(&symbols->faulty->id_locks[slot_number]);
    if (status != TRIE_OK) {
        free(copy);
        return status;
    }
    copies_put(*copies, hash, *id, copy);
    return TRIE_OK;
}

/*
 * Race 2: whoever looks first makes the table, and frees the one that another made meanwhile, which a third
 * may be reading. Through volatile, so that both reads are made.
 */
static __attribute__((noinline)) void make_root_lazily(struct copies **shard)
{
    struct copies *volatile *root = (struct copies *volatile *)shard;
    if (*root != NULL)
        return;
    struct copies *made = copies_new();
    if (made == NULL)
        return;
    struct copies *old = *root;
    *root = made;
    free(old);
}

static bool look_up(struct symbols *symbols, uint64_t hash, const char *text, size_t size, uint64_t *id)
{
    struct faulty *faulty = symbols->faulty;
    pthread_rwlock_t *lock = &faulty->text_locks[hash % SYMBOLS_SHARDS];
    pthread_rwlock_rdlock(lock);
    if ((faulty->faults & SYMBOLS_LAZY_ROOT) != 0)
        make_root_lazily(&faulty->copies[hash % SYMBOLS_SHARDS]);
    bool found = copies_find(faulty->copies[hash % SYMBOLS_SHARDS], hash, text, size, id);
    pthread_rwlock_unlock(lock);
    return found;
}

bool faulty_find(const struct symbols *symbols, uint64_t hash, const char *text, size_t size, uint64_t *id)
{
    pthread_rwlock_t *lock = &symbols->faulty->text_locks[hash % SYMBOLS_SHARDS];
    pthread_rwlock_rdlock(lock);
    bool found = copies_find(symbols->faulty->copies[hash % SYMBOLS_SHARDS], hash, text, size, id);
    pthread_rwlock_unlock(lock);
    return found;
}

/* A text that was not there a moment ago, on a slot that others may be writing too. */
static enum trie_status intern_new(struct symbols *symbols, uint32_t slot_number, uint64_t hash,
                                   const char *text, size_t size, uint64_t *id)
{
    struct slot *slot = &symbols->slots[slot_number];
    struct slab_notes *notes = &symbols->faulty->notes[slot_number];
    struct copies **copies = &symbols->faulty->copies[hash % SYMBOLS_SHARDS];
    pthread_rwlock_t *lock = &symbols->faulty->text_locks[hash % SYMBOLS_SHARDS];
    struct append append;
    enum trie_status status = TRIE_OK;
    intern_eagerly(slot, notes, text, size, &append);
    pthread_rwlock_wrlock(lock);
    bool is_new = !copies_find(*copies, hash, text, size, id);
    if (is_new)
        status = intern_locked(slot, notes, text, size, &append);
    if (is_new && status == TRIE_OK)
        status = bind_text(symbols, copies, hash, slot_number, append.entry, text, size, id);
    pthread_rwlock_unlock(lock);
    intern_finish(slot, &append, is_new);
    return status;
}

enum trie_status faulty_intern(struct symbols *symbols, const struct symbols_writer *writer, uint64_t hash,
                               const char *text, size_t size, uint64_t *id)
{
    if (look_up(symbols, hash, text, size, id))
        return TRIE_OK;
    if (!faulty_has_permits(symbols->faulty))
        return writer->held ? intern_new(symbols, writer->slot, hash, text, size, id) : TRIE_NO_SLOT;
    uint32_t slot;
    enum trie_status status = permit_take(symbols, &slot);
    if (status != TRIE_OK)
        return status;
    status = intern_new(symbols, slot, hash, text, size, id);
    permit_drop(symbols, slot);
    return status;
}
