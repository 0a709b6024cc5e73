/* check.c - the invariants of a trie, each with the sentence that names it. */
#include "trie/node.h"

struct check_frame {
    const struct node *branch;
    size_t cursor;
};

static const char *rest_fault(uintptr_t link)
{
    if (link_is_inline(link))
        return NULL;
    const struct node *leaf = link_node(link);
    if (node_tail_bytes(leaf) <= REST_INLINE_MAX)
        return "a leaf is short enough to be inline";
    if (node_terminal(leaf) || node_fanout(leaf) != 0)
        return "a leaf has what only a branch may have";
    return atomic_load(&leaf->refs) < REFS_HOLDER ? "a leaf is held by nobody" : NULL;
}

static const char *branch_fault(const struct node *n)
{
    size_t fanout = node_fanout(n), seen = 0, cursor = 0;
    if (atomic_load(&n->refs) < REFS_HOLDER)
        return "a branch is held by nobody";
    if (fanout > node_room[node_kind(n)])
        return "a branch has more children than room";
    if (fanout == 0 || (fanout == 1 && !node_terminal(n)))
        return "a branch stands where a rest or its only child should";
    int last = -1;
    uint8_t byte;
    for (uintptr_t *child; (child = branch_next(n, &cursor, &byte)) != NULL; seen++) {
        if (*child == 0)
            return "a child is missing";
        if ((int)byte <= last)
            return "the children are not in order";
        last = byte;
    }
    return seen != fanout ? "the fan-out is not the number of children" : NULL;
}

static const char *link_fault(uintptr_t link, struct stack *frames)
{
    if (link_is_rest(link))
        return rest_fault(link);
    const char *fault = branch_fault(link_node(link));
    if (fault != NULL)
        return fault;
    struct check_frame *frame = stack_push(frames, sizeof *frame);
    if (frame == NULL)
        return "no memory for the check";
    *frame = (struct check_frame){link_node(link), 0};
    return NULL;
}

const char *trie_fault(const struct trie *t)
{
    struct stack frames = {0};
    const char *fault = t->root == 0 ? NULL : link_fault(t->root, &frames);
    while (fault == NULL && frames.count != 0) {
        struct check_frame *top = (struct check_frame *)frames.entries + frames.count - 1;
        uint8_t byte;
        uintptr_t *child = branch_next(top->branch, &top->cursor, &byte);
        if (child == NULL)
            frames.count--;
        else
            fault = link_fault(*child, &frames);
    }
    stack_free(&frames);
    return fault;
}
