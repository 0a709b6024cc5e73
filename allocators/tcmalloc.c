/*
 * tcmalloc.c - gperftools' thread-caching malloc in its two packages: minimal, and full with profilers.
 *
 * It has thread caches over one central heap: no arenas, and no statistics of its locks.
 */
#include "allocators/knobs.h"
#include "allocators/process.h"
#include "allocators/registry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* An empty property: the C interface cannot read it back. */
#define KNOBS(NUMBER)                                                                                        \
    NUMBER(max_total_thread_cache_bytes, 524288, 1073741824, "MAX_TOTAL_THREAD_CACHE_BYTES",                 \
           "tcmalloc.max_total_thread_cache_bytes", "bytes that all thread caches may keep together")        \
    NUMBER(aggressive_decommit, 0, 1, "AGGRESSIVE_DECOMMIT", "tcmalloc.aggressive_memory_decommit",          \
           "give free pages back at once")                                                                   \
    NUMBER(heap_limit_mb, 0, 16777216, "HEAP_LIMIT_MB", "tcmalloc.heap_limit_mb",                            \
           "MiB beyond which malloc fails (0: none)")                                                        \
    NUMBER(release_rate, 0, 10000, "RELEASE_RATE", "", "how eagerly free pages go back (0: never)")          \
    NUMBER(transfer_num_obj, 1, 8192, "TRANSFER_NUM_OBJ", "", "most blocks moved to a thread cache in one go")

#define VALID(name, low, high, variable, property, sentence) KNOB_NUMBER_VALID(name, low, high)
KNOBS(VALID)

#define ROW(name, low, high, variable, property, sentence)                                                   \
    {#name, #low ".." #high, sentence, name##_valid, "TCMALLOC_" variable},
static const struct allocator_knob knobs[] = {KNOBS(ROW)};

#define PROPERTY(name, low, high, variable, property, sentence) property,
static const char *const properties[] = {KNOBS(PROPERTY)};

/* A number that tcmalloc reports under a name, or ALLOCATOR_UNKNOWN. */
static uint64_t property_value(const char *property)
{
    int (*get)(const char *, size_t *) =
        (int (*)(const char *, size_t *))process_symbol("MallocExtension_GetNumericProperty");
    size_t value = 0;
    return get != NULL && get(property, &value) != 0 ? value : ALLOCATOR_UNKNOWN;
}

static bool tcmalloc_version(char *version, size_t size)
{
    const char *(*tc_version)(int *, int *, const char **) =
        (const char *(*)(int *, int *, const char **))process_symbol("tc_version");
    if (tc_version == NULL)
        return false;
    int major, minor;
    const char *patch;
    snprintf(version, size, "%s", tc_version(&major, &minor, &patch));
    return true;
}

static bool tcmalloc_verify(const struct allocator_setting *setting, char *reason, size_t size)
{
    const struct allocator_knob *knob = setting->knob;
    if (!process_variable_is(knob->variable, setting->value))
        return allocator_fail(reason, size, "the environment does not set %s to %s", knob->variable,
                              setting->value);
    const char *property = properties[knob - knobs];
    if (property[0] == '\0')
        return true;
    uint64_t value = property_value(property);
    if (value != strtoull(setting->value, NULL, 10))
        return allocator_fail(reason, size, "tcmalloc reports %" PRIu64 " for %s, not %s", value, property,
                              setting->value);
    return true;
}

static void tcmalloc_counters(struct allocator_counters *counters)
{
    counters->live_bytes = property_value("generic.current_allocated_bytes");
    counters->resident_bytes = property_value("generic.total_physical_bytes");
}

static const char *const minimal_objects[] = {"libtcmalloc_minimal.so.4", NULL};
static const char *const full_objects[] = {"libtcmalloc.so.4", NULL};

const struct allocator allocator_tcmalloc = {
    .name = "tcmalloc",
    .package = "libtcmalloc-minimal4",
    .sentence = "gperftools' thread-caching malloc, minimal: caches a thread over one central heap",
    .objects = minimal_objects,
    .knobs = knobs,
    .knob_count = sizeof knobs / sizeof knobs[0],
    .environment = environment_of_variables,
    .version = tcmalloc_version,
    .verify = tcmalloc_verify,
    .counters = tcmalloc_counters,
};

const struct allocator allocator_tcmalloc_full = {
    .name = "tcmalloc-full",
    .package = "libgoogle-perftools4",
    .sentence = "the same with its heap checker and profilers, which stay off",
    .objects = full_objects,
    .knobs = knobs,
    .knob_count = sizeof knobs / sizeof knobs[0],
    .environment = environment_of_variables,
    .version = tcmalloc_version,
    .verify = tcmalloc_verify,
    .counters = tcmalloc_counters,
};
