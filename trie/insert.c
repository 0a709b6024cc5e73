/*
 * insert.c - one key into the set, and the question whether it is there.
 *
 * The way down writes nothing until it knows what to write, so that a failed allocation leaves the set as it
 * was. The first shared node on the way decides: if the key is already below it there is nothing to copy;
 * else every shared node from there on is copied before its child is written.
 */
#include "trie/node.h"

enum { LINE_BYTES = 64 }; /* of the cache */

static bool link_contains(uintptr_t link, const uint8_t *key, size_t length)
{
    while (link != 0 && !link_is_rest(link)) {
        struct node *n = link_node(link);
        size_t prefix_bytes = node_tail_bytes(n);
        if (length < prefix_bytes || memcmp(node_tail(n), key, prefix_bytes) != 0)
            return false;
        if (length == prefix_bytes)
            return node_terminal(n);
        uintptr_t *child = branch_find(n, key[prefix_bytes]);
        if (child == NULL)
            return false;
        link = *child;
        key += prefix_bytes + 1;
        length -= prefix_bytes + 1;
    }
    if (link == 0)
        return false;
    struct trie_key rest = link_rest(&link);
    return rest.length == length && memcmp(rest.bytes, key, length) == 0;
}

bool trie_contains(const struct trie *t, const uint8_t *key, size_t length)
{
    return link_contains(t->root, key, length);
}

/* The lines of a node that a search for the key reads first: its head, the keys and first links of an array,
 * and if it is one of 256 links without a prefix, the link. */
static void ask_for_node(const struct node *n, const uint8_t *key, size_t length)
{
    const char *at = (const char *)n;
    __builtin_prefetch(at);
    __builtin_prefetch(at + LINE_BYTES);
    if (length > 0)
        __builtin_prefetch(at + node_links_offset[DIRECT] + key[0] * sizeof(uintptr_t));
}

void trie_ask(const struct trie *t, const uint8_t *key, size_t length, size_t branches)
{
    uintptr_t link = t->root;
    for (; link != 0 && !link_is_inline(link); branches--) {
        const struct node *n = link_node(link);
        if (branches == 0) {
            ask_for_node(n, key, length);
            return;
        }
        size_t prefix_bytes = node_tail_bytes(n);
        if (node_kind(n) == LEAF || length <= prefix_bytes)
            return;
        const uintptr_t *child = branch_find(n, key[prefix_bytes]);
        if (child == NULL)
            return;
        link = *child;
        key += prefix_bytes + 1;
        length -= prefix_bytes + 1;
    }
}

/*
 * Puts a new branch above *slot, whose prefix or rest (`old`) agrees with the key in its first `common` bytes
 * only. Of the two, at most one ends there; it becomes the branch's own key.
 */
static enum trie_status split(struct trie_region *region, uintptr_t *slot, const uint8_t *old,
                              size_t old_length, const uint8_t *key, size_t length, size_t common)
{
    bool key_ends = length == common, old_ends = old_length == common;
    /* What is read from `old` after link_shorten() is gone. */
    uint8_t old_byte = old_ends ? 0 : old[common];
    struct node *branch = branch_new(region, KIND_AT_SPLIT, key_ends || old_ends, key, common);
    if (branch == NULL)
        return TRIE_NO_MEMORY;
    uintptr_t rest = 0;
    if (!key_ends && (rest = rest_new(region, key + common + 1, length - common - 1)) == 0)
        goto no_memory;
    if (old_ends) {
        link_drop(*slot);
    } else {
        uintptr_t shorter = link_shorten(region, *slot, common + 1);
        if (shorter == 0)
            goto no_memory;
        branch_put(branch, old_byte, shorter);
    }
    if (!key_ends)
        branch_put(branch, key[common], rest);
    *slot = node_link(branch);
    return TRIE_OK;
no_memory:
    link_drop(rest);
    branch_free_shell(branch);
    return TRIE_NO_MEMORY;
}

/* A key arrives where only one key is. */
static enum trie_status insert_beside_rest(struct trie_region *region, uintptr_t *slot, const uint8_t *key,
                                           size_t length, bool *added)
{
    struct trie_key old = link_rest(slot);
    size_t shorter = old.length < length ? old.length : length;
    size_t common = bytes_common(old.bytes, key, shorter);
    *added = common < old.length || common < length;
    return *added ? split(region, slot, old.bytes, old.length, key, length, common) : TRIE_OK;
}

static enum trie_status add_child(struct trie_region *region, uintptr_t *slot, const uint8_t *key,
                                  size_t length)
{
    uintptr_t rest = rest_new(region, key + 1, length - 1);
    if (rest == 0)
        return TRIE_NO_MEMORY;
    struct node *n = branch_own(region, slot, node_fanout(link_node(*slot)) + 1);
    if (n == NULL) {
        link_drop(rest);
        return TRIE_NO_MEMORY;
    }
    branch_put(n, key[0], rest);
    return TRIE_OK;
}

