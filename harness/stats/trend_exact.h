/* trend_exact.h - the exact distribution behind trend_jonckheere(), and what both trend tests share. */
#ifndef HARNESS_STATS_TREND_EXACT_H
#define HARNESS_STATS_TREND_EXACT_H

#include "harness/stats/trend.h"

/* Ways to deal out that are gone through one by one: a fraction of a second. */
#define TREND_WAYS_MAX 2e6
/* Values without ties whose distribution is computed. */
enum { TREND_EXACT_MAX = 60 };

struct trend_item {
    double value;
    size_t group;
};

/* The statistic of items[total], ascending by value. */
double trend_pairs(const struct trend_item *items, size_t total, size_t groups);

/*
 * The probabilities of a statistic at least, and at most, as large, over all ways to deal the items out to
 * the groups. False: too many items, or no memory.
 */
bool trend_exact(const struct trend_item *items, size_t total, const size_t *group_counts, size_t groups,
                 double statistic, double *at_least, double *at_most);

/* Fills in what follows from both tails, or, without them, from z. */
void trend_settle(struct trend_test *out, double p_at_least, double p_at_most);
void trend_settle_normal(struct trend_test *out);

#endif
