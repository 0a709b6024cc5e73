/* changes.h - where the cells of a history changed their level. */
#ifndef HARNESS_DRIVER_HISTORY_CHANGES_H
#define HARNESS_DRIVER_HISTORY_CHANGES_H

#include "harness/driver/history/file.h"
#include "harness/stats/edivisive.h"

enum { HISTORY_MARGIN_PERCENT = 3 }; /* unless told */

/* A cell that changed; all of it is there for the call alone. */
struct history_cell {
    const char *name;
    const double *values; /* ln of its time over that of `sequential`, a run each */
    const json_t *const *runs;
    size_t count;
    const struct change_point *points; /* that differ by the margin at least */
    size_t point_count;                /* above 0 */
};

/*
 * Calls tell for each cell of the newest run that changed its level by margin (a share) or more somewhere;
 * p is at most 0.001. Errors: false: no memory, or what tell says.
 */
bool history_changes(const struct history *history, double margin,
                     bool (*tell)(void *to, const struct history_cell *cell, struct error *error), void *to,
                     struct error *error);

/* A text of a run's line; "unknown" where there is none. */
const char *history_text(const json_t *run, const char *name);

#endif
