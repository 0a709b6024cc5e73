/*
 * node.h - how a node lies in memory, and what may be done to one. Private to trie/.
 *
 * A link is one word, and stands where a pointer to a child would:
 *
 *     0                            nothing
 *     low bit 1                    the rest of one key, up to 7 bytes, in the word itself:
 *                                  byte 0 = length << 1 | 1, bytes 1 .. 7 = the rest
 *     else                         a struct node, aligned to 8
 *
 * A node is either a leaf (the rest of one key, longer than 7 bytes) or a branch:
 *
 *     leaf     refs meta | rest ...
 *     array    refs meta | keys[room, rounded up to 8] | links[room] | prefix ...      room 2, 4, 10, 16, 32,
 * 48 direct   refs meta | links[256] | prefix ...
 *
 * A branch stands for the bytes of its prefix; then either a key ends (terminal) or one more byte picks a
 * child. The keys of an array are sorted, so that walks are ordered; one vector comparison finds a byte
 * among 16. A node is asked of malloc at 24, 40, 56 ... bytes (what glibc can hand out without waste; the
 * size classes of the others fit as well), and the size follows from kind and prefix length alone, so that
 * memory is counted exactly.
 *
 * Idea: adaptive radix tree (Leis, Kemper, Neumann 2013), with whole prefixes in the nodes as in a Patricia
 * tree, and shared nodes counted as in PathMap.
 */
#ifndef TRIE_NODE_H
#define TRIE_NODE_H

#include "trie/bytes.h"
#include "trie/region.h"
#include "trie/trie.h"

#include <stdatomic.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "rests in links rely on the byte order");
_Static_assert(sizeof(uintptr_t) == 8, "rests in links hold 7 bytes");

enum node_kind { LEAF, ARRAY2, ARRAY4, ARRAY10, ARRAY16, ARRAY32, ARRAY48, DIRECT, NODE_KINDS };

enum { REST_INLINE_MAX = 7, PREFIX_BYTES_MAX = (1 << 19) - 1 };

/* A branch made by a split starts here; most of those made by text and by digits gain more children. */
#define KIND_AT_SPLIT ARRAY4

/*
 * refs: twice the number of holders, and 1 more for a node that lies in a block (region.c) and not in
 * malloc's memory. meta: kind (3 bits), terminal (1), fan-out 0..256 (9), bytes of prefix or rest (19).
 */
struct node {
    _Atomic uint32_t refs;
    uint32_t meta;
};
enum { REFS_IN_BLOCK = 1, REFS_HOLDER = 2 };
_Static_assert(sizeof(struct node) == 8, "the header is one word");

static const uint16_t node_room[NODE_KINDS] = {0, 2, 4, 10, 16, 32, 48, 256};
static const uint16_t node_links_offset[NODE_KINDS] = {8, 16, 16, 24, 24, 40, 56, 8};
static const uint16_t node_tail_offset[NODE_KINDS] = {8, 32, 48, 104, 152, 296, 440, 2056};

static inline uint32_t meta_of(enum node_kind kind, bool terminal, size_t fanout, size_t tail_bytes)
{
    return (uint32_t)kind | (uint32_t)terminal << 3 | (uint32_t)fanout << 4 | (uint32_t)tail_bytes << 13;
}

static inline enum node_kind node_kind(const struct node *n)
{
    return (enum node_kind)(n->meta & 7);
}

static inline bool node_terminal(const struct node *n)
{
    return (n->meta >> 3 & 1) != 0;
}

static inline size_t node_fanout(const struct node *n)
{
    return n->meta >> 4 & 511;
}

/* Bytes of a branch's prefix, or of a leaf's rest. */
static inline size_t node_tail_bytes(const struct node *n)
{
    return n->meta >> 13;
}

static inline void node_set_terminal(struct node *n)
{
    n->meta |= 8;
}

static inline void node_set_fanout(struct node *n, size_t fanout)
{
    n->meta = (n->meta & ~(uint32_t)(511u << 4)) | (uint32_t)fanout << 4;
}

static inline void node_set_tail_bytes(struct node *n, size_t bytes)
{
    n->meta = (n->meta & 0x1fffu) | (uint32_t)bytes << 13;
}

