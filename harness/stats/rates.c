/* rates.c - see rates.h. */
#include "harness/stats/rates.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Tables that are equally likely must count as such although their probabilities are rounded. */
#define ROUNDING 1e-7

/*
 * The x below which the beta distribution has `share`, by halving; NAN where GSL cannot tell the
 * distribution, which is where a and b are both above a hundred thousand or so. GSL's own inverse ends the
 * program for some counts (1978 of 2000 is one) because it does not converge.
 */
static double beta_quantile(double share, double a, double b)
{
    double from = 0, to = 1;
    for (;;) {
        double middle = from + (to - from) / 2;
        if (middle <= from || middle >= to)
            return to;
        double here = gsl_cdf_beta_P(middle, a, b);
        if (isnan(here))
            return NAN;
        if (here < share)
            from = middle;
        else
            to = middle;
    }
}

/* Wilson's score interval (1927), an end of it: no worse than the exact one where k and n - k are large. */
static double score_end(double k, double n, double z)
{
    double rate = k / n, square = z * z / n;
    return (rate + square / 2 + z * sqrt(rate * (1 - rate) / n + square / (4 * n))) / (1 + square);
}

void rate_interval(uint64_t k, uint64_t n, double *low, double *high)
{
    const double tail = 0.025, z = gsl_cdf_ugaussian_Qinv(tail);
    *low = k == 0 ? 0 : beta_quantile(tail, (double)k, (double)(n - k + 1));
    *high = k == n ? 1 : beta_quantile(1 - tail, (double)(k + 1), (double)(n - k));
    *low = isnan(*low) ? score_end((double)k, (double)n, -z) : *low;
    *high = isnan(*high) ? score_end((double)k, (double)n, z) : *high;
}

double fisher_two_sided(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2)
{
    if (n1 == 0 || n2 == 0)
        return 1;
    unsigned crashed = (unsigned)(k1 + k2), survived = (unsigned)(n1 + n2) - crashed, drawn = (unsigned)n1;
    unsigned least = drawn > survived ? drawn - survived : 0, most = drawn < crashed ? drawn : crashed;
    double limit = gsl_ran_hypergeometric_pdf((unsigned)k1, crashed, survived, drawn) * (1 + ROUNDING);
    double sum = 0;
    for (unsigned k = least; k <= most; k++) {
        double each = gsl_ran_hypergeometric_pdf(k, crashed, survived, drawn);
        sum += each <= limit ? each : 0;
    }
    return fmin(sum, 1);
}
