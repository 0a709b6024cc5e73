/* signed_rank.c - see signed_rank.h. Ranks are doubled, so that shared ones are whole numbers. */
#include "harness/stats/signed_rank.h"

#include "harness/stats/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    double left = fabs(*(const double *)a), right = fabs(*(const double *)b);
    return (left > right) - (left < right);
}

/* What is left of the differences when zeros are ranked and gone. */
struct ranks {
    size_t *doubled;
    size_t count;
    size_t sum, positive; /* of the doubled ranks: all, and those of differences above 0 */
};

static void ranks_take(struct ranks *ranks, const double *sorted, size_t count)
{
    for (size_t from = 0; from < count;) {
        size_t to = from + 1;
        while (to < count && fabs(sorted[to]) <= fabs(sorted[from]))
            to++;
        for (size_t i = from; i < to && fabs(sorted[i]) > 0; i++) {
            size_t doubled = from + to + 1;
            ranks->doubled[ranks->count++] = doubled;
            ranks->sum += doubled;
            ranks->positive += sorted[i] > 0 ? doubled : 0;
        }
        from = to;
    }
}

/*
 * Share of all signs under which the sum is at most `at_most`: ways[s] counts the signs that give the sum s,
 * rank after rank. -1: no memory.
 */
static double share_at_most(const size_t *doubled, size_t count, size_t sum, size_t at_most)
{
    long double *ways = calloc(sum + 1, sizeof *ways);
    if (ways == NULL)
        return -1;
    ways[0] = 1;
    for (size_t i = 0, reached = 0; i < count; i++) {
        reached += doubled[i];
        for (size_t s = reached; s >= doubled[i]; s--)
            ways[s] += ways[s - doubled[i]];
    }
    long double share = 0;
    for (size_t s = 0; s <= at_most && s <= sum; s++)
        share += ways[s];
    free(ways);
    return (double)ldexpl(share, -(int)count);
}

static bool exact_fill(const struct ranks *ranks, struct signed_rank *out)
{
    /* The distribution is symmetric: at least x is at most sum - x. */
    out->p_less = share_at_most(ranks->doubled, ranks->count, ranks->sum, ranks->positive);
    out->p_greater = share_at_most(ranks->doubled, ranks->count, ranks->sum, ranks->sum - ranks->positive);
    out->exact = true;
    return out->p_less >= 0 && out->p_greater >= 0;
}

static void normal_fill(const struct ranks *ranks, struct signed_rank *out)
{
    double squares = 0;
    for (size_t i = 0; i < ranks->count; i++)
        squares += (double)ranks->doubled[i] * (double)ranks->doubled[i] / 4;
    double mean = (double)ranks->sum / 4, deviation = sqrt(squares / 4);
    out->p_greater = gsl_cdf_ugaussian_Q((out->statistic - mean - 0.5) / deviation);
    out->p_less = gsl_cdf_ugaussian_P((out->statistic - mean + 0.5) / deviation);
}

static bool finite_all(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return false;
    }
    return true;
}

static bool test_fill(double *sorted, size_t count, struct ranks *ranks, struct signed_rank *out)
{
    qsort(sorted, count, sizeof *sorted, by_size);
    ranks_take(ranks, sorted, count);
    out->statistic = (double)ranks->positive / 2;
    if (ranks->count == 0)
        return true;
    if (count > SIGNED_RANK_EXACT_MAX)
        normal_fill(ranks, out);
    else if (!exact_fill(ranks, out))
        return false;
    out->p_two_sided = fmin(1, 2 * fmin(out->p_greater, out->p_less));
    return true;
}

bool signed_rank_test(const double *differences, size_t count, struct signed_rank *out)
{
    const struct signed_rank nothing = {.p_greater = 1, .p_less = 1, .p_two_sided = 1};
    *out = nothing;
    double *sorted = malloc((count + 1) * sizeof *sorted);
    struct ranks ranks = {.doubled = malloc((count + 1) * sizeof *ranks.doubled)};
    bool good = sorted != NULL && ranks.doubled != NULL && finite_all(differences, count);
    for (size_t i = 0; good && i < count; i++)
        sorted[i] = differences[i];
    good = good && test_fill(sorted, count, &ranks, out);
    if (!good)
        *out = nothing;
    free(ranks.doubled);
    free(sorted);
    return good;
}

size_t signed_rank_needed(double alpha)
{
    size_t count = 1;
    while (ldexp(2, -(int)count) > alpha)
        count++;
    return count;
}

/*
 * How many of the smallest pair means lie outside the interval: the largest sum of ranks that is still
 * rejected, plus one; 0 if none is. Ranks without ties, which makes the interval wider where there are some.
 * *known is false without memory.
 */
static size_t means_outside(size_t count, double alpha, bool *known)
{
    size_t doubled[SIGNED_RANK_EXACT_MAX], sum = count * (count + 1), outside = 0;
    *known = true;
    if (count > SIGNED_RANK_EXACT_MAX) {
        double n = (double)count;
        double deviation = sqrt(n * (n + 1) * (2 * n + 1) / 24);
        double largest = n * (n + 1) / 4 - 0.5 - gsl_cdf_ugaussian_Qinv(alpha / 2) * deviation;
        return largest < 0 ? 0 : (size_t)floor(largest) + 1;
    }
    for (size_t i = 0; i < count; i++)
        doubled[i] = 2 * (i + 1);
    for (;;) {
        double share = share_at_most(doubled, count, sum, 2 * outside);
        *known = share >= 0;
        if (!*known || share > alpha / 2)
            return outside;
        outside++;
    }
}

bool shift_estimate(const double *differences, size_t count, double alpha, struct shift *out)
{
    *out = (struct shift){0};
    if (count == 0 || count > UINT32_MAX || !finite_all(differences, count))
        return false;
    size_t pairs = count * (count + 1) / 2;
    double *means = calloc(pairs, sizeof *means);
    if (means == NULL)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i; j < count; j++)
            means[at++] = (differences[i] + differences[j]) / 2;
    }
    median_sort(means, pairs);
    out->estimate = median_of_sorted(means, pairs);
    bool known;
    size_t outside = means_outside(count, alpha, &known);
    out->interval = known && outside > 0;
    if (out->interval) {
        out->low = means[outside - 1];
        out->high = means[pairs - outside];
    }
    free(means);
    return known;
}
