/*
 * union.c - the union of two sets, sharing what only one of them has.
 *
 * Work is a list of pairs (union.h); each step settles one pair of nodes and leaves at most the pairs of
 * children that both have.
 *
 * Idea: join-based union (Blelloch, Ferizovic, Sun 2016), here over a radix tree: the cost is the overlap.
 */
#include "trie/union.h"

static uintptr_t take(const struct pair *pair)
{
    return pair->taken ? pair->right : link_share(pair->right);
}

void pair_give_up(const struct pair *pair)
{
    if (pair->taken)
        link_drop(pair->right);
}

/* The right link for ourselves, without its first bytes. 0 without memory; a taken one is given up then. */
static uintptr_t take_shortened(const struct pair *pair, size_t bytes)
{
    uintptr_t right = take(pair);
    uintptr_t shorter = link_shorten(NULL, right, bytes);
    if (shorter == 0)
        link_drop(right);
    return shorter;
}

static enum trie_status push_pair(struct stack *work, uintptr_t *slot, uintptr_t right, bool taken)
{
    struct pair *pair = stack_push(work, sizeof *pair);
    if (pair == NULL) {
        if (taken)
            link_drop(right);
        return TRIE_NO_MEMORY;
    }
    *pair = (struct pair){slot, right, taken};
    return TRIE_OK;
}

/* The right is one key: insert it. */
static enum trie_status unite_right_rest(const struct pair *pair)
{
    uintptr_t right = pair->right;
    struct trie_key rest = link_rest(&right);
    bool added;
    enum trie_status status = link_insert(NULL, pair->slot, rest.bytes, rest.length, &added);
    pair_give_up(pair);
    return status;
}

/* The left is one key, the right a branch: the key goes into our hold of the right. */
static enum trie_status unite_left_rest(const struct pair *pair)
{
    uintptr_t left = *pair->slot, right = take(pair);
    struct trie_key rest = link_rest(&left);
    bool added;
    enum trie_status status = link_insert(NULL, &right, rest.bytes, rest.length, &added);
    if (status != TRIE_OK) {
        link_drop(right);
        return status;
    }
    *pair->slot = right;
    link_drop(left);
    return TRIE_OK;
}

/* The prefixes part after `common` bytes: a new branch with both below it. */
static enum trie_status unite_parted(const struct pair *pair, size_t common)
{
    struct node *left = link_node(*pair->slot), *right = link_node(pair->right);
    uint8_t left_byte = node_tail(left)[common], right_byte = node_tail(right)[common];
    struct node *branch = branch_new(NULL, ARRAY2, false, node_tail(left), common);
    if (branch == NULL) {
        pair_give_up(pair);
        return TRIE_NO_MEMORY;
    }
    uintptr_t right_below = take_shortened(pair, common + 1);
    uintptr_t left_below = right_below == 0 ? 0 : link_shorten(NULL, *pair->slot, common + 1);
    if (left_below == 0) {
        link_drop(right_below);
        branch_free_shell(branch);
        return TRIE_NO_MEMORY;
    }
    branch_put(branch, left_byte, left_below);
    branch_put(branch, right_byte, right_below);
    *pair->slot = node_link(branch);
    return TRIE_OK;
}

/* The right lies below the left: it is, or meets, one child of it. */
static enum trie_status unite_below_left(const struct pair *pair, size_t common, struct stack *work)
{
    uint8_t byte = node_tail(link_node(pair->right))[common];
    uintptr_t right = take_shortened(pair, common + 1);
    if (right == 0)
        return TRIE_NO_MEMORY;
    struct node *left = link_node(*pair->slot);
    bool meets = branch_find(left, byte) != NULL;
    left = branch_own(NULL, pair->slot, node_fanout(left) + !meets);
    if (left == NULL) {
        link_drop(right);
        return TRIE_NO_MEMORY;
    }
    if (meets)
        return push_pair(work, branch_find(left, byte), right, true);
    branch_put(left, byte, right);
    return TRIE_OK;
}

/* The left lies below the right: our hold of the right takes the left's place, and the left one of its
 * children's. */
static enum trie_status unite_below_right(const struct pair *pair, size_t common, struct stack *work)
{
    uint8_t byte = node_tail(link_node(*pair->slot))[common];
    uintptr_t right = take(pair);
    bool meets = branch_find(link_node(right), byte) != NULL;
    struct node *top = branch_own(NULL, &right, node_fanout(link_node(right)) + !meets);
    uintptr_t left = top == NULL ? 0 : link_shorten(NULL, *pair->slot, common + 1);
    if (left == 0) {
        link_drop(right);
        return TRIE_NO_MEMORY;
    }
    *pair->slot = node_link(top);
    if (!meets) {
        branch_put(top, byte, left);
        return TRIE_OK;
    }
    uintptr_t *slot = branch_find(top, byte);
    uintptr_t child = *slot;
    *slot = left;
    return push_pair(work, slot, child, true);
}

/* A set of bytes. */
struct byte_set {
    uint64_t words[4];
};

static void byte_set_add(struct byte_set *set, uint8_t byte)
{
    set->words[byte >> 6] |= UINT64_C(1) << (byte & 63);
}

static bool byte_set_has(const struct byte_set *set, uint8_t byte)
{
    return (set->words[byte >> 6] >> (byte & 63) & 1) != 0;
}

