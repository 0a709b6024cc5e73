/* disturbance.h - whether a trial had its processors to itself. */
#ifndef HARNESS_DRIVER_DISTURBANCE_H
#define HARNESS_DRIVER_DISTURBANCE_H

#include "harness/driver/cell.h"

#include <jansson.h>
#include <stdbool.h>

/* What disturbed a trial; none is set where the worker could not tell. */
struct disturbance {
    bool stolen;    /* the hypervisor took more than 1 % of the sampling time */
    bool migrated;  /* a pinned thread was seen on another processor */
    bool preempted; /* other work took a processor away: over ten times, and over ten times a second a worker
                     */
    bool crowded;   /* the spinning control on the same threads fell short of 3/4 of what they should do */
};

/* Workers on purpose on fewer processors than they are (oversubscribed) are neither preempted nor crowded. */
struct disturbance disturbance_judge(const struct cell *cell, const struct trial_page *page);

/* The disturbance object of the record. The caller owns it; NULL if there is no memory. */
json_t *disturbance_json(const struct cell *cell, const struct trial_page *page);

#endif
