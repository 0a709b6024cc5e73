/* union.h - the work that a union consists of. Private to trie/. */
#ifndef TRIE_UNION_H
#define TRIE_UNION_H

#include "trie/node.h"

/*
 * A slot of the left and what the right has there. A right link that is `taken` belongs to the pair: it was
 * moved out of a right side that nobody else holds, or is a hold of our own. One that is not stays the right
 * side's and is only read or shared.
 */
struct pair {
    uintptr_t *slot;
    uintptr_t right;
    bool taken;
};

/*
 * Settles one pair, but for the pairs of children that both sides have: those go on the stack, at most one a
 * slot, and no slot moves any more. Errors: TRIE_NO_MEMORY; the pair is given up then, the left is whole.
 */
enum trie_status pair_unite(const struct pair *pair, struct stack *work);

/* Settles a pair with all below it. Errors: as pair_unite(). */
enum trie_status pair_unite_whole(const struct pair *whole);

/* Lets go of what a pair holds. */
void pair_give_up(const struct pair *pair);

#endif
