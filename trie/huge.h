/*
 * huge.h - memory in huge pages where the kernel gives them: one fault in place of 512, and one entry of the
 * TLB.
 *
 * Private to trie/ and to strategies that make nodes of their own.
 */
#ifndef TRIE_HUGE_H
#define TRIE_HUGE_H

#include <stddef.h>

enum {
    PAGE_BYTES = 4096,
    MALLOC_HEADER_BYTES = 64, /* left at the end of the last page: so pieces may lie next to each other */
    HUGE_PAGE_BYTES = 2 << 20,
    HUGE_FROM_BYTES = 20 << 20, /* worth it: halves of less, built side by side, lost by it */
};

/*
 * Memory for free(): bytes aligned to a page, and from a huge page's size (less MALLOC_HEADER_BYTES) on
 * aligned to one, for which the kernel is asked then; it may refuse. NULL without memory. Any thread.
 */
void *huge_alloc(size_t bytes);

#endif
