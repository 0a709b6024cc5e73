/* verdict.h - how the trial went, as the worker leaves it in the page. */
#ifndef HARNESS_WORKER_VERDICT_H
#define HARNESS_WORKER_VERDICT_H

#include "harness/common/trial_page.h"
#include "strategies/strategy.h"

#include <stdbool.h>

/*
 * Leaves a verdict and its reason, unless there is one already: the first cause stays. Always returns false,
 * so that `return verdict_give(...)` ends the trial.
 */
bool verdict_give(struct trial_page *page, enum page_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The verdict on a call of the strategy that did not return STRATEGY_OK; `call` is its name. Always returns
 * false. */
bool verdict_on_call(struct trial_page *page, enum strategy_status status, const char *call);

#endif
