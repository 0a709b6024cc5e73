/* change.h - how much a time changed, in pairs, and the verdict on that. */
#ifndef HARNESS_STATS_CHANGE_H
#define HARNESS_STATS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

/* The power that a minimum detectable effect is given for. */
#define CHANGE_POWER 0.9

enum verdict {
    VERDICT_EQUIVALENT, /* the interval lies within the margin */
    VERDICT_IMPROVED,
    VERDICT_REGRESSED,
    VERDICT_INCONCLUSIVE,
};

/* Times over times: above 1 is slower. */
struct change {
    size_t pairs;
    double ratio;     /* 1 where there are no pairs */
    bool interval;    /* whether low and high are known */
    double low, high; /* of the ratio, at 1 - alpha */
    double p_slower;  /* if it is slower by the margin at most */
    double p_faster;  /* if it is faster by the margin at most */
    double p;         /* twice the smaller of both, 1 at most: that it is neither */
    double
        detectable; /* smallest share, 0.03 is 3 %, found with CHANGE_POWER; -1: not known (below 2 pairs) */
};

/*
 * What pairs tell: log_ratios holds ln(time after / time before) of each. The margin is a share (0.03): what
 * is smaller does not matter; it is as wide upwards as downwards on the logarithm, so that both directions
 * are judged alike. Shape:   margin >= 0, 0 < alpha < 1 Errors:  false: no memory, or a ratio that is not
 * finite Source:  signed_rank.h; detectable: normal approximation with the test's asymptotic efficiency of 3
 * / pi
 */
bool change_of(const double *log_ratios, size_t pairs, double margin, double alpha, struct change *change);

/*
 * The verdict at alpha, once p is corrected for all that was looked at beside it. Equivalence is two
 * one-sided tests: the whole interval, at 1 - alpha, inside the margin; on its edge is outside. Source:
 * Schuirmann 1987
 */
enum verdict change_verdict(const struct change *change, double p_corrected, double margin, double alpha);

/* "equivalent", "improved", "regressed", "inconclusive". */
const char *verdict_name(enum verdict verdict);

#endif
