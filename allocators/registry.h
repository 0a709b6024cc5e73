/* registry.h - the allocators of registry.def, and the stand-in that is on no list. Private to allocators/.
 */
#ifndef ALLOCATORS_REGISTRY_H
#define ALLOCATORS_REGISTRY_H

#include "allocators/allocator.h"

#define ALLOCATOR(symbol) extern const struct allocator symbol;
#include "allocators/registry.def"
#undef ALLOCATOR

/* Any library, named by its path: no knobs, no counters. */
extern const struct allocator allocator_other;

#endif
