/* change.c - see change.h. */
#include "harness/stats/change.h"

#include "harness/stats/signed_rank.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Of the signed-rank test where differences are normal (Pitman): how many pairs a mean would take as well. */
#define EFFICIENCY (3 / M_PI)

static double deviation_of(const double *values, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}

static double detectable(const double *log_ratios, size_t pairs, double alpha)
{
    if (pairs < 2)
        return -1;
    double z = gsl_cdf_ugaussian_Qinv(alpha / 2) + gsl_cdf_ugaussian_Pinv(CHANGE_POWER);
    return expm1(z * deviation_of(log_ratios, pairs) / sqrt((double)pairs * EFFICIENCY));
}

/* Both one-sided tests against the edges of the margin. shifted[pairs] is scratch. */
static bool sides_test(const double *log_ratios, double *shifted, size_t pairs, double edge,
                       struct change *change)
{
    struct signed_rank up, down;
    for (size_t i = 0; i < pairs; i++)
        shifted[i] = log_ratios[i] - edge;
    if (!signed_rank_test(shifted, pairs, &up))
        return false;
    for (size_t i = 0; i < pairs; i++)
        shifted[i] = log_ratios[i] + edge;
    if (!signed_rank_test(shifted, pairs, &down))
        return false;
    change->p_slower = up.p_greater;
    change->p_faster = down.p_less;
    change->p = fmin(1, 2 * fmin(up.p_greater, down.p_less));
    return true;
}

bool change_of(const double *log_ratios, size_t pairs, double margin, double alpha, struct change *change)
{
    *change =
        (struct change){.pairs = pairs, .ratio = 1, .p_slower = 1, .p_faster = 1, .p = 1, .detectable = -1};
    if (pairs == 0)
        return true;
    struct shift shift;
    double *shifted = malloc(pairs * sizeof *shifted);
    bool good = shifted != NULL && shift_estimate(log_ratios, pairs, alpha, &shift) &&
                sides_test(log_ratios, shifted, pairs, log1p(margin), change);
    free(shifted);
    if (!good)
        return false;
    change->ratio = exp(shift.estimate);
    change->interval = shift.interval;
    change->low = exp(shift.low);
    change->high = exp(shift.high);
    change->detectable = detectable(log_ratios, pairs, alpha);
    return true;
}

enum verdict change_verdict(const struct change *change, double p_corrected, double margin, double alpha)
{
    if (p_corrected <= alpha)
        return change->p_slower <= change->p_faster ? VERDICT_REGRESSED : VERDICT_IMPROVED;
    bool inside = change->interval && change->high < 1 + margin && change->low > 1 / (1 + margin);
    return inside ? VERDICT_EQUIVALENT : VERDICT_INCONCLUSIVE;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_EQUIVALENT] = "equivalent",
                                        [VERDICT_IMPROVED] = "improved",
                                        [VERDICT_REGRESSED] = "regressed",
                                        [VERDICT_INCONCLUSIVE] = "inconclusive"};
    return names[verdict];
}
