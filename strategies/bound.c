/*
 * bound.c - control: what any build of a trie from these keys can hope to reach.
 *
 * It sorts as `sorted` does and writes a radix tree in one pass: children before their parent, each node
 * once, with copied keys, into one run of memory of which no node is ever given back by itself. Nothing of it
 * can be shared, united or inserted into, so it pays for none of that; it can be walked, and the walk is
 * checked.
 *
 * A node starts with a word: the bytes of its prefix, the number of its children, and whether a key ends
 * behind the prefix. Then come the prefix, the children's bytes, and where each child stands.
 */
#include "strategies/builder.h"

#include "trie/bytes.h"
#include "trie/huge.h"

#include <stdlib.h>

enum {
    CHILDREN_BITS = 9, /* 0 .. 256 */
    NODE_HEAD_BYTES = 4,
    PLACE_BYTES = 4, /* of a child */
    KEY_OVERHEAD_BYTES = 2 * NODE_HEAD_BYTES + 2 * (1 + PLACE_BYTES),
    LEVELS_FIRST = 64,
    PREFETCH_KEYS = 9, /* as trie_build() does */
};

/* A branch that is not yet written: it stands behind the first `depth` bytes of the present key. */
struct level {
    uint32_t depth;
    uint32_t first_child;
    bool terminal;
};

struct mark {
    uint32_t place; /* of a child */
    uint8_t byte;
};

struct bound_space {
    struct space base; /* its trie stays empty */
    uint8_t *bytes;
    size_t used;
    uint32_t root;
    bool empty;
};

struct bound {
    struct trie_state base;
    struct builder builder;
    struct level *levels; /* open branches, one inside the other */
    size_t level_room;
    struct mark *children; /* of all open branches */
};

static void bound_close(void *state)
{
    struct bound *own = state;
    builder_close(&own->builder);
    free(own->levels);
    free(own->children);
    free(own);
}

