/*
 * symbols.h - the symbol table: text to 8-byte id and back, for any number of threads.
 *
 * An id is slot << 40 | counter. A thread that interns holds a writer, which owns one of SYMBOLS_SLOTS slots
 * while it is held: the slot's counter and the slabs that hold its texts. Text to id is spread over
 * SYMBOLS_SHARDS shards, id to text over the slots. Ids are given in first-seen order, so the same text has
 * different ids in different tables. Source: the interner of the MORK kernel.
 */
#ifndef TRIE_SYMBOLS_H
#define TRIE_SYMBOLS_H

#include "trie/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYMBOLS_SLOTS = 128, SYMBOLS_SHARDS = 128, SYMBOLS_SLOT_SHIFT = 40, SYMBOLS_TEXT_BYTES_MAX = 4000 };

struct symbols;
struct symbols_part;

/* A held slot. Belongs to the thread that acquired it. */
struct symbols_writer {
    uint32_t slot;
    bool held;
    /* Set by a holder who knows that no other thread interns meanwhile: saves a locked instruction a text. */
    bool alone;
    struct symbols_part *part; /* where new texts go until all parts are united, or NULL */
};

struct symbols_stats {
    size_t symbols;    /* distinct texts */
    size_t text_bytes; /* their bytes */
    size_t slabs;      /* slabs allocated: for texts of 16 bytes and more; in a table with faults, for all */
    size_t slots_used; /* slots that hold at least one text */
    size_t bytes;      /* everything the table asked of malloc */
    /* The damage in a table with faults; 0 in a sound one. */
    size_t slabs_lost;  /* slabs that were made, and no slot has any more */
    size_t texts_wrong; /* texts whose ids give another text, or none */
};

/* Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status symbols_create(struct symbols **symbols);

/*
 * Faults of the original of this table, restated to be measured and shown, never to be used:
 *
 * - SYMBOLS_LEAKY_PERMITS: a thread remembers its slot's number for ever, in whatever table, while the slot
 * is given back after each new text. So slots come to be shared, and appending to one is not synchronised. A
 *   thread that reads the last slab, and then tests the first, between which another stored both, reads the
 *   capacity of no slab at all, at address 0x10. A writer needs no slot then: each new text takes its permit.
 * - SYMBOLS_LAZY_ROOT: a shard's hash table is made by whoever looks first, under a lock that is only shared:
 *   two of them both make one, and the second frees the first's.
 *
 * What they spoil is bounded where it is no part of the fault: an id whose text is torn gives
 * TRIE_UNKNOWN_SYMBOL or a wrong text, and the chain of slabs is followed only as far as it is whole. Texts
 * written past a slab's end damage the allocator's memory, and what that does is not contained.
 */
enum symbols_fault {
    SYMBOLS_SOUND = 0,
    SYMBOLS_LEAKY_PERMITS = 1u << 0,
    SYMBOLS_LAZY_ROOT = 1u << 1,
};

/* As symbols_create(), with these faults, any of enum symbols_fault together. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status symbols_create_faulty(unsigned faults, struct symbols **symbols);

/* No thread may use the table any more. NULL is allowed. */
void symbols_destroy(struct symbols *symbols);

/*
 * Takes a free slot for the calling thread. Slot 0 is given first, so that one writer alone gets ids 1, 2, 3
 * ... Errors: TRIE_NO_SLOT when all are held.
 */
TRIE_MUST_USE enum trie_status symbols_writer_acquire(struct symbols *symbols, struct symbols_writer *writer);

/* Gives the slot back; a later writer goes on where this one stopped. Does nothing if not held. */
void symbols_writer_release(struct symbols *symbols, struct symbols_writer *writer);

/*
 * The id of a text, which is added if it is new. Texts of 1 .. SYMBOLS_TEXT_BYTES_MAX bytes.
 * Errors: TRIE_OVER_LIMIT (size of the text, or a slot with 2^32 of them), TRIE_NO_MEMORY, TRIE_NO_SLOT (a
 * new text, and the writer is not held); the table stays whole.
 */
TRIE_MUST_USE enum trie_status symbols_intern(struct symbols *symbols, struct symbols_writer *writer,
                                              const char *text, size_t size, uint64_t *id);