static inline uint8_t *node_keys(const struct node *n)
{
    return (uint8_t *)(uintptr_t)n + sizeof *n;
}

static inline uintptr_t *node_links(const struct node *n)
{
    return (uintptr_t *)((uintptr_t)n + node_links_offset[node_kind(n)]);
}

static inline uint8_t *node_tail(const struct node *n)
{
    return (uint8_t *)(uintptr_t)n + node_tail_offset[node_kind(n)];
}

/* What malloc is asked for. */
static inline size_t node_size(enum node_kind kind, size_t tail_bytes)
{
    return ((node_tail_offset[kind] + tail_bytes + 7) & ~(size_t)15) + 8;
}

static inline bool link_is_inline(uintptr_t link)
{
    return (link & 1) != 0;
}

static inline struct node *link_node(uintptr_t link)
{
    return (struct node *)link;
}

static inline uintptr_t node_link(struct node *n)
{
    return (uintptr_t)n;
}

static inline bool link_is_rest(uintptr_t link)
{
    return link_is_inline(link) || node_kind(link_node(link)) == LEAF;
}

/* The rest that a link stands for; for an inline one the bytes lie in *link itself, so the slot must outlive
 * them. */
static inline struct trie_key link_rest(const uintptr_t *link)
{
    if (link_is_inline(*link))
        return (struct trie_key){(const uint8_t *)link + 1, (*link & 15) >> 1};
    struct node *leaf = link_node(*link);
    return (struct trie_key){node_tail(leaf), node_tail_bytes(leaf)};
}

/* Whether somebody else holds the node too. The acquire makes their last reads happen before our writes. */
static inline bool node_shared(const struct node *n)
{
    return atomic_load_explicit(&n->refs, memory_order_acquire) > (REFS_HOLDER | REFS_IN_BLOCK);
}

static inline bool node_in_block(const struct node *n)
{
    return (atomic_load_explicit(&n->refs, memory_order_relaxed) & REFS_IN_BLOCK) != 0;
}

/* One more holder of whatever the link stands for. */
static inline uintptr_t link_share(uintptr_t link)
{
    if (link != 0 && !link_is_inline(link))
        atomic_fetch_add_explicit(&link_node(link)->refs, REFS_HOLDER, memory_order_relaxed);
    return link;
}

#ifdef __SSE2__
/* Bit i is set where keys[i] == byte, i < 16. Reads 16 bytes, which every array node has behind its header.
 */
static inline unsigned keys_equal(const uint8_t *keys, uint8_t byte)
{
    __m128i group = _mm_loadu_si128((const __m128i *)keys);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(group, _mm_set1_epi8((char)byte)));
}

/* Bit i is set where keys[i] <= byte. */
static inline unsigned keys_at_most(const uint8_t *keys, uint8_t byte)
{
    __m128i group = _mm_loadu_si128((const __m128i *)keys);
    __m128i least = _mm_min_epu8(group, _mm_set1_epi8((char)byte));
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(least, group));
}
#else
static inline unsigned keys_equal(const uint8_t *keys, uint8_t byte)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++)
        mask |= (unsigned)(keys[i] == byte) << i;
    return mask;
}

static inline unsigned keys_at_most(const uint8_t *keys, uint8_t byte)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++)
        mask |= (unsigned)(keys[i] <= byte) << i;
    return mask;
}
#endif

static inline unsigned low_bits(size_t count)
{
    return count >= 16 ? 0xffffu : (1u << count) - 1;
}

/* The slot of the child that a byte picks, or NULL. */
static inline uintptr_t *branch_find(const struct node *n, uint8_t byte)
{
    uintptr_t *links = node_links(n);
    if (node_kind(n) == DIRECT)
        return links[byte] != 0 ? &links[byte] : NULL;
    const uint8_t *keys = node_keys(n);
    size_t fanout = node_fanout(n);
    for (size_t i = 0; i < fanout; i += 16) {
        unsigned hit = keys_equal(keys + i, byte) & low_bits(fanout - i);
        if (hit != 0)
            return &links[i + (size_t)__builtin_ctz(hit)];
    }
    return NULL;
}

/*
 * Steps through the children in ascending byte order: *cursor starts at 0; gives the slot and its byte, or
 * NULL at the end.
 */
