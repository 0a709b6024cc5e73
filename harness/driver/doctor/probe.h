/* probe.h - what has to be tried out on the running machine: clock, processors, counters, neighbours.
 */
#ifndef HARNESS_DRIVER_DOCTOR_PROBE_H
#define HARNESS_DRIVER_DOCTOR_PROBE_H

#include "harness/driver/doctor/processes.h"

#include <stdbool.h>
#include <stdint.h>

struct doctor_probes {
    bool ran; /* false: nothing below was measured */

    /* How many times as much two threads get done as one does in the same time; 0: could not be tried. */
    double speedup_free, speedup_pinned;
    double unsteadiness; /* slow tenth over fast tenth of equal pieces of work; 0: could not be tried */

    bool clock_good; /* went forward all the time */
    uint64_t clock_step_ns, clock_cost_ns;

    int counters_errno; /* why there are no hardware counters; 0: there are */

    char busy_name[PROCESS_NAME_BYTES]; /* the busiest other process; empty: none */
    double busy_share;                  /* of one processor */
    double busy_share_all;              /* of all other processes together */
    bool damon;                         /* a kernel thread samples memory accesses */
};

/*
 * Tries everything; takes about half a second. pin are two processors for the pinned threads, -1 if there are
 * not two. Never fails: what could not be tried is marked so.
 */
void doctor_probe(const int pin[2], struct doctor_probes *probes);

#endif
