/* allocator.c - the table behind registry.def, and the environment that starts a worker. */
#include "allocators/allocator.h"
#include "allocators/knobs.h"
#include "allocators/registry.h"

#include <stdio.h>
#include <string.h>

static const struct allocator *const table[] = {
#define ALLOCATOR(symbol) &symbol,
#include "allocators/registry.def"
#undef ALLOCATOR
};

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

const struct allocator *const *allocator_registry(size_t *count)
{
    *count = TABLE_ROWS;
    return table;
}

const struct allocator *allocator_find(const char *name)
{
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const char *allocator_arena_limit_knob(const char *spec)
{
    char name[64];
    int length = (int)strcspn(spec, ":");
    if (length >= (int)sizeof name)
        return NULL;
    snprintf(name, sizeof name, "%.*s", length, spec);
    const struct allocator *allocator = allocator_find(name);
    return allocator == NULL ? NULL : allocator->arena_limit_knob;
}

bool allocator_start(const struct allocator_variant *variant, struct allocator_environment *out, char *reason,
                     size_t size)
{
    const struct allocator *allocator = variant->allocator;
    out->count = 0;
    if (variant->object[0] == '\0' && allocator->objects != NULL)
        return allocator_fail(reason, size, "%s has not been located yet", allocator->name);
    if (variant->object[0] != '\0' && !environment_add(out, reason, size, "LD_PRELOAD=%s", variant->object))
        return false;
    return allocator->environment == NULL ||
           allocator->environment(variant->settings, variant->setting_count, out, reason, size);
}

const char *const *allocator_foreign_variables(void)
{
    static const char *const variables[] = {
        "LD_PRELOAD",
        "LD_AUDIT",
        "GLIBC_TUNABLES",
        "MALLOC_*", /* MALLOC_CONF of jemalloc, MALLOC_ARENA_MAX and its kin of glibc */
        "MALLOCSTATS",
        "JE_MALLOC_CONF",
        "_RJEM_MALLOC_CONF",
        "MIMALLOC_*",
        "TCMALLOC_*",
        "HEAPPROFILE*",
        "HEAP_PROFILE_*",
        "HEAPCHECK",
        "HEAP_CHECK_*",
        "CPUPROFILE*",
        "SCUDO_OPTIONS",
        "TBB_MALLOC_*",
        NULL,
    };
    return variables;
}

bool allocator_variable_foreign(const char *entry)
{
    size_t length = strcspn(entry, "=");
    for (const char *const *variable = allocator_foreign_variables(); *variable != NULL; variable++) {
        size_t known = strcspn(*variable, "*");
        bool prefix = (*variable)[known] == '*';
        if ((prefix ? length >= known : length == known) && memcmp(entry, *variable, known) == 0)
            return true;
    }
    return false;
}
