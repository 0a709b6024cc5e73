/*
 * mimalloc.c - Microsoft's allocator: a heap a thread, free lists a page, no lock in between.
 *
 * Its release build counts neither blocks nor live bytes of the whole process (a heap can be walked by its
 * own thread only), so what is not committed memory stays unknown.
 */
#include "allocators/knobs.h"
#include "allocators/process.h"
#include "allocators/registry.h"

#include <stdio.h>
#include <stdlib.h>

/* The numbers are the options' places in mimalloc 2.0's enum mi_option_e; other versions have other places.
 */
#define KNOBS(NUMBER)                                                                                        \
    NUMBER(eager_commit, 0, 1, 3, "EAGER_COMMIT", "commit a whole segment at once (1) or as it is used (0)") \
    NUMBER(eager_commit_delay, 0, 1024, 14, "EAGER_COMMIT_DELAY",                                            \
           "segments of a thread not committed at once")                                                     \
    NUMBER(large_os_pages, 0, 1, 6, "LARGE_OS_PAGES", "use 2 MiB pages where the system gives them")         \
    NUMBER(page_reset, 0, 1, 11, "PAGE_RESET", "tell the system about pages as soon as they are free")       \
    NUMBER(abandoned_page_decommit, 0, 1, 12, "ABANDONED_PAGE_DECOMMIT",                                     \
           "give back free pages of ended threads")                                                          \
    NUMBER(decommit_delay, 0, 1000000, 15, "DECOMMIT_DELAY",                                                 \
           "milliseconds until free memory goes back (0: at once)")                                          \
    NUMBER(allow_decommit, 0, 1, 22, "ALLOW_DECOMMIT", "give memory back at all")                            \
    NUMBER(segment_decommit_delay, 0, 1000000, 23, "SEGMENT_DECOMMIT_DELAY", "the same for whole segments")  \
    NUMBER(decommit_extend_delay, 0, 1000000, 24, "DECOMMIT_EXTEND_DELAY",                                   \
           "milliseconds added when more is freed")                                                          \
    NUMBER(max_segment_reclaim, 0, 1024, 21, "MAX_SEGMENT_RECLAIM",                                          \
           "abandoned segments looked at in one go")                                                         \
    NUMBER(use_numa_nodes, 0, 1024, 16, "USE_NUMA_NODES", "NUMA nodes to believe in (0: as the system says)")

#define VALID(name, low, high, number, variable, sentence) KNOB_NUMBER_VALID(name, low, high)
KNOBS(VALID)

#define ROW(name, low, high, number, variable, sentence)                                                     \
    {#name, #low ".." #high, sentence, name##_valid, "MIMALLOC_" variable},
static const struct allocator_knob knobs[] = {KNOBS(ROW)};

#define OPTION(name, low, high, number, variable, sentence) number,
static const int option_numbers[] = {KNOBS(OPTION)};

/* mi_version(): 209 is 2.0.9. Zero if mimalloc is not here. */
static int version_number(void)
{
    int (*version)(void) = (int (*)(void))process_symbol("mi_version");
    return version != NULL ? version() : 0;
}

static bool mimalloc_version(char *version, size_t size)
{
    int number = version_number();
    snprintf(version, size, "%d.%d.%d", number / 100, number / 10 % 10, number % 10);
    return number > 0;
}

static bool mimalloc_verify(const struct allocator_setting *setting, char *reason, size_t size)
{
    long (*option_get)(int) = (long (*)(int))process_symbol("mi_option_get");
    int version = version_number();
    if (option_get == NULL || version / 10 != 20)
        return allocator_fail(reason, size,
                              "the options of mimalloc version %d cannot be read back, only those of 2.0",
                              version);
    long value = option_get(option_numbers[setting->knob - knobs]);
    if (value != strtol(setting->value, NULL, 10))
        return allocator_fail(reason, size, "mimalloc reports %ld for %s, not %s", value, setting->knob->name,
                              setting->value);
    return true;
}

static void mimalloc_counters(struct allocator_counters *counters)
{
    void (*process_info)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *) =
        (void (*)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *,
                  size_t *))process_symbol("mi_process_info");
    if (process_info == NULL)
        return;
    /* Its "current rss" is no resident size on Linux but repeats the committed bytes, which are taken by
     * their name. */
    size_t committed_bytes = 0;
    process_info(NULL, NULL, NULL, NULL, NULL, &committed_bytes, NULL, NULL);
    counters->resident_bytes = committed_bytes;
}

static const char *const objects[] = {"libmimalloc.so.2.0", "libmimalloc.so.2", NULL};

const struct allocator allocator_mimalloc = {
    .name = "mimalloc",
    .package = "libmimalloc2.0",
    .sentence = "Microsoft's allocator: a heap a thread, free lists a page",
    .objects = objects,
    .knobs = knobs,
    .knob_count = sizeof knobs / sizeof knobs[0],
    .environment = environment_of_variables,
    .version = mimalloc_version,
    .verify = mimalloc_verify,
    .counters = mimalloc_counters,
};
