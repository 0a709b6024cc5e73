/*
 * region.c - see region.h.
 *
 * A block is a run of pages, each aligned to its own size and headed by a pointer to the block, so that a
 * node's address leads to it. It ends a little before its last page does, where malloc can have its header:
 * so blocks may lie next to each other.
 */
#include "trie/huge.h"
#include "trie/node.h"

#include <stdlib.h>

enum {
    PAGES_MORE = 4,   /* of a block that was not foreseen */
    PAGES_MAX = 1536, /* a block of 6 MiB, three huge pages: see README.md */
};

/* Added to the living of a block while its region still cuts nodes out of it. */
#define OPEN_BIAS (UINT32_C(1) << 31)

/* What each page starts with. */
struct page {
    struct region_block *block;
};

struct region_block {
    struct page first;
    _Atomic uint32_t living;
};

_Static_assert(sizeof(struct region_block) % 8 == 0, "nodes are aligned to 8");
_Static_assert(PAGES_MAX *PAGE_BYTES / 16 < OPEN_BIAS, "the living of a block can be counted");

static struct region_block *block_of(const void *node)
{
    return ((const struct page *)((uintptr_t)node & ~(uintptr_t)(PAGE_BYTES - 1)))->block;
}

bool block_same(const void *left, const void *right)
{
    return (((uintptr_t)left ^ (uintptr_t)right) & ~(uintptr_t)(PAGE_BYTES - 1)) == 0 ||
           block_of(left) == block_of(right);
}

static void block_reduce(struct region_block *block, uint32_t count)
{
    if (atomic_fetch_sub_explicit(&block->living, count, memory_order_acq_rel) == count)
        free(block);
}

void block_give_back(const void *node, uint32_t count)
{
    block_reduce(block_of(node), count);
}

void trie_region_open(struct trie_region *region, size_t expect_bytes)
{
    *region = (struct trie_region){.expect_bytes = expect_bytes, .huge = expect_bytes >= HUGE_FROM_BYTES};
}

/* The region needs its block no longer; from here on it lives as long as its nodes. */
static void leave_block(struct trie_region *region)
{
    if (region->block != NULL)
        block_reduce(region->block, OPEN_BIAS - region->taken);
    region->block = NULL;
    region->taken = 0;
}

void trie_region_close(struct trie_region *region)
{
    leave_block(region);
    *region = (struct trie_region){.next = NULL};
}

static size_t pages_wanted(const struct trie_region *region)
{
    size_t pages = (region->expect_bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    if (pages == 0)
        return PAGES_MORE;
    return pages < PAGES_MAX ? pages : PAGES_MAX;
}

static void *block_memory(const struct trie_region *region, size_t pages)
{
    size_t bytes = pages * PAGE_BYTES - MALLOC_HEADER_BYTES;
    void *memory;
    if (region->huge)
        return huge_alloc(bytes);
    return posix_memalign(&memory, PAGE_BYTES, bytes) == 0 ? memory : NULL;
}

static bool next_block(struct trie_region *region)
{
    size_t pages = pages_wanted(region);
    void *memory = block_memory(region, pages);
    if (memory == NULL)
        return false;
    struct region_block *block = memory;
    leave_block(region);
    block->first.block = block;
    atomic_init(&block->living, OPEN_BIAS);
    region->block = block;
    region->pages_left = pages - 1;
    region->next = (uint8_t *)(block + 1);
    region->end = (uint8_t *)block + PAGE_BYTES - (pages == 1 ? MALLOC_HEADER_BYTES : 0);
    size_t bytes = pages * PAGE_BYTES;
    region->expect_bytes -= bytes < region->expect_bytes ? bytes : region->expect_bytes;
    return true;
}

static void next_page(struct trie_region *region)
{
    struct page *page = (struct page *)region->end;
    page->block = region->block;
    region->pages_left--;
    region->next = (uint8_t *)(page + 1);
    region->end = (uint8_t *)page + PAGE_BYTES - (region->pages_left == 0 ? MALLOC_HEADER_BYTES : 0);
}

static __attribute__((noinline)) bool refill(struct trie_region *region)
{
    if (region->pages_left == 0)
        return next_block(region);
    next_page(region);
    return true;
}

void *region_take(struct trie_region *region, size_t bytes)
{
    if ((size_t)(region->end - region->next) < bytes && !refill(region))
        return NULL;
    void *node = region->next;
    region->next += bytes;
    region->taken++;
    return node;
}
