/* node.c - making, growing, copying and giving up nodes. The layout is told in node.h. */
#include "trie/node.h"

#include <stdlib.h>

static struct node *node_alloc(struct trie_region *region, enum node_kind kind, bool terminal, size_t fanout,
                               size_t tail_bytes)
{
    size_t bytes = node_size(kind, tail_bytes);
    bool in_block = region != NULL && bytes <= REGION_NODE_BYTES_MAX;
    struct node *n = in_block ? region_take(region, bytes) : malloc(bytes);
    if (n == NULL)
        return NULL;
    atomic_init(&n->refs, REFS_HOLDER | (in_block ? REFS_IN_BLOCK : 0));
    n->meta = meta_of(kind, terminal, fanout, tail_bytes);
    return n;
}

enum node_kind branch_kind_for(size_t children)
{
    enum node_kind kind = ARRAY2;
    while (node_room[kind] < children)
        kind++;
    return kind;
}

struct node *branch_new(struct trie_region *region, enum node_kind kind, bool terminal, const uint8_t *prefix,
                        size_t prefix_bytes)
{
    struct node *n = node_alloc(region, kind, terminal, 0, prefix_bytes);
    if (n == NULL)
        return NULL;
    if (kind == DIRECT)
        memset(node_links(n), 0, 256 * sizeof(uintptr_t));
    bytes_copy(node_tail(n), prefix, prefix_bytes);
    return n;
}

uintptr_t leaf_new(struct trie_region *region, const uint8_t *bytes, size_t length)
{
    struct node *leaf = node_alloc(region, LEAF, false, 0, length);
    if (leaf == NULL)
        return 0;
    bytes_copy(node_tail(leaf), bytes, length);
    return node_link(leaf);
}

/* How many of the keys are less than a byte that is not among them. */
static size_t keys_below(const uint8_t *keys, size_t fanout, uint8_t byte)
{
    for (size_t i = 0; i < fanout; i += 16) {
        unsigned above = ~keys_at_most(keys + i, byte) & low_bits(fanout - i);
        if (above != 0)
            return i + (size_t)__builtin_ctz(above);
    }
    return fanout;
}

/* Makes room at one of at most 7 keys, within the 8 bytes that each array has for them at least. */
static void keys_open_word(uint8_t *keys, size_t at, uint8_t byte)
{
    uint64_t word = bytes_load8(keys), below = word & ((UINT64_C(1) << 8 * at) - 1);
    word = below | (word - below) << 8 | (uint64_t)byte << 8 * at;
    memcpy(keys, &word, sizeof word);
}

void branch_put(struct node *n, uint8_t byte, uintptr_t child)
{
    size_t fanout = node_fanout(n);
    uintptr_t *links = node_links(n);
    node_set_fanout(n, fanout + 1);
    if (node_kind(n) == DIRECT) {
        links[byte] = child;
        return;
    }
    uint8_t *keys = node_keys(n);
    size_t at = keys_below(keys, fanout, byte);
    if (fanout < 8) {
        keys_open_word(keys, at, byte);
    } else {
        memmove(keys + at + 1, keys + at, fanout - at);
        keys[at] = byte;
    }
    for (size_t i = fanout; i > at; i--) {
        __asm__("" : "+r"(i)); /* else gcc makes a call of memmove of it, for what is mostly a link or two */
        links[i] = links[i - 1];
    }
    links[at] = child;
}

/* Copies all children of one branch into an empty one with room for them; counts stay as they are. */
static void move_children(struct node *to, const struct node *from)
{
    size_t fanout = node_fanout(from);
    node_set_fanout(to, fanout);
    if (node_kind(to) != DIRECT) {
        bytes_copy(node_keys(to), node_keys(from), fanout);
        bytes_copy(node_links(to), node_links(from), fanout * sizeof(uintptr_t));
        return;
    }
    if (node_kind(from) == DIRECT) {
        memcpy(node_links(to), node_links(from), 256 * sizeof(uintptr_t));
        return;
    }
    for (size_t i = 0; i < fanout; i++)
        node_links(to)[node_keys(from)[i]] = node_links(from)[i];
}

static void share_children(const struct node *n)
{
    size_t cursor = 0;
    uint8_t byte;
    for (uintptr_t *child; (child = branch_next(n, &cursor, &byte)) != NULL;)
        link_share(*child);
}

static void node_free(struct node *n)
{
    if (node_in_block(n))
        block_give_back(n, 1);
    else
        free(n);
}

void branch_free_shell(struct node *n)
{
    node_free(n);
}

/* A branch no longer serves its holder, as its children live on in `heir`: moved, or if others hold it,
 * shared. */
static void hand_over(struct node *n, struct node *heir)
{
    if (!node_shared(n)) {
        branch_free_shell(n);
        return;
    }
    share_children(heir);
    link_drop(node_link(n));
}

struct node *branch_remake(struct trie_region *region, uintptr_t *slot, size_t children)
{
    struct node *n = link_node(*slot);
    enum node_kind kind = node_kind(n);
    if (node_room[kind] < children)
        kind = branch_kind_for(children);
    struct node *copy = branch_new(region, kind, node_terminal(n), node_tail(n), node_tail_bytes(n));
    if (copy == NULL)
        return NULL;
    move_children(copy, n);
    hand_over(n, copy);
    *slot = node_link(copy);
    return copy;
}

