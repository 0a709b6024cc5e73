/* variants.c - see variants.h. */
#include "harness/driver/arenas/variants.h"

#include "allocators/allocator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether `:knob=` stands in the spec. */
static bool sets(const char *spec, const char *knob)
{
    char setting[64];
    snprintf(setting, sizeof setting, ":%s=", knob);
    return strstr(spec, setting) != NULL;
}

static int ascending(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool variant_add(const char *spec, const char *knob, uint64_t limit, struct arenas_base *base,
                        struct error *error)
{
    char *text = base->variants[base->limit_count];
    int used = limit == ARENAS_NO_LIMIT
                   ? snprintf(text, CELL_TEXT_BYTES, "%s", spec)
                   : snprintf(text, CELL_TEXT_BYTES, "%s:%s=%" PRIu64, spec, knob, limit);
    if (used < 0 || used >= CELL_TEXT_BYTES)
        return error_set(error, "--alloc: '%.60s' is too long", spec);
    base->limits[base->limit_count++] = limit;
    return true;
}

static bool base_make(const char *spec, const uint64_t *limits, size_t limit_count, struct arenas_base *base,
                      struct error *error)
{
    const char *knob = allocator_arena_limit_knob(spec);
    snprintf(base->spec, sizeof base->spec, "%s", spec);
    if (knob != NULL && sets(spec, knob))
        return error_set(error, "--alloc: %s sets %s, which is what --limits varies", spec, knob);
    for (size_t i = 0; knob != NULL && i < limit_count; i++) {
        if (!variant_add(spec, knob, limits[i], base, error))
            return false;
    }
    return variant_add(spec, knob, ARENAS_NO_LIMIT, base, error);
}

bool arenas_bases_make(const struct text_list *allocators, const struct number_list *limits,
                       struct arenas_bases *bases, struct error *error)
{
    uint64_t sorted[ARENAS_LIMITS_MAX];
    *bases = (struct arenas_bases){.count = 0};
    if (limits->count >= ARENAS_LIMITS_MAX)
        return error_set(error, "--limits: %d at most", ARENAS_LIMITS_MAX - 1);
    if (allocators->count > ARENAS_BASES_MAX)
        return error_set(error, "--alloc: %d at most", ARENAS_BASES_MAX);
    for (size_t i = 0; i < limits->count; i++)
        sorted[i] = limits->items[i];
    qsort(sorted, limits->count, sizeof sorted[0], ascending);
    for (size_t i = 0; i < allocators->count; i++) {
        if (!base_make(allocators->items[i], sorted, limits->count, &bases->items[bases->count++], error))
            return false;
    }
    return true;
}
