/* explain_stats.c - see explain_stats.h. */
#include "harness/driver/explain_stats.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

/* Tables that are equally likely must count as such although their probabilities are rounded. */
#define ROUNDING 1e-7

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

static int smaller_first(const void *a, const void *b)
{
    double left = **(double *const *)a, right = **(double *const *)b;
    return (left > right) - (left < right);
}

void holm_correct(double *p, size_t count)
{
    double *ascending[HOLM_MAX];
    if (count > HOLM_MAX)
        return;
    for (size_t i = 0; i < count; i++)
        ascending[i] = &p[i];
    qsort(ascending, count, sizeof ascending[0], smaller_first);
    double least = 0;
    for (size_t i = 0; i < count; i++) {
        least = fmax(least, fmin(1, *ascending[i] * (double)(count - i)));
        *ascending[i] = least;
    }
}
