/* trial_page.c - see trial_page.h. */
#include "harness/common/trial_page.h"

bool trial_page_sane(const struct trial_page *page)
{
    return page->magic == PAGE_MAGIC && page->version == PAGE_VERSION && page->verdict <= PAGE_VERDICT_OOM &&
           page->stage <= STAGE_DONE && page->thread_count <= PAGE_THREADS_MAX &&
           page->cpu_count <= PAGE_CPUS_MAX && page->sample_count <= PAGE_SAMPLES_MAX &&
           page->counter_count <= PAGE_COUNTERS_MAX;
}
