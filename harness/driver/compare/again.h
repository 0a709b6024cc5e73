/*
 * again.h - the second look of a comparison of builds: what the first left open is measured again, by
 * itself, and judged by what is measured then alone.
 *
 * Level and budget are split beforehand, so that both looks together raise no more false alarms than one
 * would.
 */
#ifndef HARNESS_DRIVER_COMPARE_AGAIN_H
#define HARNESS_DRIVER_COMPARE_AGAIN_H

#include "harness/common/error.h"
#include "harness/driver/compare/judge.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>

/* What of the level, and of the budget, the first look gets. */
#define LOOK_FIRST_LEVEL  0.8
#define LOOK_FIRST_BUDGET 0.6

/* What is to be measured again. */
struct again {
    const struct pair **pairs; /* those nearest to a verdict first; owned */
    size_t count;              /* 0: nothing is open, or there is no time */
    size_t rounds;
};

/*
 * Chooses what can be measured again in seconds, if a trial takes trial_s: open pairs, in as many rounds as
 * they had or up to four times as many, and fewer pairs where even that takes too long. level is that of the
 * second look. Errors: false, *again empty: no memory. first must outlive it.
 */
bool again_choose(const struct comparison *first, double level, double seconds, double trial_s,
                  struct again *again, struct error *error);

void again_free(struct again *again);

/*
 * The folder of the second look, in path[size], below that of a run, told by its folder or its file. That it
 * is there tells that the level was split. Errors: false: too long.
 */
bool again_folder(const char *folder_or_file, char *path, size_t size, struct error *error);

/*
 * Measures what was chosen, in the builds of the first look, into the folder, which is empty; file[size] is
 * what came of it. *interrupted is set where it was ended early.
 * Errors: false: first does not say how it was measured, or as session_prepare() and session_run().
 */
bool again_measure(const char *program, const struct results *first, const struct again *again,
                   double seconds, bool quiet, const char *folder, char *file, size_t size, bool *interrupted,
                   struct error *error);

#endif
