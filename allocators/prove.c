/* prove.c - whether this process runs on the variant that was asked for, and what that variant counted. */
#include "allocators/allocator.h"
#include "allocators/knobs.h"
#include "allocators/process.h"

#include <string.h>

/* Whether base is name, or name with a longer version behind it: libtcmalloc.so.4, libtcmalloc.so.4.5.10. */
static bool is_named(const char *base, const char *name)
{
    size_t length = strlen(name);
    return strncmp(base, name, length) == 0 && (base[length] == '\0' || base[length] == '.');
}

/* Whether a loaded file is the variant's. */
static bool belongs(const struct allocator_variant *variant, const char *path)
{
    if (path[0] == '\0')
        return false;
    if (variant->object[0] != '\0' && process_same_file(path, variant->object))
        return true;
    const char *const *names = variant->allocator->objects;
    for (; names != NULL && *names != NULL; names++)
        if (is_named(path_base(path), *names))
            return true;
    if (variant->object[0] != '\0' || variant->allocator->objects != NULL)
        return false;
    return is_named(path_base(path), "libc.so.6") || (process_sanitized() && process_sanitizer_object(path));
}

/* What the variant's library is called, for people. */
static const char *wanted(const struct allocator_variant *variant)
{
    if (variant->object[0] != '\0')
        return variant->object;
    return variant->allocator->objects != NULL ? variant->allocator->objects[0] : "libc.so.6";
}

static bool serves(const struct allocator_variant *variant, const char *symbol, char *reason, size_t size)
{
    char path[ALLOCATOR_ENV_BYTES];
    process_object(symbol, path, sizeof path);
    if (belongs(variant, path))
        return true;
    return allocator_fail(
        reason, size, "%s is served by '%s', not by '%s'%s", symbol, path, wanted(variant),
        process_sanitized() ? ": a sanitizer is in this process, which has malloc for itself" : "");
}

bool allocator_prove(const struct allocator_variant *variant, struct allocator_proof *proof, char *reason,
                     size_t size)
{
    *proof = (struct allocator_proof){0};
    process_object("malloc", proof->object, sizeof proof->object);
    if (!serves(variant, "malloc", reason, size) || !serves(variant, "free", reason, size))
        return false;
    const struct allocator *allocator = variant->allocator;
    if (!allocator->version(proof->version, sizeof proof->version))
        return allocator_fail(reason, size, "%s does not tell its version", proof->object);
    for (size_t i = 0; i < variant->setting_count; i++)
        if (!allocator->verify(&variant->settings[i], reason, size))
            return false;
    return true;
}

void allocator_count(const struct allocator_variant *variant, struct allocator_counters *counters)
{
    *counters = (struct allocator_counters){
        .live_bytes = ALLOCATOR_UNKNOWN,
        .resident_bytes = ALLOCATOR_UNKNOWN,
        .arenas = ALLOCATOR_UNKNOWN,
        .arenas_limit = ALLOCATOR_UNKNOWN,
        .threads_per_arena_max = ALLOCATOR_UNKNOWN,
        .lock_waits = ALLOCATOR_UNKNOWN,
        .lock_wait_ns = ALLOCATOR_UNKNOWN,
    };
    char ignored[1];
    /* The C library answers even where another allocator serves malloc, and then says that nothing is
     * allocated. */
    if (variant->allocator->counters != NULL && serves(variant, "malloc", ignored, sizeof ignored))
        variant->allocator->counters(counters);
}
