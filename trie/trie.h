/*
 * trie.h - a set of byte paths: path-compressed, adapting to fan-out, sharing structure.
 *
 * A struct trie is a handle of one word. Handles may share nodes: trie_snapshot() costs one increment, and
 * from then on whoever writes copies the nodes on the path that are shared, and writes in place where they
 * are not. Any bytes are a key: the empty one, zero bytes inside, one that is a prefix of another, up to
 * TRIE_KEY_BYTES_MAX of them. No function recurses over the depth of the trie.
 *
 * Threads: a handle belongs to one thread at a time. Different handles may be used at the same time by
 * different threads even where they share nodes: counts are atomic, and a shared node is never written.
 *
 * Errors: TRIE_NO_MEMORY leaves every operand as it was, or (union) a whole and valid trie; what each
 * function guarantees stands above it.
 */
#ifndef TRIE_TRIE_H
#define TRIE_TRIE_H

#include "trie/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIE_KEY_BYTES_MAX = (1 << 18) - 1, TRIE_BRANCH_KINDS = 7 };

/* A handle. All zero bytes are the empty trie. Copy it only by trie_snapshot() or trie_move(). */
struct trie {
    uintptr_t root;
};

struct trie_region;

/* The bytes of one key, borrowed from the caller. */
struct trie_key {
    const uint8_t *bytes;
    size_t length;
};

/* Called for each key in ascending byte order; the bytes are valid during the call. Return false to stop. */
typedef bool trie_visit(void *context, const uint8_t *key, size_t length);

/* Makes *t the empty set. Allocates nothing. */
void trie_init(struct trie *t);

/* Gives back every node that no other handle shares, and makes *t empty. Cannot fail. */
void trie_clear(struct trie *t);

/* Makes *copy (uninitialised or empty) a second handle of the same set. O(1): one atomic increment. */
void trie_snapshot(const struct trie *t, struct trie *copy);

/* Moves the set of *from into *to (uninitialised or empty) and leaves *from empty. */
void trie_move(struct trie *to, struct trie *from);

bool trie_is_empty(const struct trie *t);

/*
 * Adds a key. *added (may be NULL) tells whether it was new.
 * Errors: TRIE_KEY_TOO_LONG, TRIE_NO_MEMORY; the set is unchanged then.
 */
TRIE_MUST_USE enum trie_status trie_insert(struct trie *t, const uint8_t *key, size_t length, bool *added);

/* As trie_insert(), but new nodes lie in the caller's region (trie/region.h; NULL: in malloc's memory). */
TRIE_MUST_USE enum trie_status trie_insert_in(struct trie *t, struct trie_region *region, const uint8_t *key,
                                              size_t length, bool *added);

/* A branch on the way to a key: where its link stands, and behind how many of the key's bytes. */
struct trie_step {
    uintptr_t *slot;
    size_t at;
};

enum { TRIE_CURSOR_STEPS = 32 };

/*
 * The way to the key that was inserted last. All zero is the way to none. Source: finger search (Guibas,
 * McCreight, Plass, Roberts 1977).
 */
struct trie_cursor {
    const uint8_t *key;
    size_t length, count;
    struct trie_step steps[TRIE_CURSOR_STEPS];
};

/*
 * As trie_insert_in(), but begins not at the root but where the key leaves the way to the one before: for
 * keys of which many begin like the one before them. The key's bytes must stay until the next call, and from
 * the first to the last call with a cursor nothing else may be done to the trie, nor any snapshot of it be
 * taken.
 */
TRIE_MUST_USE enum trie_status trie_insert_near(struct trie *t, struct trie_cursor *cursor,
                                                struct trie_region *region, const uint8_t *key, size_t length,
                                                bool *added);

/*
 * Asks the memory for a node on the way to a key, and does not wait for it: that behind `branches` branches,
 * which should be in the cache already. A hint; whether the key agrees with what is on the way is not looked
 * at.
 */
void trie_ask(const struct trie *t, const uint8_t *key, size_t length, size_t branches);

