/* trend_exact.c - see trend_exact.h. Halves are avoided by counting in them: an equal pair is 1, any other 2.
 */
#include "harness/stats/trend_exact.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The walk over sorted items: how many of each group came before, with a smaller value and with the same one.
 */
struct walk {
    size_t smaller[TREND_GROUPS_MAX], equal[TREND_GROUPS_MAX];
};

/* Halves that the next item brings if it is of that group. */
static uint64_t walk_gain(const struct walk *walk, size_t group, size_t groups)
{
    uint64_t gain = 0;
    for (size_t i = 0; i < groups; i++) {
        gain += i < group ? 2 * walk->smaller[i] : 0;
        gain += i != group ? walk->equal[i] : 0;
    }
    return gain;
}

/* To be called before an item with a larger value than the last. */
static void walk_close(struct walk *walk, size_t groups)
{
    for (size_t i = 0; i < groups; i++)
        walk->smaller[i] += walk->equal[i];
    memset(walk->equal, 0, sizeof walk->equal);
}

static bool starts_larger(const struct trend_item *items, size_t at)
{
    return at > 0 && items[at].value > items[at - 1].value;
}

double trend_pairs(const struct trend_item *items, size_t total, size_t groups)
{
    struct walk walk = {0};
    uint64_t halves = 0;
    for (size_t at = 0; at < total; at++) {
        if (starts_larger(items, at))
            walk_close(&walk, groups);
        halves += walk_gain(&walk, items[at].group, groups);
        walk.equal[items[at].group]++;
    }
    return (double)halves / 2;
}

/* All ways to deal out, one by one; only how many items of each group are left is varied. */
struct deal {
    const struct trend_item *items;
    size_t total, groups;
    size_t left[TREND_GROUPS_MAX];
    uint64_t wanted; /* halves */
    double ways, at_least, at_most;
};

static void deal_on(struct deal *deal, const struct walk *before, size_t at, uint64_t halves)
{
    if (at == deal->total) {
        deal->ways++;
        deal->at_least += halves >= deal->wanted;
        deal->at_most += halves <= deal->wanted;
        return;
    }
    struct walk walk = *before;
    if (starts_larger(deal->items, at))
        walk_close(&walk, deal->groups);
    for (size_t group = 0; group < deal->groups; group++) {
        if (deal->left[group] == 0)
            continue;
        deal->left[group]--;
        uint64_t gain = walk_gain(&walk, group, deal->groups);
        walk.equal[group]++;
        deal_on(deal, &walk, at + 1, halves + gain);
        walk.equal[group]--;
        deal->left[group]++;
    }
}

static double ways_log(const size_t *group_counts, size_t groups, size_t total)
{
    double log_ways = gsl_sf_lnfact((unsigned)total);
    for (size_t i = 0; i < groups; i++)
        log_ways -= gsl_sf_lnfact((unsigned)group_counts[i]);
    return log_ways;
}

static void exact_by_dealing(const struct trend_item *items, size_t total, const size_t *group_counts,
                             size_t groups, double statistic, double *at_least, double *at_most)
{
    struct deal deal = {
        .items = items, .total = total, .groups = groups, .wanted = (uint64_t)lrint(2 * statistic)};
    memcpy(deal.left, group_counts, groups * sizeof *group_counts);
    deal_on(&deal, &(struct walk){0}, 0, 0);
    *at_least = deal.at_least / deal.ways;
    *at_most = deal.at_most / deal.ways;
}

/*
 * Without ties, the statistic is a sum of independent ones: of each group against all before it. Their
 * distributions are products of (1 - x^(m+i)) / (1 - x^i), i = 1 .. n (Mann and Whitney 1947), so the whole
 * one is got by multiplying and dividing polynomials in place. Whole numbers stay exact up to 2^64 in a long
 * double and lose nothing that matters beyond.
 */
static void polynomial_group(long double *ways, size_t size, size_t before, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        for (size_t k = size; k-- > before + i;)
            ways[k] -= ways[k - before - i];
        for (size_t k = i; k < size; k++)
            ways[k] += ways[k - i];
    }
}

static bool exact_by_polynomials(const size_t *group_counts, size_t groups, double statistic,
                                 double *at_least, double *at_most)
{
    size_t pairs = 0, before = 0;
    for (size_t i = 0; i < groups; i++) {
        pairs += before * group_counts[i];
        before += group_counts[i];
    }
    long double *ways = calloc(pairs + 1, sizeof *ways);
    if (ways == NULL)
        return false;
    ways[0] = 1;
    before = 0;
    for (size_t i = 0; i < groups; i++) {
        polynomial_group(ways, pairs + 1, before, group_counts[i]);
        before += group_counts[i];
    }
    size_t seen = (size_t)lrint(statistic);
    long double all = 0, up = 0, down = 0;
    for (size_t k = 0; k <= pairs; k++) {
        all += ways[k];
        up += k >= seen ? ways[k] : 0;
        down += k <= seen ? ways[k] : 0;
    }
    free(ways);
    *at_least = (double)(up / all);
    *at_most = (double)(down / all);
    return true;
}

static bool tied(const struct trend_item *items, size_t total)
{
    for (size_t i = 1; i < total; i++) {
        if (!starts_larger(items, i))
            return true;
    }
    return false;
}

bool trend_exact(const struct trend_item *items, size_t total, const size_t *group_counts, size_t groups,
                 double statistic, double *at_least, double *at_most)
{
    if (total <= TREND_EXACT_MAX && !tied(items, total))
        return exact_by_polynomials(group_counts, groups, statistic, at_least, at_most);
    if (total > TREND_EXACT_MAX || ways_log(group_counts, groups, total) > log(TREND_WAYS_MAX))
        return false;
    exact_by_dealing(items, total, group_counts, groups, statistic, at_least, at_most);
    return true;
}
