/* test_trend.c - trends over ordered groups, against published examples and against tests of two groups. */
#include "harness/stats/trend.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%.9g instead of %.9g", got, expected);
}

/* Hollander and Wolfe, Nonparametric Statistical Methods (1999), example 6.2: Hundal's pieces a worker made,
 * told nothing, roughly, or exactly how they did. There J = 79. */
static void jonckheere_of_a_textbook(void **unused)
{
    (void)unused;
    static const double pieces[] = {40, 35, 38, 43, 44, 41, 38, 40, 47, 44, 40, 42, 48, 40, 45, 43, 46, 44};
    static const size_t counts[] = {6, 6, 6};
    struct trend_test test;
    assert_true(trend_jonckheere(pieces, counts, 3, &test));
    assert_true(test.ok);
    near(test.statistic, 79, 0);
    near(test.z, (79 - 54) / sqrt(150.2870), 1e-4); /* the variance with its ties, by hand */
    near(test.p_increasing, gsl_cdf_ugaussian_Q(test.z), 1e-12);
    near(test.p_two_sided, 2 * test.p_increasing, 1e-12);
}

/* The same book's table of J for groups of 6, 6, 6: P(J >= 79) = 0.0231. Without ties, J = 79 is made by
 * moving values; any such data has the same p. */
static void jonckheere_is_exact_without_ties(void **unused)
{
    (void)unused;
    static const double values[] = {1, 2, 3, 8, 11, 13, 4, 5, 6, 14, 15, 16, 7, 9, 10, 12, 17, 18};
    static const size_t counts[] = {6, 6, 6};
    struct trend_test test;
    assert_true(trend_jonckheere(values, counts, 3, &test));
    near(test.statistic, 79, 0);
    near(test.p_increasing, 0.0231, 0.00005);
}

/* Mann and Whitney's table (1947): n = m = 4, all of one group below all of the other, 1 of 70. */
static void jonckheere_of_two_groups_is_mann_whitney(void **unused)
{
    (void)unused;
    static const double rising[] = {1, 2, 3, 4, 5, 6, 7, 8}, falling[] = {5, 6, 7, 8, 1, 2, 3, 4};
    static const size_t counts[] = {4, 4};
    struct trend_test up, down;
    assert_true(trend_jonckheere(rising, counts, 2, &up));
    assert_true(trend_jonckheere(falling, counts, 2, &down));
    near(up.statistic, 16, 0);
    near(up.p_increasing, 1.0 / 70, 1e-12);
    near(up.p_two_sided, 2.0 / 70, 1e-12);
    near(down.statistic, 0, 0);
    near(down.p_increasing, 1, 1e-12);
    near(down.p_two_sided, 2.0 / 70, 1e-12);
    near(up.z, -down.z, 1e-12);
}

/* By hand: 1 2 | 2 3 can be dealt out in 6 ways, with 3.5, 3, 2, 2, 1, 0.5 pairs. */
static void jonckheere_with_ties_is_exact(void **unused)
{
    (void)unused;
    static const double values[] = {1, 2, 2, 3};
    static const size_t counts[] = {2, 2};
    struct trend_test test;
    assert_true(trend_jonckheere(values, counts, 2, &test));
    near(test.statistic, 3.5, 0);
    near(test.p_increasing, 2.0 / 6, 1e-12);
}

static void empty_groups_change_nothing(void **unused)
{
    (void)unused;
    static const double values[] = {3, 1, 4, 1.5, 5, 9, 2, 6, 5.5};
    static const size_t counts[] = {3, 0, 3, 3, 0}, dense[] = {3, 3, 3};
    struct trend_test with, without;
    assert_true(trend_jonckheere(values, counts, 5, &with));
    assert_true(trend_jonckheere(values, dense, 3, &without));
    near(with.statistic, without.statistic, 0);
    near(with.p_increasing, without.p_increasing, 0);
    near(with.z, without.z, 1e-12);
}

static void exact_and_normal_agree_where_groups_are_large(void **unused)
{
    (void)unused;
    double values[60];
    static const size_t counts[] = {15, 15, 15, 15};
    for (size_t i = 0; i < 60; i++)
        values[i] = (double)((i * 37) % 60) + (double)i * 0.26;
    struct trend_test test;
    assert_true(trend_jonckheere(values, counts, 4, &test));
    near(test.p_increasing, gsl_cdf_ugaussian_Q(test.z), 0.005);
    assert_true(test.p_increasing < 0.2 && test.p_increasing > 1e-6);
}

