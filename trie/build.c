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

enum {
    PREFETCH_KEYS = 8, /* ahead: keys that were sorted lie anywhere */
    SAMPLE_KEYS = 64,  /* looked at to foresee the size of all */
    BRANCH_BYTES_KEY =
        12 /* of branches, for each key: its link and byte, and a share of the rest of the node */
};

/* No branch, or no next key. */
#define NO_DEPTH SIZE_MAX

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
    struct trie_region *region;
    struct stack branches; /* of struct open_branch */
    struct stack children; /* of struct child */
};

/* A step over one key adds at most this much to the stacks; made sure of beforehand, so that nothing in the
 * step has to be. */
static inline bool reserve_step(struct builder *b)
{
    if (b->branches.count < b->branches.room && b->children.count < b->children.room)
        return true;
    if (stack_push(&b->branches, sizeof(struct open_branch)) == NULL)
        return false;
    b->branches.count--;
    if (stack_push(&b->children, sizeof(struct child)) == NULL)
        return false;
    b->children.count--;
    return true;
}

static inline struct open_branch *innermost(struct builder *b)
{
    return (struct open_branch *)b->branches.entries + b->branches.count - 1;
}

static inline void open_branch_at(struct builder *b, size_t depth, size_t first_child)
{
    b->branches.count++;
    *innermost(b) = (struct open_branch){.depth = depth, .first_child = first_child};
}

static inline void push_child(struct builder *b, uint8_t byte, uintptr_t link)
{
    ((struct child *)b->children.entries)[b->children.count++] = (struct child){link, byte};
}

/* The key's last part goes into the innermost open branch, which stands on it. False without memory. */
static inline bool add_rest(struct builder *b, const struct trie_key *key)
{
    struct open_branch *branch = innermost(b);
    if (branch->depth == key->length) {
        branch->terminal = true;
        return true;
    }
    const uint8_t *rest = key->bytes + branch->depth + 1;
    uintptr_t link = rest_new(b->region, rest, key->length - branch->depth - 1);
    if (link == 0)
        return false;
    push_child(b, rest[-1], link);
    return true;
}

/* Makes the node of the innermost branch, whose prefix starts at `from`, of its children. 0 without memory.
 */
static uintptr_t make_branch(struct builder *b, const struct trie_key *key, size_t from)
{
    const struct open_branch *branch = innermost(b);
    size_t fanout = b->children.count - branch->first_child;
    const struct child *children = (const struct child *)b->children.entries + branch->first_child;
    struct node *n = branch_new(b->region, branch_kind_for(fanout), branch->terminal, key->bytes + from,
                                branch->depth - from);
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
 * The next key has only `depth` bytes in common with this one (NO_DEPTH: there is no next): makes every
 * branch deeper than that. *root is set when the outermost was made. False without memory.
 */
static bool close_branches(struct builder *b, const struct trie_key *key, size_t depth, uintptr_t *root)
{
    bool last = depth == NO_DEPTH;
    while (b->branches.count != 0 && (last || innermost(b)->depth > depth)) {
        size_t first_child = innermost(b)->first_child;
        size_t outer = b->branches.count == 1 ? NO_DEPTH : innermost(b)[-1].depth;
        bool opens = !last && (outer == NO_DEPTH || outer < depth);
        size_t parent = opens ? depth : outer;
        uintptr_t made = make_branch(b, key, parent == NO_DEPTH ? 0 : parent + 1);
        if (made == 0)
            return false;
        if (parent == NO_DEPTH) {
            *root = made;
            return true;
        }
        if (opens)
            open_branch_at(b, depth, first_child);
        push_child(b, key->bytes[parent], made);
    }
    return true;
}

/* The number of leading bytes the key shares with the next, or an error. */
static inline enum trie_status common_with_next(const struct trie_key *key, const struct trie_key *next,
                                                size_t *common)
{
    if (next->length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    size_t shorter = key->length < next->length ? key->length : next->length;
    *common = bytes_common(key->bytes, next->bytes, shorter);
    bool ascending =
        *common < shorter ? key->bytes[*common] < next->bytes[*common] : key->length <= next->length;
    return ascending ? TRIE_OK : TRIE_NOT_SORTED;
}

static enum trie_status build_last(struct builder *b, const struct trie_key *key, uintptr_t *root)
{
    if (b->branches.count == 0) {
        *root = rest_new(b->region, key->bytes, key->length);
        return *root != 0 ? TRIE_OK : TRIE_NO_MEMORY;
    }
    return reserve_step(b) && add_rest(b, key) && close_branches(b, key, NO_DEPTH, root) ? TRIE_OK
                                                                                         : TRIE_NO_MEMORY;
}

static enum trie_status build_keys(struct builder *b, const struct trie_key *keys, size_t count,
                                   uintptr_t *root)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const struct trie_key *key = &keys[i];
        size_t common;
        if (i + 1 + PREFETCH_KEYS < count)
            __builtin_prefetch(key[1 + PREFETCH_KEYS].bytes);
        enum trie_status status = common_with_next(key, key + 1, &common);
        if (status != TRIE_OK)
            return status;
        if (common == key->length && common == key[1].length)
            continue; /* the same key again */
        if (!reserve_step(b))
            return TRIE_NO_MEMORY;
        if (b->branches.count == 0 || innermost(b)->depth < common)
            open_branch_at(b, common, b->children.count);
        if (!add_rest(b, key) || !close_branches(b, key, common, root))
            return TRIE_NO_MEMORY;
    }
    return count == 0 ? TRIE_OK : build_last(b, &keys[count - 1], root);
}

enum trie_status trie_build_in(struct trie *t, struct trie_region *region, const struct trie_key *keys,
                               size_t count)
{
    if (count != 0 && keys[0].length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    struct builder b = {.region = region};
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

enum trie_status trie_build(struct trie *t, const struct trie_key *keys, size_t count)
{
    return trie_build_in(t, NULL, keys, count);
}

/* Bytes of the leaf of keys[i], of which there are at least two. */
static size_t leaf_bytes(const struct trie_key *keys, size_t i, size_t count)
{
    const struct trie_key *key = &keys[i];
    const struct trie_key *neighbour = i + 1 < count ? key + 1 : key - 1;
    size_t shorter = key->length < neighbour->length ? key->length : neighbour->length;
    size_t rest = key->length - bytes_common(key->bytes, neighbour->bytes, shorter);
    return rest <= REST_INLINE_MAX + 1 ? 0 : node_size(LEAF, rest - 1);
}

size_t trie_build_bytes(const struct trie_key *keys, size_t count)
{
    if (count < 2)
        return 0;
    size_t looked = count < SAMPLE_KEYS ? count : SAMPLE_KEYS, bytes = 0;
    for (size_t i = 0; i < looked; i++)
        bytes += leaf_bytes(keys, i * (count / looked), count) + BRANCH_BYTES_KEY;
    return bytes * (count / looked) + bytes;
}
