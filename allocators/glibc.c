/*
 * glibc.c - the C library's own malloc (ptmalloc): arenas behind a lock each, a cache a thread before them.
 *
 * Its knobs are tunables, which it ignores silently where it does not know them and never reports. What
 * verify() proves is that the setting is in this process's environment and that this process's loader takes
 * it for that value.
 */
#include "allocators/knobs.h"
#include "allocators/process.h"
#include "allocators/registry.h"
#include "allocators/tunables.h"

#include <gnu/libc-version.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

/* malloc drops a value that is out of its own bounds without a word, so the bounds are those of its source.
 */
#define KNOBS(NUMBER)                                                                                        \
    NUMBER(arena_max, 1, 65536, "most arenas; threads beyond share them (default 8 a processor)")            \
    NUMBER(arena_test, 1, 65536, "arenas made before the limit is looked at (default 8)")                    \
    NUMBER(tcache_count, 0, 65535, "free blocks that a thread keeps of each size (default 7; 0: no cache)")  \
    NUMBER(tcache_max, 0, 1032, "largest block in bytes that a thread keeps")                                \
    NUMBER(mxfast, 0, 160, "largest block in bytes of the fast bins (0: none, memory goes back sooner)")     \
    NUMBER(mmap_threshold, 0, 33554432,                                                                      \
           "bytes from which a block is mapped by itself; also stops its growth")                            \
    NUMBER(mmap_max, 0, 2147483647, "most blocks mapped by themselves")                                      \
    NUMBER(trim_threshold, 0, 1099511627776, "free bytes at the top from which memory goes back")            \
    NUMBER(top_pad, 0, 1073741824, "bytes asked for beyond what is needed when a heap grows")                \
    NUMBER(perturb, 0, 255, "fill new blocks with the complement of this byte, freed ones with it (0: no)")  \
    NUMBER(hugetlb, 0, 2, "1: advise transparent huge pages, 2: map reserved huge pages")

#define VALID(name, low, high, sentence) KNOB_NUMBER_VALID(name, low, high)
KNOBS(VALID)

#define ROW(name, low, high, sentence)                                                                       \
    {#name, #low ".." #high, sentence, name##_valid, "glibc.malloc." #name},
static const struct allocator_knob knobs[] = {KNOBS(ROW)};

static bool glibc_environment(const struct allocator_setting *settings, size_t count,
                              struct allocator_environment *out, char *reason, size_t size)
{
    if (count == 0)
        return true;
    if (!environment_add(out, reason, size, "GLIBC_TUNABLES="))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!environment_extend(out, reason, size, "%s%s=%s", i == 0 ? "" : ":", settings[i].knob->variable,
                                settings[i].value))
            return false;
    return true;
}

static bool glibc_version(char *version, size_t size)
{
    snprintf(version, size, "%s%s", gnu_get_libc_version(), process_sanitized() ? "+sanitizer" : "");
    return true;
}

static bool glibc_verify(const struct allocator_setting *setting, char *reason, size_t size)
{
    const char *tunable = setting->knob->variable;
    uint64_t wanted = strtoull(setting->value, NULL, 10), value;
    if (process_sanitized())
        return allocator_fail(reason, size, "%s has no effect: a sanitizer has malloc for itself", tunable);
    if (!tunables_asked(tunable, &value) || value != wanted)
        return allocator_fail(reason, size, "GLIBC_TUNABLES does not set %s to %s", tunable, setting->value);
    if (!tunables_loader(tunable, &value, reason, size))
        return false;
    if (value != wanted)
        return allocator_fail(reason, size, "glibc's loader takes %s for %" PRIu64 ", not for %s", tunable,
                              value, setting->value);
    return true;
}

/* Counts the arenas in what malloc_info() prints. The text comes in pieces, so what is matched so far is
 * kept. */
struct arena_scan {
    uint64_t arenas;
    size_t matched;
};

static ssize_t scan_write(void *cookie, const char *text, size_t length)
{
    static const char mark[] = "<heap nr=";
    struct arena_scan *scan = cookie;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == mark[scan->matched])
            scan->matched++;
        else
            scan->matched = text[i] == mark[0];
        if (mark[scan->matched] == '\0') {
            scan->arenas++;
            scan->matched = 0;
        }
    }
    return (ssize_t)length;
}

static uint64_t count_arenas(void)
{
    struct arena_scan scan = {0};
    FILE *stream = fopencookie(&scan, "w", (cookie_io_functions_t){.write = scan_write});
    if (stream == NULL)
        return ALLOCATOR_UNKNOWN;
    bool written = malloc_info(0, stream) == 0;
    written &= fclose(stream) == 0;
    return written && scan.arenas > 0 ? scan.arenas : ALLOCATOR_UNKNOWN;
}

/* glibc's own rule for 64-bit machines. */
static uint64_t arenas_limit(void)
{
    uint64_t limit;
    return tunables_asked("glibc.malloc.arena_max", &limit) ? limit : 8 * (uint64_t)get_nprocs();
}

/* Under a sanitizer ptmalloc lies idle; the sanitizer knows what it has handed out, and no more. */
static void count_sanitized(struct allocator_counters *counters)
{
    size_t (*live)(void) = (size_t(*)(void))process_symbol("__sanitizer_get_current_allocated_bytes");
    if (live != NULL)
        counters->live_bytes = live();
}

static void glibc_counters(struct allocator_counters *counters)
{
    if (process_sanitized()) {
        count_sanitized(counters);
        return;
    }
    /* First, since the stream below is allocated from what is counted here. */
    struct mallinfo2 info = mallinfo2();
    counters->live_bytes = info.uordblks + info.hblkhd;
    counters->resident_bytes = info.arena + info.hblkhd;
    counters->arenas = count_arenas();
    counters->arenas_limit = arenas_limit();
}

const struct allocator allocator_glibc = {
    .name = "glibc",
    .sentence = "the C library's malloc: what a program gets that asks for nothing",
    .knobs = knobs,
    .knob_count = sizeof knobs / sizeof knobs[0],
    .arena_limit_knob = "arena_max",
    .environment = glibc_environment,
    .version = glibc_version,
    .verify = glibc_verify,
    .counters = glibc_counters,
};
