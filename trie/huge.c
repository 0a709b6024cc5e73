/* huge.c - see huge.h. */
#include "trie/huge.h"

#include <stdlib.h>
#include <sys/mman.h>

void *huge_alloc(size_t bytes)
{
    void *memory;
    /* The header of malloc's next piece may lie in the last huge page. */
    size_t huge_bytes = (bytes + MALLOC_HEADER_BYTES) & ~(size_t)(HUGE_PAGE_BYTES - 1);
    if (posix_memalign(&memory, huge_bytes > 0 ? HUGE_PAGE_BYTES : PAGE_BYTES, bytes) != 0)
        return NULL;
    if (huge_bytes > 0)
        (void)madvise(memory, huge_bytes, MADV_HUGEPAGE);
    return memory;
}
