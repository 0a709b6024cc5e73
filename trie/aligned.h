/*
 * aligned.h - memory that begins at a multiple of more than malloc() sees to.
 *
 * Not aligned_alloc(): glibc's (2.36) asks itself for more than it keeps, so that what is given back is too
 * small for the next call of the same size, and the heap grows by it each time.
 */
#ifndef TRIE_ALIGNED_H
#define TRIE_ALIGNED_H

#include <stddef.h>
#include <stdint.h>

/* The next multiple of alignment, a power of two. */
static inline uint8_t *aligned_up(void *memory, size_t alignment)
{
    return (uint8_t *)(((uintptr_t)memory + alignment - 1) & ~(uintptr_t)(alignment - 1));
}

/* So many bytes, for aligned_give(); alignment is a power of two, of 16 or more. NULL without memory. Any
 * thread. */
void *aligned_take(size_t alignment, size_t bytes);

/* NULL is allowed. */
void aligned_give(void *memory);

#endif
