/* scaling.h - how a time falls with the number of processors, and what of it does not. */
#ifndef HARNESS_STATS_SCALING_H
#define HARNESS_STATS_SCALING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The serial share that a speed-up on so many processors is explained by, if nothing but that stood in its
 * way; where it rises with the processors, something else does. Shape: speedup > 0, processors > 1
 * Source: Karp and Flatt 1990
 */
double karp_flatt(double speedup, double processors);

/* One trial. */
struct scaling_point {
    double processors, time;
    unsigned cluster; /* its round: what is drawn together */
};

enum scaling_model {
    SCALING_AMDAHL, /* time = one * (serial + (1 - serial) / p) */
    SCALING_USL,    /* and one * coherence * (p - 1) beside it */
};

struct scaling_fit {
    double one;                     /* time on one processor */
    double serial;                  /* share */
    double serial_low, serial_high; /* 95 %, by drawing clusters again */
    double coherence;               /* of the universal scalability law; 0 for Amdahl's */
    double lack_p; /* that the model holds, against the spread at the same number; below 0.05 it lacks */
    double aicc;   /* the smaller, the better */
};

enum scaling_refusal {
    SCALING_OK,
    SCALING_TOO_FEW_COUNTS, /* fewer different numbers of processors than the model's parameters and one */
    SCALING_TOO_FEW_POINTS, /* no second time at any of them, so that the fit cannot be judged */
    SCALING_NO_MEMORY,      /* or a time that is not above 0 */
};

/* Different numbers of processors that a model takes: its parameters and one more. */
size_t scaling_needed(enum scaling_model model);

/*
 * Fits by least squares, each time weighted by 1 / time^2, since a time's error grows with it. Draws `draws`
 * samples of the clusters for the interval, from seed.
 * Source: Amdahl 1967; Gunther 1993 (the law in its form for times); AICc: Hurvich and Tsai 1989; percentile
 * bootstrap: Efron 1979
 */
enum scaling_refusal scaling_fit(enum scaling_model model, const struct scaling_point *points, size_t count,
                                 size_t draws, uint64_t seed, struct scaling_fit *fit);

/* A place on a fitted curve. */
struct scaling_place {
    double processors;      /* the caller's */
    double time, low, high; /* 95 %, place by place, by drawing clusters again */
};

/* The curve that scaling_fit() fits to the same points, at places[place_count]. Errors: as there. */
enum scaling_refusal scaling_curve(enum scaling_model model, const struct scaling_point *points, size_t count,
                                   size_t draws, uint64_t seed, struct scaling_place *places,
                                   size_t place_count);

#endif
