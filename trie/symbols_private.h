/*
 * symbols_private.h - how a symbol table is made, for the files behind symbols.h.
 *
 *   symbols_slab.c   slots: who holds one, its texts in slabs, id to text
 *   symbols_shard.c  text to id
 *   symbols_faulty.c, symbols_leaky.c
 *                    the races of the original, restated; nothing of them is used by a sound table
 *   symbols.c        the parts together
 *
 * A text is stored once, as an entry in a slab of the slot that first saw it. Both directions point at that
 * entry, and entries never move, so a reader needs no lock: it only has to see a pointer after what it points
 * at.
 */
#ifndef TRIE_SYMBOLS_PRIVATE_H
#define TRIE_SYMBOLS_PRIVATE_H

#include "trie/bytes.h"
#include "trie/symbols.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    CACHE_LINE_BYTES = 64,
    SLAB_BYTES = 4096,
    ENTRY_SHORT_MAX = 126, /* longest text with a length of one byte */
    CHUNK_TEXTS_FIRST = 64,
    CHUNKS_MAX = SYMBOLS_SLOT_SHIFT - 5, /* enough for 2^40 texts */
};

/*
 * A block of entries. The header has the layout of the original (next @0, position @8, capacity @16, data
 * @24), and the entries follow it. An entry is the text behind its length: one byte, the complement of the
 * length, up to ENTRY_SHORT_MAX bytes, else eight bytes, big endian. The first bit tells the two apart.
 */
struct slab {
    struct slab *next;
    size_t position; /* bytes of data in use */
    size_t capacity; /* bytes of data */
    uint8_t *data;
};

/*
 * Id to text of one slot: chunk k points at the entries of CHUNK_TEXTS_FIRST << k texts. What is below the
 * slot's count is final.
 */
struct text_index {
    const uint8_t **chunks[CHUNKS_MAX];
};

/*
 * One writer's part of the table, on a cache line of its own. Everything but held is written by the holder
 * alone. The index may be read by any thread up to texts, which is stored (release) after it; the other
 * atomics are there to be counted by symbols_measure().
 */
struct slot {
    _Alignas(CACHE_LINE_BYTES) atomic_uint held;
    atomic_uint slabs;
    _Atomic uint64_t texts;      /* how many; the next text's id is slot_id_base() + texts */
    _Atomic uint64_t text_bytes; /* their sum */
    _Atomic uint64_t bytes;      /* asked of malloc */
    struct slab *first;
    struct slab *last;
    struct text_index *index;
};

/* A text in a shard's hash table. id is stored (release) last; 0 marks a free place. */
struct place {
    _Atomic uint64_t tagged_id; /* the id, and above it the upper bits of the hash */
    const uint8_t *entry;
};

/*
 * A shard's hash table: open addressing, linear probing from where the upper bits of the hash say. These are
 * kept in the place, so that a bigger table is filled without a look at any text, from one end to the other.
 * Once a bigger one is published a table changes no more.
 */
struct table {
    struct table *older; /* smaller tables that a reader may still look at; freed with the symbol table */
    uint32_t mask;       /* number of places - 1 */
    uint32_t shift;      /* 64 - its bits: hash >> shift is where a text's search begins */
    struct place places[];
};

/*
 * A part of text to id: reading takes no lock, and does not look at the cache line that whoever inserts
 * writes.
 */
struct shard {
    _Alignas(CACHE_LINE_BYTES) struct table *_Atomic table; /* NULL until the first text */
    _Alignas(CACHE_LINE_BYTES) size_t used;                 /* places, under the lock */
    pthread_mutex_t lock;                                   /* held to insert */
};

struct faulty;

struct symbols {
    struct slot slots[SYMBOLS_SLOTS];
    struct shard shards[SYMBOLS_SHARDS];
    struct faulty *faulty; /* NULL: the table is sound */
    size_t places_first;   /* of a shard's first table */
};

/* The text of an entry. */
static inline const char *entry_text(const uint8_t *entry, size_t *size)
{
    bool is_short = entry[0] & 0x80;
    *size = is_short ? (size_t)(uint8_t)~entry[0] : (size_t)bytes_load_be64(entry);
    return (const char *)entry + (is_short ? 1 : 8);
}

/*
 * Whether an entry lies in the slab that it starts in (slabs are aligned to their size), and is of a text. So
 * all do in a sound table.
 */
static inline bool entry_is_whole(const uint8_t *entry)
{
    size_t size, rest = SLAB_BYTES - ((uintptr_t)entry & (SLAB_BYTES - 1));
    if ((entry[0] & 0x80) == 0 && rest < 8)
        return false;
    const char *text = entry_text(entry, &size);
    return size != 0 && size <= rest - (size_t)(text - (const char *)entry);
}

