/* trend.c - see trend.h: Jonckheere-Terpstra. */
#include "harness/stats/trend.h"

#include "harness/stats/trend_exact.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Sums of whole numbers over whole numbers: what is left of a variance of 0. */
#define ROUNDING 1e-9

static int ascending(const void *a, const void *b)
{
    const struct trend_item *left = a, *right = b;
    return (left->value > right->value) - (left->value < right->value);
}

/* The values with their groups, ascending; NULL without memory, or for what is no number. */
static struct trend_item *items_make(const double *values, const size_t *group_counts, size_t groups,
                                     size_t total)
{
    struct trend_item *items = calloc(total, sizeof *items);
    size_t at = 0;
    for (size_t group = 0; items != NULL && group < groups; group++) {
        for (size_t i = 0; i < group_counts[group]; i++, at++) {
            if (isnan(values[at])) {
                free(items);
                return NULL;
            }
            items[at] = (struct trend_item){.value = values[at], .group = group};
        }
    }
    if (items != NULL)
        qsort(items, total, sizeof *items, ascending);
    return items;
}

/* The sums over groups, or over sets of equal values, that the variance is made of. */
struct sums {
    double pairs, triples, weighted; /* n(n-1), n(n-1)(n-2), n(n-1)(2n+5) */
};

static void sums_add(struct sums *sums, size_t count)
{
    double n = (double)count;
    sums->pairs += n * (n - 1);
    sums->triples += n * (n - 1) * (n - 2);
    sums->weighted += n * (n - 1) * (2 * n + 5);
}

static double variance(const struct sums *all, const struct sums *groups, const struct sums *ties)
{
    double sum = (all->weighted - groups->weighted - ties->weighted) / 72;
    if (all->triples > 0)
        sum += groups->triples * ties->triples / (36 * all->triples);
    sum += groups->pairs * ties->pairs / (8 * all->pairs);
    return sum > ROUNDING ? sum : 0;
}

/* Mean and deviation of the statistic if there is no trend. */
static void null_moments(const struct trend_item *items, size_t total, const size_t *group_counts,
                         size_t groups, double *mean, double *deviation)
{
    struct sums all = {0}, by_group = {0}, ties = {0};
    sums_add(&all, total);
    double squares = (double)total * (double)total;
    for (size_t group = 0; group < groups; group++) {
        sums_add(&by_group, group_counts[group]);
        squares -= (double)group_counts[group] * (double)group_counts[group];
    }
    for (size_t i = 0, run = 1; i < total; i++, run++) {
        if (i + 1 < total && items[i + 1].value <= items[i].value)
            continue;
        sums_add(&ties, run);
        run = 0;
    }
    *mean = squares / 4;
    *deviation = sqrt(variance(&all, &by_group, &ties));
}

void trend_settle(struct trend_test *out, double p_at_least, double p_at_most)
{
    out->p_increasing = fmin(1, p_at_least);
    out->p_two_sided = fmin(1, 2 * fmin(p_at_least, p_at_most));
    out->ok = true;
}

void trend_settle_normal(struct trend_test *out)
{
    trend_settle(out, gsl_cdf_ugaussian_Q(out->z), gsl_cdf_ugaussian_P(out->z));
}

bool trend_jonckheere(const double *values, const size_t *group_counts, size_t groups, struct trend_test *out)
{
    *out = (struct trend_test){.p_increasing = 1, .p_two_sided = 1};
    size_t total = 0;
    for (size_t i = 0; groups <= TREND_GROUPS_MAX && i < groups; i++)
        total += group_counts[i];
    if (total < 2)
        return false;
    struct trend_item *items = items_make(values, group_counts, groups, total);
    if (items == NULL)
        return false;
    double mean, deviation, at_least, at_most;
    null_moments(items, total, group_counts, groups, &mean, &deviation);
    bool good = deviation > 0;
    if (good) {
        out->statistic = trend_pairs(items, total, groups);
        out->z = (out->statistic - mean) / deviation;
        if (trend_exact(items, total, group_counts, groups, out->statistic, &at_least, &at_most))
            trend_settle(out, at_least, at_most);
        else
            trend_settle_normal(out);
    }
    free(items);
    return good;
}
