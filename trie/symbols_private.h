/*
 * symbols_private.h - how a symbol table is made, for the files behind symbols.h.
 *
 *   symbols_slot.c   slots: who holds one, its texts by number
 *   symbols_map.[ch] text to id
 *   symbols_part.c   what one of several threads adds, apart until all are done
 *   symbols_boxes.[ch] the same where texts are taken for new, and looked for later
 *   symbols_faulty.c, symbols_leaky.c, symbols_copies.c
 *                    the races of the original, restated; nothing of them is used by a sound table
 *   symbols.c        the parts together
 *
 * A text is stored once, in a record that its id leads to. Text to id holds ids alone, each with some bits of
 * its text's hash. Records never move, so a reader needs no lock: it only has to see an id after its record.
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
    TEXT_INLINE_MAX = 15,
    CHUNK_TEXTS_FIRST = 64,
    CHUNKS_MAX = 27, /* enough for SLOT_TEXTS_MAX */
};

/* So that a number within its slot takes 32 bits, and is never all ones: text to id relies on it. */
#define SLOT_TEXTS_MAX (UINT32_MAX - CHUNK_TEXTS_FIRST)

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
 * A text by its number. Up to TEXT_INLINE_MAX bytes of text stand in the record itself: its length, the text,
 * and zeros, so that two words are all there is to hash and to compare. The record of a longer one has 0 for
 * a length, and the address of its entry in the second word; a number that stands for no text has neither.
 */
struct record {
    uint64_t words[2];
};

/* Id to text of one slot: chunk k has CHUNK_TEXTS_FIRST << k records. What is below the slot's count is
 * final. */
struct text_index {
    struct record *chunks[CHUNKS_MAX];
};

/*
 * One writer's part of the table. Everything but held is written by the holder alone, and what is written for
 * each text lies on a cache line of its own: whoever looks at a text of this slot reads the other one, which
 * changes seldom. The index may be read by any thread up to texts, which is stored (release) after it.
 */
struct slot {
    _Alignas(2 * CACHE_LINE_BYTES) _Atomic uint64_t texts; /* the next text's id is slot_id_base() + texts */
    struct record *next, *end;                             /* what is left of the chunk in hand */
    _Alignas(CACHE_LINE_BYTES) struct text_index *index;
    struct slab *first;
    struct slab *last;
    atomic_uint held;
    atomic_uint slabs;
    _Atomic uint64_t bytes; /* asked of malloc */
};

struct table;

/* What of a shard only who makes a bigger table needs. */
struct shard_tables {
    pthread_mutex_t lock;
    struct table *newest; /* all that were made, for whoever may still look at a smaller one */
};

/*
 * Text to id: a hash table for each shard, told by one word (symbols_map.h says how; 0: none yet), so that
 * what every search reads lies together.
 */
struct text_map {
    _Alignas(CACHE_LINE_BYTES) _Atomic uint64_t shards[SYMBOLS_SHARDS];
    size_t texts_expected;       /* in all shards together: for their first tables */
    unsigned home_from, home_to; /* but those of these shards */
    size_t home_texts_expected;  /* are for so many, in all shards together */
    struct shard_tables tables[SYMBOLS_SHARDS];
};

struct faulty;

enum { SEEDS_MAX = 64, SEED_PLACES = 256 };

/*
 * What parts begin with (symbols_part.c): the texts that were there before, if they are few; else each part
 * looks behind itself, into the table.
 */
struct seeds {
    bool too_many;
    bool assume_new; /* texts that are no seeds are taken for new */
    unsigned count;
    uint8_t shards[SEEDS_MAX];
    uint64_t filled[SEEDS_MAX];  /* places of the table's map */
    uint64_t table[SEED_PLACES]; /* the same by their hash, if assume_new */
};

