/* trend.h - does something rise, or fall, from group to group, the groups having an order (a dose)? */
#ifndef HARNESS_STATS_TREND_H
#define HARNESS_STATS_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREND_GROUPS_MAX = 64 };

struct trend_test {
    double statistic;    /* of the test, see there */
    double z;            /* the statistic, standardised; above 0: rising */
    double p_increasing; /* of a statistic at least as large where there is no trend */
    double p_two_sided;  /* twice the smaller of both sides, 1 at most */
    bool ok;             /* whether there was anything to test */
};

/*
 * Whether values rise with their group. The statistic counts the pairs, of different groups, whose value is
 * larger in the later group, half a pair where they are equal. p is exact where no two values are equal and
 * there are at most 60, or where there are at most 2,000,000 ways to deal them out; else by the normal
 * approximation, whose variance knows of equal values.
 * Shape:   group after group, the groups in their order; at least 2 of them with values, no NaN
 * Errors:  false and ok false: no shape as above, nothing but equal values, or no memory
 * Source:  Terpstra 1952, Jonckheere 1954; variance with ties: Hollander and Wolfe, Nonparametric Statistical
 *          Methods, 6.2
 */
bool trend_jonckheere(const double *values, const size_t *group_counts, size_t groups,
                      struct trend_test *out);

/*
 * Whether the rate events[i] / trials[i] rises with scores[i]. The statistic is the sum of the scores times
 * the events beyond those that one rate for all would give. p is exact (all tables with as many events and
 * trials) where there are at most 2,000,000 ways to spread the events; else by the normal approximation, with
 * no correction for continuity. Shape:   events[i] <= trials[i], sums below 2^32, scores finite Errors: false
 * and ok false: no shape as above, one score for all, no event or nothing but events, or no memory Source:
 * Cochran 1954, Armitage 1955
 */
bool trend_cochran_armitage(const uint64_t *events, const uint64_t *trials, const double *scores,
                            size_t groups, struct trend_test *out);

#endif