/* The same children behind another prefix. The old node is handed over. */
static uintptr_t branch_with_prefix(struct trie_region *region, struct node *n, const uint8_t *first,
                                    size_t first_bytes, size_t skip)
{
    size_t kept = node_tail_bytes(n) - skip;
    struct node *copy = node_alloc(region, node_kind(n), node_terminal(n), 0, first_bytes + kept);
    if (copy == NULL)
        return 0;
    if (first_bytes != 0)
        memcpy(node_tail(copy), first, first_bytes);
    memcpy(node_tail(copy) + first_bytes, node_tail(n) + skip, kept);
    move_children(copy, n);
    hand_over(n, copy);
    return node_link(copy);
}

static uintptr_t rest_replace(uintptr_t link, uintptr_t replacement)
{
    if (replacement != 0)
        link_drop(link);
    return replacement;
}

uintptr_t link_shorten(struct trie_region *region, uintptr_t link, size_t bytes)
{
    if (link_is_inline(link)) {
        struct trie_key rest = link_rest(&link);
        return rest_inline(rest.bytes + bytes, rest.length - bytes);
    }
    struct node *n = link_node(link);
    size_t kept = node_tail_bytes(n) - bytes;
    bool becomes_inline = node_kind(n) == LEAF && kept <= REST_INLINE_MAX;
    if (!becomes_inline && !node_shared(n) &&
        node_size(node_kind(n), kept) == node_size(node_kind(n), kept + bytes)) {
        memmove(node_tail(n), node_tail(n) + bytes, kept);
        node_set_tail_bytes(n, kept);
        return link;
    }
    if (node_kind(n) == LEAF)
        return rest_replace(link, rest_new(region, node_tail(n) + bytes, kept));
    return branch_with_prefix(region, n, NULL, 0, bytes);
}

uintptr_t link_lengthen(uintptr_t link, const uint8_t *prefix, size_t prefix_bytes)
{
    if (prefix_bytes == 0)
        return link;
    if (!link_is_rest(link))
        return branch_with_prefix(NULL, link_node(link), prefix, prefix_bytes, 0);
    struct trie_key rest = link_rest(&link);
    uint8_t small[REST_INLINE_MAX];
    if (prefix_bytes + rest.length <= REST_INLINE_MAX) {
        memcpy(small, prefix, prefix_bytes);
        memcpy(small + prefix_bytes, rest.bytes, rest.length);
        return rest_inline(small, prefix_bytes + rest.length);
    }
    struct node *leaf = node_alloc(NULL, LEAF, false, 0, prefix_bytes + rest.length);
    if (leaf == NULL)
        return 0;
    memcpy(node_tail(leaf), prefix, prefix_bytes);
    memcpy(node_tail(leaf) + prefix_bytes, rest.bytes, rest.length);
    return rest_replace(link, node_link(leaf));
}

/* Gives up one hold on a node; true if it was the last. A sole holder needs no locked instruction to know it.
 */
static bool node_release(struct node *n)
{
    if (!node_shared(n))
        return true;
    return atomic_fetch_sub_explicit(&n->refs, REFS_HOLDER, memory_order_acq_rel) < 2 * REFS_HOLDER;
}

/* Brings the children of a branch to the front of its links, so that fan-out alone tells where they are. */
static void pack_children(struct node *n)
{
    if (node_kind(n) != DIRECT)
        return;
    uintptr_t *links = node_links(n);
    for (size_t from = 0, to = 0; from < 256; from++)
        if (links[from] != 0)
            links[to++] = links[from];
}

/* Dead nodes of one block, given back together: one locked instruction for many. */
struct dead_nodes {
    const struct node *any;
    uint32_t count;
};

static void dead_flush(struct dead_nodes *dead)
{
    if (dead->count != 0)
        block_give_back(dead->any, dead->count);
    dead->count = 0;
}

static void dead_add(struct dead_nodes *dead, struct node *n)
{
    if (!node_in_block(n)) {
        free(n);
        return;
    }
    if (dead->count != 0 && !block_same(dead->any, n))
        dead_flush(dead);
    dead->any = n;
    dead->count++;
}

/* Gives up a child. The branch it was if it is now dead and has children of its own to give up, else NULL. */
static struct node *drop_shallow(uintptr_t link, struct dead_nodes *dead)
{
    if (link == 0 || link_is_inline(link) || !node_release(link_node(link)))
        return NULL;
    struct node *n = link_node(link);
    if (node_kind(n) != LEAF)
        return n;
    dead_add(dead, n);
    return NULL;
}

/*
 * Depth first without a stack: a dead branch gives its children up from the last to the first, and while it
 * waits for one of them, the slot of that child holds the way back up.
 */
void link_drop(uintptr_t link)
{
    struct dead_nodes gone = {.count = 0};
    struct node *up = NULL;
    struct node *dead = drop_shallow(link, &gone);
    if (dead != NULL)
        pack_children(dead);
    while (dead != NULL) {
        uintptr_t *links = node_links(dead);
        size_t left = node_fanout(dead);
        if (left == 0) {
            struct node *done = dead;
            dead = up;
            if (dead != NULL)
                up = link_node(node_links(dead)[node_fanout(dead)]);
            dead_add(&gone, done);
            continue;
        }
        node_set_fanout(dead, --left);
        struct node *child = drop_shallow(links[left], &gone);
        if (child != NULL) {
            links[left] = node_link(up);
            up = dead;
            dead = child;
            pack_children(dead);
        }
    }
    dead_flush(&gone);
}