/* The bytes under which both branches have a child; their number. */
static size_t children_common(const struct node *left, const struct node *right, struct byte_set *both)
{
    size_t count = 0, cursor = 0;
    uint8_t byte;
    *both = (struct byte_set){{0}};
    while (branch_next(right, &cursor, &byte) != NULL)
        if (branch_find(left, byte) != NULL) {
            byte_set_add(both, byte);
            count++;
        }
    return count;
}

/*
 * One child of the right meets one of the left. With `moving` the child is the work's own already; else, on
 * behalf of a taken but shared right side, the work takes a hold of it.
 */
static enum trie_status meet_child(struct stack *work, uintptr_t *slot, uintptr_t child, bool taken,
                                   bool moving)
{
    if (*slot == child) { /* the same node, or the same short rest */
        if (moving)
            link_drop(child);
        return TRIE_OK;
    }
    return push_pair(work, slot, taken && !moving ? link_share(child) : child, taken);
}

/* Gives the left the children that only the right has, and pairs up the others. The left has room. */
static enum trie_status merge_children(struct node *left, const struct node *right,
                                       const struct byte_set *both, bool taken, bool moving,
                                       struct stack *work)
{
    uint8_t byte;
    size_t cursor = 0;
    for (uintptr_t *child; (child = branch_next(right, &cursor, &byte)) != NULL;)
        if (!byte_set_has(both, byte))
            branch_put(left, byte, moving ? *child : link_share(*child));
    /* From here on the slots of the left stay where they are. */
    enum trie_status status = TRIE_OK;
    cursor = 0;
    for (uintptr_t *child; (child = branch_next(right, &cursor, &byte)) != NULL;) {
        if (!byte_set_has(both, byte))
            continue;
        if (status == TRIE_OK)
            status = meet_child(work, branch_find(left, byte), *child, taken, moving);
        else if (moving)
            link_drop(*child);
    }
    return status;
}

/* Both have the same prefix. */
static enum trie_status unite_children(const struct pair *pair, struct stack *work)
{
    struct node *right = link_node(pair->right);
    struct node *left = link_node(*pair->slot);
    struct byte_set both;
    size_t common = children_common(left, right, &both);
    left = branch_own(NULL, pair->slot, node_fanout(left) + node_fanout(right) - common);
    if (left == NULL) {
        pair_give_up(pair);
        return TRIE_NO_MEMORY;
    }
    if (node_terminal(right))
        node_set_terminal(left);
    bool moving = pair->taken && !node_shared(right);
    enum trie_status status = merge_children(left, right, &both, pair->taken, moving, work);
    if (moving)
        branch_free_shell(right);
    else
        pair_give_up(pair);
    return status;
}

static enum trie_status unite_branches(const struct pair *pair, struct stack *work)
{
    const struct node *left = link_node(*pair->slot), *right = link_node(pair->right);
    size_t left_bytes = node_tail_bytes(left), right_bytes = node_tail_bytes(right);
    size_t shorter = left_bytes < right_bytes ? left_bytes : right_bytes;
    size_t common = bytes_common(node_tail(left), node_tail(right), shorter);
    if (common < shorter)
        return unite_parted(pair, common);
    if (left_bytes < right_bytes)
        return unite_below_left(pair, common, work);
    if (right_bytes < left_bytes)
        return unite_below_right(pair, common, work);
    return unite_children(pair, work);
}

enum trie_status pair_unite(const struct pair *pair, struct stack *work)
{
    if (pair->right == 0)
        return TRIE_OK;
    if (*pair->slot == pair->right) {
        pair_give_up(pair);
        return TRIE_OK;
    }
    if (*pair->slot == 0) {
        *pair->slot = take(pair);
        return TRIE_OK;
    }
    if (link_is_rest(pair->right))
        return unite_right_rest(pair);
    if (link_is_rest(*pair->slot))
        return unite_left_rest(pair);
    return unite_branches(pair, work);
}

/* Gives up whatever work is left after a failure. */
static void drop_work(struct stack *work)
{
    while (work->count != 0)
        pair_give_up((struct pair *)work->entries + --work->count);
}

enum trie_status pair_unite_whole(const struct pair *whole)
{
    struct stack work = {0};
    enum trie_status status = pair_unite(whole, &work);
    while (status == TRIE_OK && work.count != 0) {
        const struct pair pair = ((struct pair *)work.entries)[--work.count];
        status = pair_unite(&pair, &work);
    }
    drop_work(&work);
    stack_free(&work);
    return status;
}

enum trie_status trie_union(struct trie *into, const struct trie *from)
{
    return pair_unite_whole(&(const struct pair){&into->root, from->root, false});
}

enum trie_status trie_absorb(struct trie *into, struct trie *from)
{
    uintptr_t right = from->root;
    from->root = 0;
    return pair_unite_whole(&(const struct pair){&into->root, right, true});
}

enum trie_status trie_graft(struct trie *t, const uint8_t *prefix, size_t length, struct trie *sub)
{
    if (sub->root == 0)
        return TRIE_OK;
    size_t first =
        link_is_inline(sub->root) ? link_rest(&sub->root).length : node_tail_bytes(link_node(sub->root));
    if (length > TRIE_KEY_BYTES_MAX || length + first > PREFIX_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    uintptr_t right = link_lengthen(sub->root, prefix, length);
    if (right == 0) {
        trie_clear(sub);
        return TRIE_NO_MEMORY;
    }
    sub->root = 0;
    return pair_unite_whole(&(const struct pair){&t->root, right, true});
}
