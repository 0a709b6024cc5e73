/*
 * region.h - memory for the nodes of one builder: many of them cut out of one block of malloc's.
 *
 * A node in a block is a node like any other: it may be shared, moved into another trie and given up by any
 * thread. A block goes back to malloc when the last of its nodes was given up and the region it belongs to
 * has moved on. So a block that holds one living node is held whole.
 *
 * A region belongs to one thread. Source: region (arena) allocation, here with the count of the living in
 * each region's header, found by the address as in slab allocators.
 */
#ifndef TRIE_REGION_H
#define TRIE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A larger node is asked of malloc by itself. */
enum { REGION_NODE_BYTES_MAX = 504 };

struct region_block;

/* Make it by trie_region_open(). */
struct trie_region {
    uint8_t *next, *end; /* what is left of the page in hand */
    struct region_block *block;
    uint8_t *block_end;  /* of the block's memory */
    size_t expect_bytes; /* that blocks to come will have to hold, as far as was foreseen */
    size_t bytes;        /* of all its blocks */
    uint32_t taken;      /* nodes cut out of the block */
    bool huge;           /* blocks are huge pages, where the kernel gives them */
};

/* An empty region for about so many bytes of nodes. Allocates nothing. */
void trie_region_open(struct trie_region *region, size_t expect_bytes);

/* What it has cut out of its blocks so far, for regions to come that will hold about as much. */
size_t trie_region_bytes(const struct trie_region *region);

/* Ends the region; its nodes live on. Cannot fail. */
void trie_region_close(struct trie_region *region);

#endif
