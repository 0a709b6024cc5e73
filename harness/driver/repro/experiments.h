/* experiments.h - the runs that the study's claims are judged by. */
#ifndef HARNESS_DRIVER_REPRO_EXPERIMENTS_H
#define HARNESS_DRIVER_REPRO_EXPERIMENTS_H

#include "harness/driver/experiment.h"

#include <stddef.h>

enum {
    REPRO_BULK,     /* the study's approaches at its sizes with its 18 workers */
    REPRO_CORES,    /* workers as the machine has cores, and larger batches */
    REPRO_RACES,    /* the restated race, perturbed, until each cell's first crash */
    REPRO_SOUND,    /* the same without it */
    REPRO_SCRATCH,  /* the 4 GiB buffer of the text path */
    REPRO_DISPATCH, /* what it takes to start or wake workers */
    REPRO_ARENAS,   /* arenas shared by many threads */
    REPRO_EXHAUST,  /* arenas and address space used up */
    REPRO_EXPERIMENTS
};

struct repro_experiment {
    struct experiment experiment;
    const char *sentence;
    bool bound; /* to the study's processors 0-17, where there are so many */
};

extern const struct repro_experiment repro_experiments[REPRO_EXPERIMENTS];

#endif
