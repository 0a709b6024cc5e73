/*
 * join.h - a union that several threads settle together.
 *
 * It is cut into pieces: pairs of sub-tries that both operands have in the same place, no two of which have a
 * node in common that is not shared. So the pieces need no lock, and each is a union like any other.
 *
 * Idea: the forked recursion of join-based union (Blelloch, Ferizovic, Sun 2016), with the pieces counted out
 * beforehand where they fork there.
 */
#ifndef TRIE_JOIN_H
#define TRIE_JOIN_H

#include "trie/trie.h"

/* Between trie_join_begin() and trie_join_end(). */
struct trie_join {
    void *pairs;
    size_t first, count; /* of the pieces: pairs first .. count - 1 */
};

/*
 * Begins the union of *from into *into, consuming *from as trie_absorb() does, and goes on by itself until at
 * least `pieces` pieces are left to do, or none. Until trie_join_end() *into may not be touched.
 * Errors: TRIE_NO_MEMORY; *into then holds at least its own keys and nothing is begun.
 */
TRIE_MUST_USE enum trie_status trie_join_begin(struct trie *into, struct trie *from, size_t pieces,
                                               struct trie_join *join);

/* How many pieces there are. */
size_t trie_join_pieces(const struct trie_join *join);

/*
 * Settles every parts-th piece from the part-th on (part < parts). Different parts may be settled by
 * different threads at the same time, each at most once. Errors: TRIE_NO_MEMORY; some keys of *from are
 * missing then.
 */
TRIE_MUST_USE enum trie_status trie_join_settle(struct trie_join *join, size_t part, size_t parts);

/* Ends the union; pieces that nobody settled are given up, and their keys missing from *into. */
void trie_join_end(struct trie_join *join);

#endif
