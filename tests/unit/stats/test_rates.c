/* test_rates.c - the interval of a crash rate, and the exact test, against published values. */
#include "harness/stats/rates.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_agree_with_the_tables),
        cmocka_unit_test(fisher_agrees_with_the_books),
        cmocka_unit_test(fisher_sees_nothing_where_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