static inline uintptr_t *branch_next(const struct node *n, size_t *cursor, uint8_t *byte)
{
    uintptr_t *links = node_links(n);
    if (node_kind(n) != DIRECT) {
        if (*cursor >= node_fanout(n))
            return NULL;
        *byte = node_keys(n)[*cursor];
        return &links[(*cursor)++];
    }
    while (*cursor < 256 && links[*cursor] == 0)
        ++*cursor;
    if (*cursor == 256)
        return NULL;
    *byte = (uint8_t)*cursor;
    return &links[(*cursor)++];
}

/* The smallest kind of branch with room for that many children. */
enum node_kind branch_kind_for(size_t children);

/*
 * A branch without children, its prefix copied; NULL without memory. The caller is its only holder. Here and
 * below, region says where new nodes lie; NULL: in malloc's memory.
 */
struct node *branch_new(struct trie_region *region, enum node_kind kind, bool terminal, const uint8_t *prefix,
                        size_t prefix_bytes);

/* A link to a new leaf for the rest of a key; 0 without memory. */
uintptr_t leaf_new(struct trie_region *region, const uint8_t *bytes, size_t length);

/* A link that holds up to REST_INLINE_MAX bytes itself. */
static inline uintptr_t rest_inline(const uint8_t *bytes, size_t length)
{
    return bytes_load_short(bytes, length) << 8 | length << 1 | 1;
}

/* A link for the rest of a key, inline where it fits, else a new leaf; 0 without memory. */
static inline uintptr_t rest_new(struct trie_region *region, const uint8_t *bytes, size_t length)
{
    return length <= REST_INLINE_MAX ? rest_inline(bytes, length) : leaf_new(region, bytes, length);
}

/* Puts a child where there is none, in a branch that has room and is not shared. Takes the link over. */
void branch_put(struct node *n, uint8_t byte, uintptr_t child);

/* Puts a copy of the branch in *slot there, ours alone, with room for `children` children. NULL without
 * memory; nothing is changed then. */
struct node *branch_remake(struct trie_region *region, uintptr_t *slot, size_t children);

/* As branch_remake(), but copies only a branch that is shared or has too little room. */
static inline struct node *branch_own(struct trie_region *region, uintptr_t *slot, size_t children)
{
    struct node *n = link_node(*slot);
    if (node_room[node_kind(n)] >= children && !node_shared(n))
        return n;
    return branch_remake(region, slot, children);
}

/*
 * The link without the first `bytes` of its prefix or rest. Takes the link over, in place where that is
 * possible. 0 without memory; the link is then as it was and still the caller's.
 */
uintptr_t link_shorten(struct trie_region *region, uintptr_t link, size_t bytes);

/* The link behind `prefix`. Takes it over, as link_shorten(). The sum must be within PREFIX_BYTES_MAX. */
uintptr_t link_lengthen(uintptr_t link, const uint8_t *prefix, size_t prefix_bytes);

/* Gives up a link; frees what nobody else holds, however deep, in constant space. */
void link_drop(uintptr_t link);

/* Gives up a branch whose children (all of them) were moved elsewhere. It must not be shared. */
void branch_free_shell(struct node *n);

/* Adds a key to the trie in *slot. Errors: TRIE_NO_MEMORY; the set is unchanged then. */
enum trie_status link_insert(struct trie_region *region, uintptr_t *slot, const uint8_t *key, size_t length,
                             bool *added);

/* Room for a node of that size, at most REGION_NODE_BYTES_MAX; NULL without memory. */
void *region_take(struct trie_region *region, size_t bytes);

/* Gives nodes of one block back, `count` of them; `node` is any of them. Any thread. */
void block_give_back(const void *node, uint32_t count);

/* Whether two nodes that lie in blocks lie in the same. */
bool block_same(const void *left, const void *right);

/* A stack of fixed-size entries that grows by malloc. All zero is empty. */
struct stack {
    void *entries;
    size_t count, room;
};

/* Room for one more entry of that size, or NULL without memory. The entries move; hold no pointer to one
 * across it. */
void *stack_push(struct stack *stack, size_t entry_bytes);
void stack_free(struct stack *stack);

#endif
