/* rates.c - see rates.h. */
#include "harness/stats/rates.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Tables that are equally likely must count as such although their probabilities are rounded. */
#define ROUNDING 1e-7

void rate_interval(uint64_t k, uint64_t n, double *low, double *high)
{
    const double tail = 0.025;
    *low = k == 0 ? 0 : gsl_cdf_beta_Pinv(tail, (double)k, (double)(n - k + 1));
    *high = k == n ? 1 : gsl_cdf_beta_Qinv(tail, (double)(k + 1), (double)(n - k));
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
