/* aligned.c - see aligned.h. What malloc() gave is noted right before what is handed out. */
#include "trie/aligned.h"

#include <stdlib.h>

void *aligned_take(size_t alignment, size_t bytes)
{
    if (bytes > SIZE_MAX - alignment - sizeof(void *))
        return NULL;
    void **memory = malloc(bytes + alignment + sizeof *memory);
    if (memory == NULL)
        return NULL;
    void **aligned = (void **)aligned_up(memory + 1, alignment);
    aligned[-1] = memory;
    return aligned;
}

void aligned_give(void *memory)
{
    if (memory != NULL)
        free(((void **)memory)[-1]);
}
