/* test_holm.c - many probabilities together. */
#include "harness/stats/holm.h"
#include "tests/support/fault.h"

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

/* By hand after Holm (1979): times 4, 3, 2, 1 in ascending order, never less than the one before. */
static void holm_steps_down(void **state)
{
    (void)state;
    double p[] = {0.01, 0.04, 0.03, 0.005}, high[] = {0.6, 0.7};
    const double corrected[] = {0.03, 0.06, 0.06, 0.02};
    holm_correct(p, 4);
    for (size_t i = 0; i < 4; i++)
        near(p[i], corrected[i], 1e-12);
    holm_correct(high, 2);
    near(high[0], 1, 0);
    near(high[1], 1, 0);
    holm_correct(NULL, 0);
}

static void what_is_no_number_counts_for_nothing(void **state)
{
    (void)state;
    double p[] = {0.01, NAN, 0.03};
    holm_correct(p, 3);
    near(p[0], 0.02, 1e-12);
    assert_true(isnan(p[1]));
    near(p[2], 0.03, 1e-12);
}

static void without_memory_there_is_no_alarm(void **state)
{
    (void)state;
    double p[] = {1e-9, 0.5};
    fault_arm(0, false);
    holm_correct(p, 2);
    assert_true(fault_disarm());
    near(p[0], 1, 0);
    near(p[1], 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holm_steps_down),
        cmocka_unit_test(what_is_no_number_counts_for_nothing),
        cmocka_unit_test(without_memory_there_is_no_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