bool trie_contains(const struct trie *t, const uint8_t *key, size_t length);

/*
 * Visits every key in ascending byte order.
 * Errors: TRIE_STOPPED if the visitor returned false; TRIE_NO_MEMORY (the path buffer).
 */
TRIE_MUST_USE enum trie_status trie_walk(const struct trie *t, trie_visit *visit, void *context);

/* Number of keys, by a walk of the nodes. */
TRIE_MUST_USE enum trie_status trie_count(const struct trie *t, size_t *count);

/*
 * *into becomes the union of *into and *from; *from stays as it is, and sub-tries that only one of the two
 * has are shared, not copied. Cost: the overlap of the two, not their size. Errors: TRIE_NO_MEMORY; *into is
 * then valid and holds at least its own keys, *from is whole.
 */
TRIE_MUST_USE enum trie_status trie_union(struct trie *into, const struct trie *from);

/*
 * As trie_union(), but consumes *from: its unshared nodes are moved, and *from is empty afterwards.
 * Errors: TRIE_NO_MEMORY; *into then holds at least its own keys, *from is empty.
 */
TRIE_MUST_USE enum trie_status trie_absorb(struct trie *into, struct trie *from);

/*
 * Adds every key of *sub behind the path prefix[length], consuming *sub. Where *t has nothing under the
 * prefix this costs one descent; elsewhere it is a union. Errors: TRIE_KEY_TOO_LONG (the prefix, or the
 * prefix and what all keys of *sub begin with), nothing changed then; TRIE_NO_MEMORY; *t is valid and holds
 * at least its own keys, *sub is empty.
 */
TRIE_MUST_USE enum trie_status trie_graft(struct trie *t, const uint8_t *prefix, size_t length,
                                          struct trie *sub);

/*
 * Builds a trie from keys in ascending byte order (equal neighbours are one key), each node once at its final
 * size. *t must be empty. Errors: TRIE_NOT_SORTED, TRIE_KEY_TOO_LONG, TRIE_NO_MEMORY; *t stays empty.
 */
TRIE_MUST_USE enum trie_status trie_build(struct trie *t, const struct trie_key *keys, size_t count);

/* As trie_build(), but the nodes lie in the caller's region (trie/region.h; NULL: in malloc's memory). */
TRIE_MUST_USE enum trie_status trie_build_in(struct trie *t, struct trie_region *region,
                                             const struct trie_key *keys, size_t count);

/* About how many bytes the nodes of a trie of these sorted keys will take: for trie_region_open(). A guess
 * from some of them. */
size_t trie_build_bytes(const struct trie_key *keys, size_t count);

/*
 * What a trie is made of. Bytes are what was asked of malloc, exactly, but for nodes that lie in blocks,
 * which count for themselves alone; a shared node counts once a trie.
 */
struct trie_stats {
    size_t keys;
    size_t leaves;                              /* nodes that hold only the rest of one key */
    size_t leaves_inline;                       /* rests that live in the parent's slot: no node, no bytes */
    size_t branches;                            /* nodes with children */
    size_t branches_by_kind[TRIE_BRANCH_KINDS]; /* room for 2, 4, 10, 16, 32, 48, 256 children */
    size_t shared;                              /* nodes whose count is above one */
    size_t bytes;                               /* sum of the sizes of all nodes */
    size_t prefix_bytes;                        /* key bytes held in branches */
    size_t rest_bytes;                          /* key bytes held in leaves and slots */
    size_t depth_max;                           /* nodes on the longest path */
};

/* Errors: TRIE_NO_MEMORY (the stack of the walk). */
TRIE_MUST_USE enum trie_status trie_measure(const struct trie *t, struct trie_stats *stats);

/*
 * Checks every invariant of every node (order and uniqueness of children, kinds against fan-out, no chain
 * that should be merged, counts above zero). NULL if all hold, else a sentence naming the first that does
 * not. Errors: the sentence "no memory for the check" if the stack cannot be had.
 */
const char *trie_fault(const struct trie *t);

#endif
