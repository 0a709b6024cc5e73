/* trie.c - handles: making, sharing, moving and clearing a set. */
#include "trie/node.h"

void trie_init(struct trie *t)
{
    t->root = 0;
}

void trie_clear(struct trie *t)
{
    link_drop(t->root);
    t->root = 0;
}

void trie_snapshot(const struct trie *t, struct trie *copy)
{
    copy->root = link_share(t->root);
}

void trie_move(struct trie *to, struct trie *from)
{
    to->root = from->root;
    from->root = 0;
}

bool trie_is_empty(const struct trie *t)
{
    return t->root == 0;
}
