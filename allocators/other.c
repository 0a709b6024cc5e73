/* other.c - the stand-in for an allocator that is named by its path: started and proven, no more. */
#include "allocators/registry.h"

#include <stdio.h>

static bool other_version(char *version, size_t size)
{
    snprintf(version, size, "unknown");
    return true;
}

const struct allocator allocator_other = {
    .name = "other",
    .sentence = "any allocator, preloaded by its path; it has no knobs and counts nothing",
    .version = other_version,
};
