/* page.h - the worker's end of the trial page. */
#ifndef HARNESS_WORKER_PAGE_H
#define HARNESS_WORKER_PAGE_H

#include "harness/common/error.h"
#include "harness/common/trial_page.h"

#include <stdbool.h>

/*
 * Maps the page in a memory file, or in memory of its own if fd is -1; writes all of it, so that no later
 * store faults, and marks as unknown what is not measured yet. It stays mapped until page_unmap(); fd is left
 * open. Errors: false, with a sentence: no such descriptor, or a file that is too small.
 */
bool page_map(int fd, struct trial_page **page, struct error *error);

void page_unmap(struct trial_page *page);

#endif
