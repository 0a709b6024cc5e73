/* trial.h - one trial from end to end: everything is made ready, sampled, and put away again. */
#ifndef HARNESS_WORKER_TRIAL_H
#define HARNESS_WORKER_TRIAL_H

#include "harness/common/trial_args.h"
#include "harness/common/trial_page.h"

/*
 * Runs the trial and leaves what came of it in the page, whose verdict is set when this returns. The calling
 * thread becomes worker 0, is pinned, and stays so.
 */
void trial_run(const struct trial_args *args, struct trial_page *page);

#endif