/* Whether an entry holds this text. */
static inline bool entry_is(const uint8_t *entry, const char *text, size_t size)
{
    size_t entry_size;
    const char *stored = entry_text(entry, &entry_size);
    return entry_size == size && bytes_equal(stored, text, size);
}

/* The id of a slot's first text. Id 0 does not exist, so slot 0 starts at 1. */
static inline uint64_t slot_id_base(uint32_t slot)
{
    return slot == 0 ? 1 : (uint64_t)slot << SYMBOLS_SLOT_SHIFT;
}

/* Takes a slot if it is free: everything that earlier holders wrote is seen. */
bool slot_take(struct slot *slot);
void slot_give_back(struct slot *slot);

/*
 * Makes room for one more text, so that slot_append() cannot fail. For the holder.
 * Errors: TRIE_NO_MEMORY, TRIE_OVER_LIMIT (the slot's ids are used up); nothing changes but that there may be
 * more room.
 */
TRIE_MUST_USE enum trie_status slot_reserve(struct slot *slot, size_t size);

/* Stores a text for which there is room. Gives its entry, and its number within the slot. For the holder. */
const uint8_t *slot_append(struct slot *slot, const char *text, size_t size, uint64_t *number);

/* The entry of the text with this number, NULL if there is none. Any thread. */
const uint8_t *slot_entry(const struct slot *slot, uint64_t number);

/*
 * The parts of the above, for a slot that several threads write (symbols_leaky.c): the bytes of an entry,
 * writing one, room for one more number, and giving the next number to an entry.
 */
size_t entry_bytes(size_t size);
void entry_write(uint8_t *entry, const char *text, size_t size);
TRIE_MUST_USE enum trie_status slot_reserve_number(struct slot *slot);
uint64_t slot_number_entry(struct slot *slot, const uint8_t *entry, size_t size);

/* Frees what the slot holds. */
void slot_clear(struct slot *slot);

void shard_init(struct shard *shard);
void shard_clear(struct shard *shard);

/* Where a search for a text ended without finding it: at a free place. table is NULL if there is none yet. */
struct search {
    struct table *table;
    size_t at;
};

/*
 * Looks a text up, without a lock. A text that another thread is adding just now may be missed. If it is not
 * there, *search is where it would come.
 */
bool shard_find(const struct shard *shard, uint64_t hash, const char *text, size_t size, uint64_t *id,
                struct search *search);

/* Goes on, under the shard's lock, with a search that failed: looks only at what was added since. */
bool shard_find_again(const struct shard *shard, uint64_t hash, const char *text, size_t size, uint64_t *id,
                      struct search *search);

/*
 * Makes room for one more text, so that shard_insert() cannot fail. Under the shard's lock.
 * Errors: TRIE_NO_MEMORY; the shard is unchanged.
 */
TRIE_MUST_USE enum trie_status shard_reserve(struct shard *shard, size_t places_first);

/* Asks the memory for the place where a search for that hash begins, and does not wait for it. */
void shard_prefetch(const struct shard *shard, uint64_t hash);

/* The number of places with room for that many texts. */
size_t shard_places_for(size_t texts);

/* Adds a text that is not there and for which there is room, where the search for it ended (NULL: wherever).
 * Under the shard's lock. */
void shard_insert(struct shard *shard, const struct search *search, uint64_t hash, uint64_t id,
                  const uint8_t *entry);

/* An empty hash table of the first size, for symbols_faulty.c. NULL without memory. */
struct table *table_first(void);

/* Visits all texts of a shard, in no order, for symbols_faulty.c. No thread may be inserting. */
void shard_each(const struct shard *shard, void (*visit)(void *context, uint64_t id, const uint8_t *entry),
                void *context);

/* What a table does otherwise when it has faults. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status faulty_create(unsigned faults, struct faulty **faulty);
void faulty_destroy(struct faulty *faulty, struct symbols *symbols);
TRIE_MUST_USE enum trie_status faulty_intern(struct symbols *symbols, const struct symbols_writer *writer,
                                             uint64_t hash, const char *text, size_t size, uint64_t *id);

/* Whether each new text takes a permit of its own; a writer has no slot then. */
bool faulty_has_permits(const struct faulty *faulty);

/*
 * Adds to a measure of a table with faults what those of a sound one lack, and counts the damage. No thread
 * may be inserting.
 */
void faulty_measure(const struct symbols *symbols, struct symbols_stats *stats);

/* What the shard asked of malloc. Any thread. */
size_t shard_bytes(const struct shard *shard);

#endif
