/*
 * region.c - see region.h.
 *
 * A block is a run of pages, each aligned to its own size and headed by a pointer to the block, so that a
 * node's address leads to it. It is asked of malloc with a page to spare, in place of aligned memory
 * (aligned.h says why), and begins with the first whole page there; the last one may be short. A little is
 * left for malloc's header: so blocks may lie next to each other.
 */
#include "trie/aligned.h"
#include "trie/huge.h"
#include "trie/node.h"

#include <stdlib.h>

enum {
    PAGE_BYTES_MIN = 1024, /* a shorter one is left: the largest node and the page's head fit */
    PAGES_MORE = 4,        /* of a block that was not foreseen */
    PAGES_MAX = 1535,      /* a block of 6 MiB, three huge pages: see README.md */
};

/* Added to the living of a block while its region still cuts nodes out of it. */
#define OPEN_BIAS (UINT32_C(1) << 31)

/* What each page starts with. */
struct page {
    struct region_block *block;
};

struct region_block {
    struct page first;
    void *memory; /* the block's, as malloc gave it */
    _Atomic uint32_t living;
};

_Static_assert(sizeof(struct region_block) % 8 == 0, "nodes are aligned to 8");
_Static_assert(REGION_NODE_BYTES_MAX + sizeof(struct region_block) <= PAGE_BYTES_MIN, "a node fits any page");
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
        free(block->memory);
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

size_t trie_region_bytes(const struct trie_region *region)
{
    return region->block == NULL ? 0 : region->bytes - (size_t)(region->block_end - region->next);
}

static size_t pages_wanted(const struct trie_region *region)
{
    size_t pages = (region->expect_bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    if (pages == 0)
        return PAGES_MORE;
    return pages < PAGES_MAX ? pages : PAGES_MAX;
}

/* The end of the page that starts there, or of the block. */
static uint8_t *page_end(const struct trie_region *region, uint8_t *start)
{
    size_t left = (size_t)(region->block_end - start);
    return start + (left < PAGE_BYTES ? left : PAGE_BYTES);
}

static bool next_block(struct trie_region *region)
{
    size_t pages = pages_wanted(region), bytes = (pages + 1) * PAGE_BYTES - MALLOC_HEADER_BYTES;
    uint8_t *memory = region->huge ? huge_alloc(bytes) : malloc(bytes);
    if (memory == NULL)
        return false;
    uint8_t *start = aligned_up(memory, PAGE_BYTES);
    struct region_block *block = (struct region_block *)start;
    leave_block(region);
    block->first.block = block;
    block->memory = memory;
    atomic_init(&block->living, OPEN_BIAS);
    region->block = block;
    region->block_end = memory + bytes;
    region->next = (uint8_t *)(block + 1);
    region->end = page_end(region, start);
    region->bytes += (size_t)(region->block_end - start);
    bytes = pages * PAGE_BYTES;
    region->expect_bytes -= bytes < region->expect_bytes ? bytes : region->expect_bytes;
    return true;
}

static void next_page(struct trie_region *region)
{
    struct page *page = (struct page *)region->end;
    page->block = region->block;
    region->next = (uint8_t *)(page + 1);
    region->end = page_end(region, region->end);
}

static __attribute__((noinline)) bool refill(struct trie_region *region)
{
    if ((size_t)(region->block_end - region->end) < PAGE_BYTES_MIN)
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
