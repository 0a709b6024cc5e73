/* page.c - see page.h. */
#include "harness/worker/page.h"

#include "harness/worker/memory.h"
#include "strategies/strategy.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

_Static_assert(sizeof(struct page_progress) == sizeof(struct strategy_progress) &&
                   offsetof(struct page_progress, phase) == offsetof(struct strategy_progress, phase) &&
                   offsetof(struct page_progress, sample) == offsetof(struct strategy_progress, sample) &&
                   offsetof(struct page_progress, item) == offsetof(struct strategy_progress, item),
               "strategies write the page's progress under their own name for it");
_Static_assert(sizeof(struct page_damage) == sizeof(struct strategy_damage) &&
                   offsetof(struct page_damage, slabs_lost) == offsetof(struct strategy_damage, slabs_lost) &&
                   offsetof(struct page_damage, texts_wrong) == offsetof(struct strategy_damage, texts_wrong),
               "and its damage");
_Static_assert(sizeof(struct page_alone) == sizeof(struct strategy_alone) &&
                   offsetof(struct page_alone, longest_ns) == offsetof(struct strategy_alone, longest_ns),
               "and what its jobs took alone");
_Static_assert((int)PHASE_COUNT <= (int)PAGE_PHASES_MAX, "every phase has its place");
_Static_assert(sizeof(struct page_counter) == sizeof(struct strategy_counter) &&
                   (int)PAGE_COUNTERS_MAX == (int)STRATEGY_COUNTERS_MAX,
               "a strategy counts straight into the page");

static const char *const phase_names[] = {
#define PHASE_NAME(name, text) text,
    STRATEGY_PHASE_LIST(PHASE_NAME)
#undef PHASE_NAME
};

static void begin(struct trial_page *page)
{
    uint32_t witness_comes = page->witness_comes; /* the one word that the driver has written */
    memset(page, 0, sizeof *page);
    page->witness_comes = witness_comes;
    page->version = PAGE_VERSION;
    for (size_t i = 0; i < PHASE_COUNT; i++)
        snprintf(page->phase_names[i], sizeof page->phase_names[i], "%s", phase_names[i]);
    memory_forget(page);
    page->magic = PAGE_MAGIC; /* last: now the rest means something */
}

bool page_map(int fd, struct trial_page **page, struct error *error)
{
    struct stat status;
    if (fd >= 0 && fstat(fd, &status) != 0)
        return error_errno(error, "--page-fd %d", fd);
    if (fd >= 0 && (!S_ISREG(status.st_mode) || status.st_size < (off_t)sizeof(struct trial_page)))
        return error_set(error, "--page-fd %d: no file of %zu bytes", fd, sizeof(struct trial_page));
    int flags = fd >= 0 ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS;
    void *memory = mmap(NULL, sizeof(struct trial_page), PROT_READ | PROT_WRITE, flags, fd, 0);
    if (memory == MAP_FAILED)
        return error_errno(error, "cannot map the trial page");
    *page = memory;
    begin(*page);
    return true;
}

void page_unmap(struct trial_page *page)
{
    munmap(page, sizeof *page);
}
