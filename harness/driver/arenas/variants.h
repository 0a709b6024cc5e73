/* variants.h - each allocator under each limit of its arenas. */
#ifndef HARNESS_DRIVER_ARENAS_VARIANTS_H
#define HARNESS_DRIVER_ARENAS_VARIANTS_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"
#include "harness/driver/text.h"

#include <stddef.h>
#include <stdint.h>

enum { ARENAS_LIMITS_MAX = 8, ARENAS_BASES_MAX = 16 };

#define ARENAS_NO_LIMIT UINT64_MAX /* as many as the allocator makes by itself */

/* One allocator, with the knobs that do not change, under every limit. */
struct arenas_base {
    char spec[CELL_TEXT_BYTES];                        /* "jemalloc:tcache=false" */
    size_t limit_count;                                /* 1 where it has no such limit */
    uint64_t limits[ARENAS_LIMITS_MAX];                /* ascending, ARENAS_NO_LIMIT last */
    char variants[ARENAS_LIMITS_MAX][CELL_TEXT_BYTES]; /* "jemalloc:tcache=false:narenas=1" */
};

struct arenas_bases {
    struct arenas_base items[ARENAS_BASES_MAX];
    size_t count;
};

/*
 * The variants of all allocators named. limits is of the finite limits, in any order.
 * Errors: too many of either, a knob that is the limit itself, or too long a name.
 */
bool arenas_bases_make(const struct text_list *allocators, const struct number_list *limits,
                       struct arenas_bases *bases, struct error *error);

#endif
