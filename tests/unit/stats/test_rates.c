/* test_rates.c - the interval of a crash rate, and the exact test, against published values. */
#include "harness/stats/rates.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near(double got, double wanted, double by)
{
    if (!(fabs(got - wanted) <= by))
        fail_msg("%.9g instead of %.9g", got, wanted);
}

static void expect(uint64_t k, uint64_t n, double low, double high)
{
    double got_low, got_high;
    rate_interval(k, n, &got_low, &got_high);
    if (fabs(got_low - low) > 0.00051 || fabs(got_high - high) > 0.00051)
        fail_msg("%d of %d: %g .. %g instead of %g .. %g", (int)k, (int)n, got_low, got_high, low, high);
}

/* Tables of exact binomial limits: Geigy Scientific Tables (1982), vol. 2; and 0 of n in closed form, 1 -
 * 0.025^(1/n). */
static void intervals_agree_with_the_tables(void **unused)
{
    (void)unused;
    expect(0, 10, 0, 0.3085);
    expect(1, 10, 0.0025, 0.4450);
    expect(5, 10, 0.1871, 0.8129);
    expect(10, 10, 0.6915, 1);
    expect(0, 30, 0, 1 - pow(0.025, 1.0 / 30));
    expect(4, 20, 0.0573, 0.4366);
}

/* Fisher's own examples: The Design of Experiments (1935), the lady and the tea, 3 of 4 against 1 of 4; and
 * Statistical Methods, convictions of the twins of criminals, 10 of 13 against 2 of 17. */
static void fisher_agrees_with_the_books(void **state)
{
    (void)state;
    near(fisher_two_sided(3, 4, 1, 4), 34.0 / 70, 1e-9);
    near(fisher_two_sided(10, 13, 2, 17), 0.0005367, 1e-7);
    near(fisher_two_sided(2, 17, 10, 13), 0.0005367, 1e-7);
    near(fisher_two_sided(8, 8, 0, 8), 2.0 / 12870, 1e-12);
}

static void fisher_sees_nothing_where_nothing_is(void **state)
{
    (void)state;
    near(fisher_two_sided(0, 0, 3, 4), 1, 0);
    near(fisher_two_sided(0, 9, 0, 5), 1, 1e-9);
    near(fisher_two_sided(9, 9, 5, 5), 1, 1e-9);
    near(fisher_two_sided(5, 10, 5, 10), 1, 1e-9);
}

/* Both ends hold by the binomial distribution itself, wherever the counts lie. */
static void intervals_hold_for_every_count(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 7, 59, 200, 2000, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        unsigned n = counts[i];
        for (unsigned step = 0; step <= 200; step++) {
            unsigned k = (unsigned)((uint64_t)n * step / 200);
            double low, high;
            rate_interval(k, n, &low, &high);
            if (k > 0)
                near(gsl_cdf_binomial_Q(k - 1, low, n), 0.025, 1e-4);
            if (k < n)
                near(gsl_cdf_binomial_P(k, high, n), 0.025, 1e-4);
            assert_true(low <= (double)k / n && (double)k / n <= high);
        }
    }
}

/* Beyond what GSL can compute, half the width is 1.96 deviations, and small counts stay exact. */
static void intervals_of_millions(void **state)
{
    (void)state;
    double low, high;
    rate_interval(5000000, 10000000, &low, &high);
    near(low, 0.5 - 1.959964 * sqrt(0.25 / 1e7), 1e-8);
    near(high, 0.5 + 1.959964 * sqrt(0.25 / 1e7), 1e-8);
    rate_interval(1, 10000000, &low, &high);
    near(low * 1e7, 0.0253178, 1e-6); /* Poisson: Garwood 1936 */
    near(high * 1e7, 5.5716434, 1e-5);
    rate_interval(10000000, 10000000, &low, &high);
    near(low, pow(0.025, 1e-7), 1e-12);
    near(high, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_agree_with_the_tables),
        cmocka_unit_test(intervals_hold_for_every_count),
        cmocka_unit_test(intervals_of_millions),
        cmocka_unit_test(fisher_agrees_with_the_books),
        cmocka_unit_test(fisher_sees_nothing_where_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
