/* join.c - see join.h. */
#include "trie/join.h"

#include "trie/union.h"

/* Breadth first: what is left to do is what lies behind the pairs that were settled. */
enum trie_status trie_join_begin(struct trie *into, struct trie *from, size_t pieces, struct trie_join *join)
{
    const struct pair roots = {&into->root, from->root, true};
    struct stack work = {0};
    size_t first = 0;
    from->root = 0;
    enum trie_status status = pair_unite(&roots, &work);
    while (status == TRIE_OK && first < work.count && work.count - first < pieces) {
        const struct pair pair = ((struct pair *)work.entries)[first++];
        status = pair_unite(&pair, &work);
    }
    *join = (struct trie_join){.pairs = work.entries, .first = first, .count = work.count};
    if (status != TRIE_OK)
        trie_join_end(join);
    return status;
}

size_t trie_join_pieces(const struct trie_join *join)
{
    return join->count - join->first;
}

enum trie_status trie_join_settle(struct trie_join *join, size_t part, size_t parts)
{
    enum trie_status status = TRIE_OK;
    for (size_t i = join->first + part; i < join->count && status == TRIE_OK; i += parts) {
        struct pair *pair = (struct pair *)join->pairs + i;
        status = pair_unite_whole(pair);
        pair->right = 0;
    }
    return status;
}

void trie_join_end(struct trie_join *join)
{
    struct stack work = {.entries = join->pairs};
    for (size_t i = join->first; i < join->count; i++)
        pair_give_up((struct pair *)join->pairs + i);
    stack_free(&work);
    *join = (struct trie_join){.pairs = NULL};
}