static enum strategy_status bound_open(const struct strategy_setup *setup, void **state)
{
    struct bound *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = (struct trie_state){.setup = setup};
    made->level_room = LEVELS_FIRST;
    made->levels = calloc(made->level_room, sizeof made->levels[0]);
    made->children = calloc(setup->batch_max + 1, sizeof made->children[0]);
    enum strategy_status status = builder_open(&made->builder, setup, setup->batch_max, BUILDER_BLOCKS);
    if (status == STRATEGY_OK && (made->levels == NULL || made->children == NULL))
        status = STRATEGY_NO_MEMORY;
    if (status != STRATEGY_OK) {
        bound_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status bound_create(void *state, void **space)
{
    struct bound_space *made = calloc(1, sizeof *made);
    void *base;
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    enum strategy_status status = space_create(state, &base);
    if (status != STRATEGY_OK) {
        free(made);
        return status;
    }
    made->base = *(struct space *)base;
    free(base);
    made->empty = true;
    *space = made;
    return STRATEGY_OK;
}

static void bound_destroy(void *state, void *space)
{
    (void)state;
    struct bound_space *old = space;
    symbols_destroy(old->base.symbols);
    free(old->bytes);
    free(old);
}

static uint32_t load32(const uint8_t *from)
{
    return bytes_load4(from);
}

/* Writes the first part of a node; its place is *place. */
static uint8_t *write_head(struct bound_space *space, const uint8_t *prefix, size_t bytes, size_t children,
                           bool terminal, uint32_t *place)
{
    uint8_t *at = space->bytes + space->used;
    uint32_t head = (uint32_t)(bytes << (CHILDREN_BITS + 1) | children << 1 | terminal);
    *place = (uint32_t)space->used;
    memcpy(at, &head, sizeof head);
    bytes_copy(at + NODE_HEAD_BYTES, prefix, bytes);
    return at + NODE_HEAD_BYTES + bytes;
}

static uint32_t write_leaf(struct bound_space *space, const uint8_t *rest, size_t bytes)
{
    uint32_t place;
    space->used = (size_t)(write_head(space, rest, bytes, 0, true, &place) - space->bytes);
    return place;
}

static uint32_t write_branch(struct bound_space *space, const struct level *level, const uint8_t *prefix,
                             size_t bytes, const struct mark *children, size_t count)
{
    uint32_t place;
    uint8_t *at = write_head(space, prefix, bytes, count, level->terminal, &place);
    for (size_t i = 0; i < count; i++) {
        at[i] = children[i].byte;
        memcpy(at + count + i * PLACE_BYTES, &children[i].place, PLACE_BYTES);
    }
    space->used = (size_t)(at + count * (1 + PLACE_BYTES) - space->bytes);
    return place;
}

static bool open_level(struct bound *own, size_t *levels, size_t depth, size_t first_child)
{
    if (*levels == own->level_room) {
        size_t room = own->level_room > 0 ? 2 * own->level_room : LEVELS_FIRST;
        struct level *grown = realloc(own->levels, room * sizeof grown[0]);
        if (grown == NULL)
            return false;
        own->levels = grown;
        own->level_room = room;
    }
    own->levels[(*levels)++] = (struct level){.depth = (uint32_t)depth, .first_child = (uint32_t)first_child};
    return true;
}

/* Writes the branches of `key` that stand deeper than `depth`; -1: all, and the outermost is the root. */
static bool close_levels(struct bound *own, struct bound_space *space, const struct trie_key *key, long depth,
                         size_t *levels, size_t *children)
{
    while (*levels > 0 && (long)own->levels[*levels - 1].depth > depth) {
        struct level *inner = &own->levels[*levels - 1];
        long outer = *levels > 1 ? (long)inner[-1].depth : -1;
        bool opens = outer < depth;
        long parent = opens ? depth : outer;
        size_t from = (size_t)(parent + 1), first_child = inner->first_child;
        uint32_t place = write_branch(space, inner, key->bytes + from, inner->depth - from,
                                      own->children + first_child, *children - first_child);
        --*levels;
        *children = first_child;
        if (parent < 0) {
            space->root = place;
            return true;
        }
        if (opens && !open_level(own, levels, (size_t)depth, first_child))
            return false;
        own->children[(*children)++] = (struct mark){place, key->bytes[parent]};
    }
    return true;
}

static bool emit(struct bound *own, struct bound_space *space, const struct trie_key *keys, size_t count)
{
    size_t levels = 0, children = 0;
    for (size_t i = 0; i < count; i++) {
        const struct trie_key *key = &keys[i];
        bool last = i + 1 == count;
        size_t common = 0;
        if (i + PREFETCH_KEYS < count)
            __builtin_prefetch(key[PREFETCH_KEYS].bytes);
        if (!last) {
            size_t shorter = key->length < key[1].length ? key->length : key[1].length;
            common = bytes_common(key->bytes, key[1].bytes, shorter);
            if (common == key->length && common == key[1].length)
                continue;
            if ((levels == 0 || own->levels[levels - 1].depth < common) &&
                !open_level(own, &levels, common, children))
                return false;
        } else if (levels == 0) {
            space->root = write_leaf(space, key->bytes, key->length);
            return true;
        }
        struct level *inner = &own->levels[levels - 1];
        size_t from = inner->depth + 1;
        if (inner->depth == key->length)
            inner->terminal = true;
        else
            own->children[children++] = (struct mark){
                write_leaf(space, key->bytes + from, key->length - from), key->bytes[inner->depth]};
        if (!close_levels(own, space, key, last ? -1 : (long)common, &levels, &children))
            return false;
    }
    return true;
}

/* No more than this is written: a node a key and one a branch, and every key byte at most once. */
static size_t room_for(const struct trie_key *keys, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += keys[i].length + KEY_OVERHEAD_BYTES;
    return bytes;
}

static enum strategy_status bound_build(struct bound *own, struct bound_space *space)
{
    const struct trie_key *keys = own->builder.order.keys;
    size_t count = own->builder.count;
    size_t room = room_for(keys, count);
    if (count == 0)
        return STRATEGY_OK;
    if (room > UINT32_MAX)
        return STRATEGY_UNSUPPORTED;
    space->bytes = room < HUGE_FROM_BYTES ? malloc(room) : huge_alloc(room);
    if (space->bytes == NULL || !emit(own, space, keys, count))
        return STRATEGY_NO_MEMORY;
    space->empty = false;
    return STRATEGY_OK;
}

static enum strategy_status bound_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    struct bound *own = state;
    const struct strategy_setup *setup = own->base.setup;
    struct bound_space *filled = space;
    phase_enter(run, setup, PHASE_ENCODE);
    enum strategy_status status = encoder_expect(setup, &filled->base, batch->items, batch->count);
    if (status == STRATEGY_OK)
        status = builder_take(&own->builder, &filled->base, batch->items, batch->count, &run->progress[0]);
    phase_enter(run, setup, PHASE_SORT);
    if (status == STRATEGY_OK)
        status = builder_sort(&own->builder);
    phase_enter(run, setup, PHASE_BUILD);
    if (status == STRATEGY_OK)
        status = bound_build(own, filled);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

/* What the walk has still to go into: a node, and how many bytes of key stand above it. */
struct visit_entry {
    uint32_t place;
    uint32_t depth;
    uint8_t byte; /* that leads to it */
};

/* A walk in hand: the key so far and what is left to do. */
struct bound_walk {
    const struct bound_space *space;
    uint8_t *key;
    struct visit_entry *entries;
    size_t entry_count, entry_room;
};

static bool push_visit(struct bound_walk *walk, struct visit_entry entry)
{
    if (walk->entry_count == walk->entry_room) {
        size_t room = walk->entry_room == 0 ? LEVELS_FIRST : 2 * walk->entry_room;
        struct visit_entry *grown = realloc(walk->entries, room * sizeof grown[0]);
        if (grown == NULL)
            return false;
        walk->entries = grown;
        walk->entry_room = room;
    }
    walk->entries[walk->entry_count++] = entry;
    return true;
}

/* Visits one node, and leaves its children to do, the first of them on top. */
static enum strategy_status visit_node(struct bound_walk *walk, struct trie *keys)
{
    struct visit_entry entry = walk->entries[--walk->entry_count];
    const uint8_t *at = walk->space->bytes + entry.place;
    uint32_t head = load32(at);
    size_t bytes = head >> (CHILDREN_BITS + 1), count = head >> 1 & ((1u << CHILDREN_BITS) - 1);
    size_t depth = entry.depth;
    if (depth > 0)
        walk->key[depth - 1] = entry.byte;
    memcpy(walk->key + depth, at + NODE_HEAD_BYTES, bytes);
    depth += bytes;
    enum trie_status status = (head & 1) != 0 ? trie_insert(keys, walk->key, depth, NULL) : TRIE_OK;
    at += NODE_HEAD_BYTES + bytes;
    for (size_t i = count; status == TRIE_OK && i-- > 0;) {
        uint32_t place = load32(at + count + i * PLACE_BYTES);
        if (!push_visit(walk, (struct visit_entry){place, (uint32_t)depth + 1, at[i]}))
            status = TRIE_NO_MEMORY;
    }
    return space_status(status);
}

/* Every key out of the tree into the space's trie, whose walk then translates and visits. */
static enum strategy_status bound_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    const struct bound_space *walked = space;
    struct bound_walk walk = {.space = walked, .key = malloc(TRIE_KEY_BYTES_MAX + 1)};
    struct space keys = {.symbols = walked->base.symbols};
    trie_init(&keys.trie);
    enum strategy_status status = walk.key == NULL ? STRATEGY_NO_MEMORY : STRATEGY_OK;
    if (status == STRATEGY_OK && !walked->empty &&
        !push_visit(&walk, (struct visit_entry){walked->root, 0, 0}))
        status = STRATEGY_NO_MEMORY;
    while (status == STRATEGY_OK && walk.entry_count > 0)
        status = visit_node(&walk, &keys.trie);
    if (status == STRATEGY_OK)
        status = space_walk(state, &keys, visit, context);
    trie_clear(&keys.trie);
    free(walk.entries);
    free(walk.key);
    return status;
}

static size_t bound_bytes(void *state, void *space)
{
    (void)state;
    const struct bound_space *measured = space;
    size_t bytes = sizeof *measured + measured->used;
    if (measured->base.symbols != NULL) {
        struct symbols_stats table;
        symbols_measure(measured->base.symbols, &table);
        bytes += table.bytes;
    }
    return bytes;
}

const char strategy_bound_hypothesis[] =
    "It writes each node once into one run of memory and can neither share nor unite, so no build of a "
    "trie from these keys is faster.";

const struct strategy strategy_bound = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED | STRATEGY_YARDSTICK,
    .name = "bound",
    .idea = "control: sort, common prefixes, emission into one run of memory: what a build can reach",
    .source = "compacted tries from sorted strings (Kasai et al. 2001), written out as flat files are",
    .open = bound_open,
    .close = bound_close,
    .create = bound_create,
    .insert = bound_insert,
    .walk = bound_walk,
    .destroy = bound_destroy,
    .space_bytes = bound_bytes,
};