static void jonckheere_refuses_what_cannot_be_told(void **unused)
{
    (void)unused;
    static const double equal[] = {2, 2, 2, 2, 2, 2}, broken[] = {1, 2, NAN, 4}, some[] = {1, 2, 3, 4};
    static const size_t pair[] = {3, 3}, two[] = {2, 2}, one[] = {4, 0};
    struct trend_test test;
    assert_false(trend_jonckheere(equal, pair, 2, &test));
    assert_false(test.ok);
    near(test.p_two_sided, 1, 0);
    assert_false(trend_jonckheere(broken, two, 2, &test));
    assert_false(trend_jonckheere(some, one, 2, &test));
    assert_false(trend_jonckheere(NULL, NULL, 0, &test));
}

/* Agresti, Categorical Data Analysis (2002), 3.4: malformations by the mother's drinks a day; M^2 = 6.57,
 * which has n - 1 where this has n. */
static void cochran_armitage_of_a_textbook(void **unused)
{
    (void)unused;
    static const uint64_t present[] = {48, 38, 5, 1, 1};
    static const uint64_t all[] = {17066 + 48, 14464 + 38, 788 + 5, 126 + 1, 37 + 1};
    static const double drinks[] = {0, 0.5, 1.5, 4, 7};
    struct trend_test test;
    assert_true(trend_cochran_armitage(present, all, drinks, 5, &test));
    near(test.z * test.z, 6.57, 0.005);
    near(test.p_two_sided, 0.0104, 0.00005);
    near(test.p_increasing, test.p_two_sided / 2, 1e-12);
}

/* Fleiss (1981), p. 139, as R's prop.trend.test() gives it: X-squared = 8.2249, p = 0.004132; falling. */
static void cochran_armitage_as_in_r(void **unused)
{
    (void)unused;
    static const uint64_t smokers[] = {83, 90, 129, 70}, patients[] = {86, 93, 136, 82};
    static const double order[] = {1, 2, 3, 4};
    struct trend_test test;
    assert_true(trend_cochran_armitage(smokers, patients, order, 4, &test));
    near(test.z, -sqrt(8.2249), 0.0001);
    assert_true(test.p_increasing > 0.99);
    assert_true(test.p_two_sided < 0.02);
}

/* With two groups it is Fisher's exact test, one-sided: his tea, 3 of 4 right, p = 17/70. */
static void cochran_armitage_of_two_groups_is_fisher(void **unused)
{
    (void)unused;
    static const uint64_t milk_first[] = {1, 3}, cups[] = {4, 4};
    static const double order[] = {0, 1};
    struct trend_test test;
    assert_true(trend_cochran_armitage(milk_first, cups, order, 2, &test));
    near(test.p_increasing, 17.0 / 70, 1e-12);
    near(test.p_two_sided, 34.0 / 70, 1e-12);
}

static void a_dose_that_kills_is_seen(void **unused)
{
    (void)unused;
    static const uint64_t crashes[] = {0, 1, 3, 6}, trials[] = {6, 6, 6, 6};
    static const double rising[] = {1, 2, 4, 8}, falling[] = {8, 4, 2, 1};
    struct trend_test up, down;
    assert_true(trend_cochran_armitage(crashes, trials, rising, 4, &up));
    assert_true(trend_cochran_armitage(crashes, trials, falling, 4, &down));
    assert_true(up.p_increasing < 0.001);
    assert_true(down.p_increasing > 0.99);
    assert_true(down.z < -3);
}

static void cochran_armitage_refuses_what_cannot_be_told(void **unused)
{
    (void)unused;
    static const uint64_t none[] = {0, 0}, trials[] = {5, 5}, some[] = {1, 2}, more[] = {6, 2};
    static const double order[] = {0, 1}, same[] = {3, 3}, broken[] = {0, INFINITY};
    struct trend_test test;
    assert_false(trend_cochran_armitage(none, trials, order, 2, &test));
    assert_false(trend_cochran_armitage(trials, trials, order, 2, &test));
    assert_false(trend_cochran_armitage(some, trials, same, 2, &test));
    assert_false(trend_cochran_armitage(some, trials, broken, 2, &test));
    assert_false(trend_cochran_armitage(more, trials, order, 2, &test));
    assert_false(trend_cochran_armitage(NULL, NULL, NULL, 0, &test));
    assert_false(test.ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jonckheere_of_a_textbook),
        cmocka_unit_test(jonckheere_is_exact_without_ties),
        cmocka_unit_test(jonckheere_of_two_groups_is_mann_whitney),
        cmocka_unit_test(jonckheere_with_ties_is_exact),
        cmocka_unit_test(empty_groups_change_nothing),
        cmocka_unit_test(exact_and_normal_agree_where_groups_are_large),
        cmocka_unit_test(jonckheere_refuses_what_cannot_be_told),
        cmocka_unit_test(cochran_armitage_of_a_textbook),
        cmocka_unit_test(cochran_armitage_as_in_r),
        cmocka_unit_test(cochran_armitage_of_two_groups_is_fisher),
        cmocka_unit_test(a_dose_that_kills_is_seen),
        cmocka_unit_test(cochran_armitage_refuses_what_cannot_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
