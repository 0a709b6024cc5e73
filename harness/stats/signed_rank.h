/* signed_rank.h - Wilcoxon's signed ranks of paired differences: the test, and the shift that it cannot
 * reject. */
#ifndef HARNESS_STATS_SIGNED_RANK_H
#define HARNESS_STATS_SIGNED_RANK_H

#include <stdbool.h>
#include <stddef.h>

/* Differences up to which the distribution is computed; above, the normal one is close to 3 digits. */
enum { SIGNED_RANK_EXACT_MAX = 50 };

struct signed_rank {
    double statistic; /* sum of the ranks of the differences above 0 */
    double p_greater; /* of one at least as large, where differences lie about 0 */
    double p_less;    /* of one at most as large */
    double p_two_sided;
    bool exact;
};

/*
 * The test that differences lie about 0. Equal sizes share the mean of their ranks; differences of 0 are
 * ranked and then left out (Pratt), so that many of them speak for no difference. The distribution is that of
 * just these ranks: exact up to SIGNED_RANK_EXACT_MAX differences, else normal with correction for
 * continuity. Shape:   finite; of none, or of zeros alone, every p is 1 Errors:  false, *out zeroed with
 * every p 1: no memory, or a difference that is not finite Source:  Wilcoxon 1945, Pratt 1959
 */
bool signed_rank_test(const double *differences, size_t count, struct signed_rank *out);

struct shift {
    double estimate;  /* median of the means of all pairs, each with itself too */
    bool interval;    /* whether low and high are known */
    double low, high; /* what the test does not reject at alpha, two-sided */
};

/*
 * The centre of differences, after Hodges and Lehmann, and its interval of at least 1 - alpha by the test
 * above inverted.
 * Shape:   count above 0, finite; the memory taken grows by its square
 * Errors:  false: no memory, or shape. Too few for an interval: interval is false (signed_rank_needed()).
 * Source:  Hodges and Lehmann 1963; Tukey 1949
 */
bool shift_estimate(const double *differences, size_t count, double alpha, struct shift *out);

/* How many differences it takes for a test to be able to reject at alpha, two-sided, and an interval to be
 * had. */
size_t signed_rank_needed(double alpha);

#endif
