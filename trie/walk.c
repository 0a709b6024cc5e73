/* walk.c - every key in order, and counts over nodes; with a stack of its own, as deep as the trie is. */
#include "trie/node.h"

#include <stdlib.h>

/* A branch on the way down, and which child comes next. */
struct frame {
    const struct node *branch;
    size_t cursor;
    size_t path_bytes; /* of the path up to and with the branch's prefix */
};

/* The key being put together. */
struct path {
    uint8_t *bytes;
    size_t length, room;
};

static bool path_append(struct path *path, const uint8_t *bytes, size_t count)
{
    if (path->length + count > path->room) {
        size_t room = 2 * (path->length + count) + 64;
        uint8_t *grown = realloc(path->bytes, room);
        if (grown == NULL)
            return false;
        path->bytes = grown;
        path->room = room;
    }
    if (count != 0)
        memcpy(path->bytes + path->length, bytes, count);
    path->length += count;
    return true;
}

struct walk {
    struct stack frames;
    struct path path;
    trie_visit *visit;
    void *context;
};

static enum trie_status walk_key(struct walk *walk)
{
    return walk->visit(walk->context, walk->path.bytes, walk->path.length) ? TRIE_OK : TRIE_STOPPED;
}

/* Goes into what a slot holds: a rest is a key, a branch a new frame (and a key, if one ends there). */
static enum trie_status walk_enter(struct walk *walk, const uintptr_t *slot)
{
    if (link_is_rest(*slot)) {
        struct trie_key rest = link_rest(slot);
        return path_append(&walk->path, rest.bytes, rest.length) ? walk_key(walk) : TRIE_NO_MEMORY;
    }
    const struct node *n = link_node(*slot);
    struct frame *frame = stack_push(&walk->frames, sizeof *frame);
    if (frame == NULL || !path_append(&walk->path, node_tail(n), node_tail_bytes(n)))
        return TRIE_NO_MEMORY;
    *frame = (struct frame){.branch = n, .path_bytes = walk->path.length};
    return node_terminal(n) ? walk_key(walk) : TRIE_OK;
}

static enum trie_status walk_from(struct walk *walk, const uintptr_t *root)
{
    enum trie_status status = walk_enter(walk, root);
    while (status == TRIE_OK && walk->frames.count != 0) {
        struct frame *top = (struct frame *)walk->frames.entries + walk->frames.count - 1;
        uint8_t byte;
        uintptr_t *child = branch_next(top->branch, &top->cursor, &byte);
        if (child == NULL) {
            walk->frames.count--;
            continue;
        }
        walk->path.length = top->path_bytes;
        status = path_append(&walk->path, &byte, 1) ? walk_enter(walk, child) : TRIE_NO_MEMORY;
    }
    return status;
}

enum trie_status trie_walk(const struct trie *t, trie_visit *visit, void *context)
{
    if (t->root == 0)
        return TRIE_OK;
    struct walk walk = {.visit = visit, .context = context};
    /* An empty key is visited with a pointer that may be read, too. */
    enum trie_status status = path_append(&walk.path, NULL, 0) ? walk_from(&walk, &t->root) : TRIE_NO_MEMORY;
    stack_free(&walk.frames);
    free(walk.path.bytes);
    return status;
}

static void measure_rest(struct trie_stats *stats, uintptr_t link)
{
    struct trie_key rest = link_rest(&link);
    stats->keys++;
    stats->rest_bytes += rest.length;
    if (link_is_inline(link)) {
        stats->leaves_inline++;
        return;
    }
    stats->leaves++;
    stats->bytes += node_size(LEAF, rest.length);
    stats->shared += node_shared(link_node(link));
}

static void measure_branch(struct trie_stats *stats, const struct node *n)
{
    stats->keys += node_terminal(n);
    stats->branches++;
    stats->branches_by_kind[node_kind(n) - ARRAY2]++;
    stats->prefix_bytes += node_tail_bytes(n);
    stats->bytes += node_size(node_kind(n), node_tail_bytes(n));
    stats->shared += node_shared(n);
}

/* Counts what a link stands for; a branch is put on the stack. False without memory. */
static bool measure_link(struct trie_stats *stats, struct stack *frames, uintptr_t link)
{
    if (link_is_rest(link)) {
        measure_rest(stats, link);
        if (frames->count + 1 > stats->depth_max)
            stats->depth_max = frames->count + 1;
        return true;
    }
    struct frame *frame = stack_push(frames, sizeof *frame);
    if (frame == NULL)
        return false;
    *frame = (struct frame){.branch = link_node(link)};
    measure_branch(stats, link_node(link));
    if (frames->count > stats->depth_max)
        stats->depth_max = frames->count;
    return true;
}

enum trie_status trie_measure(const struct trie *t, struct trie_stats *stats)
{
    struct trie_stats sum = {0};
    struct stack frames = {0};
    bool fits = t->root == 0 || measure_link(&sum, &frames, t->root);
    while (fits && frames.count != 0) {
        struct frame *top = (struct frame *)frames.entries + frames.count - 1;
        uint8_t byte;
        uintptr_t *child = branch_next(top->branch, &top->cursor, &byte);
        if (child == NULL)
            frames.count--;
        else
            fits = measure_link(&sum, &frames, *child);
    }
    stack_free(&frames);
    if (!fits)
        return TRIE_NO_MEMORY;
    *stats = sum;
    return TRIE_OK;
}

enum trie_status trie_count(const struct trie *t, size_t *count)
{
    struct trie_stats stats;
    enum trie_status status = trie_measure(t, &stats);
    if (status == TRIE_OK)
        *count = stats.keys;
    return status;
}