struct symbols {
    struct slot slots[SYMBOLS_SLOTS];
    struct text_map map;
    struct faulty *faulty; /* NULL: the table is sound */
    struct seeds seeds;
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

/* The id of a slot's first text. Id 0 does not exist, so slot 0 starts at 1. */
static inline uint64_t slot_id_base(uint32_t slot)
{
    return slot == 0 ? 1 : (uint64_t)slot << SYMBOLS_SLOT_SHIFT;
}

/* Takes a slot if it is free: everything that earlier holders wrote is seen. */
bool slot_take(struct slot *slot);
void slot_give_back(struct slot *slot);

/* The chunk that has text `number`, and the text's place in it: chunks 0 .. k-1 hold CHUNK_TEXTS_FIRST * (2^k
 * - 1). */
static inline unsigned chunk_of(uint64_t number, uint64_t *place)
{
    uint64_t shifted = number + CHUNK_TEXTS_FIRST;
    unsigned chunk = (unsigned)(__builtin_clzll(CHUNK_TEXTS_FIRST) - __builtin_clzll(shifted));
    *place = shifted - ((uint64_t)CHUNK_TEXTS_FIRST << chunk);
    return chunk;
}

/* The record of a text that is there. */
static inline const struct record *slot_record(const struct slot *slot, uint64_t number)
{
    uint64_t place;
    unsigned chunk = chunk_of(number, &place);
    return &slot->index->chunks[chunk][place];
}

/* A text of 1 .. TEXT_INLINE_MAX bytes as its record holds it. */
static inline struct record record_inline(const char *text, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)text;
    if (size <= 7)
        return (struct record){{size | bytes_load_short(bytes, size) << 8, 0}};
    uint64_t first = bytes_load8(bytes), last = bytes_load8(bytes + size - 8);
    return (struct record){{size | first << 8, first >> 56 | last >> 8 * (15 - size) >> 8 << 8}};
}

static inline bool record_is_inline(const struct record *record)
{
    return (record->words[0] & 0xff) != 0;
}

/* Whether two records have the same words: the same text, if it stands in them. */
static inline bool record_same(const struct record *left, const struct record *right)
{
    return ((left->words[0] ^ right->words[0]) | (left->words[1] ^ right->words[1])) == 0;
}

static inline const uint8_t *record_entry(const struct record *record)
{
    return (const uint8_t *)(uintptr_t)record->words[1];
}

/* The text of a record; it lives as long as the table. */
static inline const char *record_text(const struct record *record, size_t *size)
{
    if (!record_is_inline(record))
        return entry_text(record_entry(record), size);
    *size = record->words[0] & 0xff;
    return (const char *)record->words + 1;
}

/*
 * Makes room for one more text, so that slot_append() cannot fail. For the holder.
 * Errors: TRIE_NO_MEMORY, TRIE_OVER_LIMIT (the slot's ids are used up); nothing changes but that there may be
 * more room.
 */
TRIE_MUST_USE enum trie_status slot_reserve_number(struct slot *slot);
TRIE_MUST_USE enum trie_status slot_reserve_slab(struct slot *slot, size_t size);

/* Gives the next number, for which there is room, to a record; the number within the slot. For the holder. */
static inline uint64_t slot_append(struct slot *slot, struct record record)
{
    uint64_t number = atomic_load_explicit(&slot->texts, memory_order_relaxed);
    *slot->next++ = record;
    atomic_store_explicit(&slot->texts, number + 1, memory_order_release);
    return number;
}

/* Takes the text that was appended last back, whose id nobody else has seen. For the holder. */
static inline void slot_withdraw(struct slot *slot)
{
    uint64_t texts = atomic_load_explicit(&slot->texts, memory_order_relaxed);
    slot->next--;
    atomic_store_explicit(&slot->texts, texts - 1, memory_order_release);
}

/* Writes a text into a slab, in which there is room, and gives the record that leads to it. For the holder.
 */
struct record slot_write(struct slot *slot, const char *text, size_t size);

/* Takes back what slot_write() wrote last. */
void slot_unwrite(struct slot *slot, size_t size);

/* The number stands for no text any more. No thread may be looking for it. */
void slot_leave_hole(struct slot *slot, uint64_t number);

/* Counts the slot's texts, and their bytes. No thread may be interning. */
void slot_measure(const struct slot *slot, struct symbols_stats *stats);

/* The bytes of an entry, and writing one. */
size_t entry_bytes(size_t size);
void entry_write(uint8_t *entry, const char *text, size_t size);

/* Frees what the slot holds. */
void slot_clear(struct slot *slot);

/* What a table does otherwise when it has faults. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status faulty_create(unsigned faults, struct faulty **faulty);
void faulty_destroy(struct faulty *faulty, struct symbols *symbols);
TRIE_MUST_USE enum trie_status faulty_intern(struct symbols *symbols, const struct symbols_writer *writer,
                                             uint64_t hash, const char *text, size_t size, uint64_t *id);

bool faulty_find(const struct symbols *symbols, uint64_t hash, const char *text, size_t size, uint64_t *id);

/* Whether each new text takes a permit of its own; a writer has no slot then. */
bool faulty_has_permits(const struct faulty *faulty);

/*
 * Adds to a measure of a table with faults what those of a sound one lack, and counts the damage. No thread
 * may be inserting.
 */
void faulty_measure(const struct symbols *symbols, struct symbols_stats *stats);

#endif
