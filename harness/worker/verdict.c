/* verdict.c - see verdict.h. */
#include "harness/worker/verdict.h"

#include <stdarg.h>
#include <stdio.h>

bool verdict_give(struct trial_page *page, enum page_verdict verdict, const char *format, ...)
{
    if (page->verdict != PAGE_VERDICT_NONE)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->reason, sizeof page->reason, format, arguments);
    va_end(arguments);
    page->verdict = (uint32_t)verdict;
    return false;
}

bool verdict_on_call(struct trial_page *page, enum strategy_status status, const char *call)
{
    uint32_t sample = page->progress[0].sample;
    switch (status) {
    case STRATEGY_NO_MEMORY:
        return verdict_give(page, PAGE_VERDICT_OOM, "sample %u: %s() got no memory", sample, call);
    case STRATEGY_UNSUPPORTED:
        return verdict_give(page, PAGE_VERDICT_REFUSED,
                            "%s(): the strategy does not support this combination", call);
    case STRATEGY_NO_THREAD:
        return verdict_give(page, PAGE_VERDICT_REFUSED, "%s(): the system gave no thread", call);
    case STRATEGY_OK:
    case STRATEGY_FAILED:
        break;
    }
    return verdict_give(page, PAGE_VERDICT_CORRUPT, "sample %u: %s() failed", sample, call);
}
