/*
 * build.c - a trie from sorted keys, each node made once at its final size.
 *
 * One pass over the keys. The common prefix of a key with the next one tells where the two part, and that is
 * where a branch will stand. Branches whose keys are still coming are open, one inside the other along the
 * present key; a branch is made when the first key that lies outside it comes, and then its children are all
 * known.
 *
 * Source: the construction of a compacted trie from sorted strings and their common prefixes, as of suffix
 * trees from suffix arrays (Kasai et al. 2001, section 5).
 */
#include "trie/node.h"

/* A branch that is not yet made: it stands behind the first `depth` bytes of the present key. */
struct open_branch {
    size_t depth;
    size_t first_child; /* its children are those on the child stack from here on */
    bool terminal;
};

struct child {
    uintptr_t link;
    uint8_t byte;
};

struct builder {
    struct stack branches; /* of struct open_branch */
    struct stack children; /* of struct child */
};

static struct open_branch *innermost(struct builder *b)
{
    return b->branches.count == 0 ? NULL : (struct open_branch *)b->branches.entries + b->branches.count - 1;
}

static enum trie_status open_branch_at(struct builder *b, size_t depth, size_t first_child)
{
    struct open_branch *branch = stack_push(&b->branches, sizeof *branch);
    if (branch == NULL)
        return TRIE_NO_MEMORY;
    *branch = (struct open_branch){.depth = depth, .first_child = first_child};
    return TRIE_OK;
}

/* Takes the link over, also on failure. */
static enum trie_status push_child(struct builder *b, uint8_t byte, uintptr_t link)
{
    struct child *child = link == 0 ? NULL : stack_push(&b->children, sizeof *child);
    if (child == NULL) {
        link_drop(link);
        return TRIE_NO_MEMORY;
    }
    *child = (struct child){link, byte};
    return TRIE_OK;
}

/* The key's last part goes into the innermost open branch, which stands on it. */
static enum trie_status add_rest(struct builder *b, const struct trie_key *key)
{
    struct open_branch *branch = innermost(b);
    if (branch->depth == key->length) {
        branch->terminal = true;
        return TRIE_OK;
    }
    const uint8_t *rest = key->bytes + branch->depth + 1;
    return push_child(b, rest[-1], rest_new(rest, key->length - branch->depth - 1));
}

/* Makes the node of the innermost branch, whose prefix starts at `from`, of its children. 0 without memory.
 */
static uintptr_t make_branch(struct builder *b, const struct trie_key *key, size_t from)
{
    const struct open_branch *branch = innermost(b);
    size_t fanout = b->children.count - branch->first_child;
    const struct child *children = (const struct child *)b->children.entries + branch->first_child;
    struct node *n =
        branch_new(branch_kind_for(fanout), branch->terminal, key->bytes + from, branch->depth - from);
    if (n == NULL)
        return 0;
    uintptr_t *links = node_links(n);
    node_set_fanout(n, fanout);
    if (node_kind(n) == DIRECT) {
        for (size_t i = 0; i < fanout; i++)
            links[children[i].byte] = children[i].link;
    } else {
        uint8_t *keys = node_keys(n);
        for (size_t i = 0; i < fanout; i++) {
            keys[i] = children[i].byte;
            links[i] = children[i].link;
        }
    }
    b->children.count = branch->first_child;
    b->branches.count--;
    return node_link(n);
}

/*
 * The next key has only `depth` bytes in common with this one (SIZE_MAX: there is no next): makes every
 * branch deeper than that. *root is set when the outermost was made.
 */
static enum trie_status close_branches(struct builder *b, const struct trie_key *key, size_t depth,
                                       uintptr_t *root)
{
    bool last = depth == SIZE_MAX;
    while (b->branches.count != 0 && (last || innermost(b)->depth > depth)) {
        size_t first_child = innermost(b)->first_child;
        size_t outer = b->branches.count == 1 ? SIZE_MAX : innermost(b)[-1].depth;
        bool opens = !last && (outer == SIZE_MAX || outer < depth);
        size_t parent = opens ? depth : outer;
        uintptr_t made = make_branch(b, key, parent == SIZE_MAX ? 0 : parent + 1);
        if (made == 0)
            return TRIE_NO_MEMORY;
        if (parent == SIZE_MAX) {
            *root = made;
            return TRIE_OK;
        }
        enum trie_status status = opens ? open_branch_at(b, depth, first_child) : TRIE_OK;
        if (status != TRIE_OK) {
            link_drop(made);
            return status;
        }
        status = push_child(b, key->bytes[parent], made);
        if (status != TRIE_OK)
            return status;
    }
    return TRIE_OK;
}

/* The number of leading bytes the key shares with the next, or an error. */
static enum trie_status common_with_next(const struct trie_key *key, const struct trie_key *next,
                                         size_t *common)
{
    if (next->length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    size_t shorter = key->length < next->length ? key->length : next->length;
    *common = common_bytes(key->bytes, next->bytes, shorter);
    bool ascending =
        *common < shorter ? key->bytes[*common] < next->bytes[*common] : key->length <= next->length;
    return ascending ? TRIE_OK : TRIE_NOT_SORTED;
}

static enum trie_status build_keys(struct builder *b, const struct trie_key *keys, size_t count,
                                   uintptr_t *root)
{
    for (size_t i = 0; i < count; i++) {
        const struct trie_key *key = &keys[i];
        if (i + 1 == count) {
            if (innermost(b) == NULL) {
                *root = rest_new(key->bytes, key->length);
                return *root != 0 ? TRIE_OK : TRIE_NO_MEMORY;
            }
            enum trie_status status = add_rest(b, key);
            return status == TRIE_OK ? close_branches(b, key, SIZE_MAX, root) : status;
        }
        size_t common;
        enum trie_status status = common_with_next(key, key + 1, &common);
        if (status == TRIE_OK && common == key->length && common == key[1].length)
            continue; /* the same key again */
        if (status == TRIE_OK && (innermost(b) == NULL || innermost(b)->depth < common))
            status = open_branch_at(b, common, b->children.count);
        if (status == TRIE_OK)
            status = add_rest(b, key);
        if (status == TRIE_OK)
            status = close_branches(b, key, common, root);
        if (status != TRIE_OK)
            return status;
    }
    return TRIE_OK;
}

enum trie_status trie_build(struct trie *t, const struct trie_key *keys, size_t count)
{
    if (count != 0 && keys[0].length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    struct builder b = {{0}, {0}};
    uintptr_t root = 0;
    enum trie_status status = build_keys(&b, keys, count, &root);
    for (size_t i = 0; i < b.children.count; i++)
        link_drop(((struct child *)b.children.entries)[i].link);
    stack_free(&b.children);
    stack_free(&b.branches);
    if (status == TRIE_OK)
        t->root = root;
    return status;
}
