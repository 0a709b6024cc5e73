/* stack.c - the stack that stands in for recursion wherever a trie's depth decides how much is needed. */
#include "trie/node.h"

#include <stdlib.h>

void *stack_push(struct stack *stack, size_t entry_bytes)
{
    if (stack->count == stack->room) {
        size_t room = stack->room == 0 ? 32 : 2 * stack->room;
        void *entries = realloc(stack->entries, room * entry_bytes);
        if (entries == NULL)
            return NULL;
        stack->entries = entries;
        stack->room = room;
    }
    return (char *)stack->entries + entry_bytes * stack->count++;
}

void stack_free(struct stack *stack)
{
    free(stack->entries);
    *stack = (struct stack){0};
}