static enum trie_status add_terminal(struct trie_region *region, uintptr_t *slot)
{
    struct node *n = branch_own(region, slot, 0);
    if (n == NULL)
        return TRIE_NO_MEMORY;
    node_set_terminal(n);
    return TRIE_OK;
}

/* Goes back along the cursor to the deepest branch that the key shares with the one before; the slot of that.
 */
static inline uintptr_t *cursor_back(struct trie_cursor *cursor, uintptr_t *root, const uint8_t *key,
                                     size_t length, size_t *at)
{
    size_t shorter = length < cursor->length ? length : cursor->length;
    size_t common = cursor->count == 0 ? 0 : bytes_common(cursor->key, key, shorter);
    while (cursor->count > 0 && cursor->steps[cursor->count - 1].at > common)
        cursor->count--;
    cursor->key = key;
    cursor->length = length;
    if (cursor->count == 0) {
        *at = 0;
        return root;
    }
    const struct trie_step *step = &cursor->steps[--cursor->count]; /* the descent begins with it again */
    *at = step->at;
    return step->slot;
}

static inline void cursor_push(struct trie_cursor *cursor, uintptr_t *slot, size_t at)
{
    if (cursor->count < TRIE_CURSOR_STEPS)
        cursor->steps[cursor->count++] = (struct trie_step){slot, at};
}

/*
 * Inlined with and without a cursor. What is below a branch on the cursor's way may have been moved since;
 * what is above it was not, as an insertion changes one branch and what hangs on it.
 */
static inline __attribute__((always_inline)) enum trie_status insert(struct trie_region *region,
                                                                     struct trie_cursor *cursor,
                                                                     uintptr_t *slot, const uint8_t *key,
                                                                     size_t length, bool *added)
{
    const uint8_t *start = key;
    bool copying = false;
    *added = true;
    if (cursor != NULL) {
        size_t at;
        slot = cursor_back(cursor, slot, key, length, &at);
        key += at;
        length -= at;
    }
    while (*slot != 0 && !link_is_rest(*slot)) {
        struct node *n = link_node(*slot);
        if (!copying && node_shared(n)) {
            if (link_contains(*slot, key, length)) {
                *added = false;
                return TRIE_OK;
            }
            copying = true;
        }
        if (cursor != NULL && !copying)
            cursor_push(cursor, slot, (size_t)(key - start));
        size_t prefix_bytes = node_tail_bytes(n);
        size_t shorter = length < prefix_bytes ? length : prefix_bytes;
        size_t common = bytes_common(node_tail(n), key, shorter);
        if (common < prefix_bytes)
            return split(region, slot, node_tail(n), prefix_bytes, key, length, common);
        key += prefix_bytes;
        length -= prefix_bytes;
        if (length == 0) {
            *added = !node_terminal(n);
            return *added ? add_terminal(region, slot) : TRIE_OK;
        }
        uintptr_t *child = branch_find(n, key[0]);
        if (child == NULL)
            return add_child(region, slot, key, length);
        if (copying) {
            n = branch_own(region, slot, 0);
            if (n == NULL)
                return TRIE_NO_MEMORY;
            child = branch_find(n, key[0]);
        }
        slot = child;
        key++;
        length--;
    }
    if (*slot != 0)
        return insert_beside_rest(region, slot, key, length, added);
    *slot = rest_new(region, key, length);
    return *slot != 0 ? TRIE_OK : TRIE_NO_MEMORY;
}

enum trie_status link_insert(struct trie_region *region, uintptr_t *slot, const uint8_t *key, size_t length,
                             bool *added)
{
    return insert(region, NULL, slot, key, length, added);
}

enum trie_status trie_insert_near(struct trie *t, struct trie_cursor *cursor, struct trie_region *region,
                                  const uint8_t *key, size_t length, bool *added)
{
    if (length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    bool is_new;
    enum trie_status status = insert(region, cursor, &t->root, key, length, &is_new);
    if (status == TRIE_OK && added != NULL)
        *added = is_new;
    return status;
}

enum trie_status trie_insert_in(struct trie *t, struct trie_region *region, const uint8_t *key, size_t length,
                                bool *added)
{
    if (length > TRIE_KEY_BYTES_MAX)
        return TRIE_KEY_TOO_LONG;
    bool is_new;
    enum trie_status status = link_insert(region, &t->root, key, length, &is_new);
    if (status == TRIE_OK && added != NULL)
        *added = is_new;
    return status;
}

enum trie_status trie_insert(struct trie *t, const uint8_t *key, size_t length, bool *added)
{
    return trie_insert_in(t, NULL, key, length, added);
}