/*
 * Says about how many symbols are to come, so that parts of the table that are made from here on are made for
 * so many; a guess too high costs memory, one too low time. in_parts: they come in parts (below). For one
 * thread, while no other interns.
 * Errors: TRIE_NO_MEMORY.
 */
TRIE_MUST_USE enum trie_status symbols_expect(struct symbols *symbols, size_t count, bool in_parts);

/*
 * Asks the memory for where a text will be looked for, and does not wait for it: for who has other work to do
 * before symbols_intern(). part: that of the writer, or NULL. Gives the text's hash.
 */
uint64_t symbols_ask(const struct symbols *symbols, const struct symbols_part *part, const char *text,
                     size_t size);

/* The id of a text if it is there. Never adds. */
bool symbols_find(const struct symbols *symbols, const char *text, size_t size, uint64_t *id);

/*
 * The text of an id; it lives as long as the table.
 * Errors: TRIE_UNKNOWN_SYMBOL.
 */
TRIE_MUST_USE enum trie_status symbols_text(const struct symbols *symbols, uint64_t id, const char **text,
                                            size_t *size);

/*
 * Parts: for threads that intern at the same time and would keep taking the table's cache lines from each
 * other. Each adds to a part of its own, where nobody else looks; then each unites its share of the shards:
 * what the other parts have of them comes to its own, which become the table's. Steps, each to be over in all
 * threads before the next begins:
 *
 *   symbols_parts_prepare()                      one thread, for all
 *   symbols_part_begin(), symbols_intern() ...   each thread: with its writer, which it gives back
 *   symbols_part_unite()                         each thread: its share of the shards, from all parts
 *   symbols_part_settle()                        each thread: its own part, unless symbols_parts_agree()
 *   symbols_part_id()                            what an id that was given meanwhile has become
 *
 * A text that two parts added gets two ids; one of them stays, and the other becomes a hole among its slot's
 * numbers. Meanwhile no other thread may intern. Idea: private tables, merged by ranges of the hash, as
 * parallel hash aggregation does it (Leis, Boncz, Kemper, Neumann 2014).
 */
TRIE_MUST_USE enum trie_status symbols_part_create(struct symbols_part **part); /* TRIE_NO_MEMORY */
void symbols_part_destroy(struct symbols_part *part);                           /* NULL is allowed */

/*
 * assume_new: a text that the table has not, and that did not come just before, may be taken for new, and
 * looked for only when the parts are united. It pays where most are new; one that was not gets a second id,
 * as if two parts had added it. Gives whether they will be: not if the table has more than a few texts, among
 * which each would have to be looked for, or has faults.
 */
bool symbols_parts_prepare(struct symbols *symbols, bool assume_new);

/* Whether texts are taken for new by this part; NULL is allowed. And whether it saw one of them again:
 * others, that came again too late to be seen, are likely. */
bool symbols_part_assumes(const struct symbols_part *part);
bool symbols_part_repeats(const struct symbols_part *part);

/* Empties the part, keeping its memory, and lets the writer add to it: part `number` of so many. Errors:
 * TRIE_NO_MEMORY; the writer has no part then. */
TRIE_MUST_USE enum trie_status symbols_part_begin(struct symbols_part *part, struct symbols *symbols,
                                                  struct symbols_writer *writer, unsigned parts,
                                                  unsigned number);

/* For thread `number` of count, each of which began parts[i] as number i. Errors: TRIE_NO_MEMORY; the table
 * is whole, but does not find all texts. */
TRIE_MUST_USE enum trie_status symbols_part_unite(struct symbols *symbols, struct symbols_part *const *parts,
                                                  unsigned count, unsigned number);

/* Whether no text got two ids, once all are united. */
bool symbols_parts_agree(struct symbols_part *const *parts, unsigned count);

/* *changed: some ids that parts[number] gave became others. Errors: TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status symbols_part_settle(struct symbols *symbols, struct symbols_part *const *parts,
                                                   unsigned count, unsigned number, bool *changed);

uint64_t symbols_part_id(const struct symbols_part *part, uint64_t id);

/* Counts. No thread may be interning. */
void symbols_measure(const struct symbols *symbols, struct symbols_stats *stats);

#endif
