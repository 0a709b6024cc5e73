/* memory.c - see memory.h. */
#include "harness/worker/memory.h"

#include <sys/resource.h>

_Static_assert(ALLOCATOR_UNKNOWN == PAGE_UNKNOWN, "unknown is the same number on both sides");

struct memory_faults memory_faults_now(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return (struct memory_faults){0, 0};
    return (struct memory_faults){(uint64_t)usage.ru_minflt, (uint64_t)usage.ru_majflt};
}

uint64_t memory_rss_peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : PAGE_UNKNOWN;
}

static uint64_t above(uint64_t level, uint64_t base)
{
    if (level == PAGE_UNKNOWN || base == PAGE_UNKNOWN)
        return PAGE_UNKNOWN;
    return level > base ? level - base : 0;
}

void memory_note_levels(struct trial_page *page, const struct memory_levels *levels)
{
    page->heap_live_bytes = above(levels->standing, levels->before);
    page->leak_bytes = above(levels->after, levels->before);
    if (page->heap_peak_bytes == PAGE_UNKNOWN ||
        (page->heap_live_bytes != PAGE_UNKNOWN && page->heap_live_bytes > page->heap_peak_bytes))
        page->heap_peak_bytes = page->heap_live_bytes;
}

void memory_note_contention(struct trial_page *page, const struct allocator_counters *before,
                            const struct allocator_counters *after)
{
    page->arenas = after->arenas;
    page->arenas_limit = after->arenas_limit;
    page->threads_per_arena_max = after->threads_per_arena_max;
    page->lock_waits = above(after->lock_waits, before->lock_waits);
    page->lock_wait_ns = above(after->lock_wait_ns, before->lock_wait_ns);
}

void memory_forget(struct trial_page *page)
{
    page->heap_live_bytes = page->heap_peak_bytes = page->leak_bytes = PAGE_UNKNOWN;
    page->arenas = page->arenas_limit = page->threads_per_arena_max = PAGE_UNKNOWN;
    page->lock_waits = page->lock_wait_ns = PAGE_UNKNOWN;
    page->rss_peak_bytes = PAGE_UNKNOWN;
}
