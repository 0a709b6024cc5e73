/* test_signed_rank.c - Wilcoxon's test and the shift after Hodges and Lehmann, against published examples. */
#include "harness/stats/signed_rank.h"
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

/* Hollander and Wolfe (1973), p. 29: depression before and after tranquilizer therapy. R's wilcox.test() on
 * it, from its own help: V = 40, p = 0.01953, one-sided. */
static const double therapy[] = {1.83 - 0.878, 0.50 - 0.647, 1.62 - 0.598, 2.48 - 2.05, 1.68 - 1.06,
                                 1.88 - 1.29,  1.55 - 1.06,  3.06 - 3.14,  1.30 - 1.29};

static void the_test_agrees_with_r(void **unused)
{
    (void)unused;
    struct signed_rank test;
    assert_true(signed_rank_test(therapy, 9, &test));
    assert_true(test.exact);
    near(test.statistic, 40, 0);
    near(test.p_greater, 0.01953, 0.000005);
    near(test.p_two_sided, 2 * 0.01953125, 1e-9);
    near(test.p_less, 1 - 0.01953125 + 2.0 / 512, 0.01); /* both hold what was seen */
}

/* The same book: the shift is 0.46, and between 0.010 and 0.786 at 96.1 %. */
static void the_shift_agrees_with_the_book(void **unused)
{
    (void)unused;
    struct shift shift;
    assert_true(shift_estimate(therapy, 9, 0.05, &shift));
    near(shift.estimate, 0.46, 0.0005);
    assert_true(shift.interval);
    near(shift.low, 0.010, 0.0005);
    near(shift.high, 0.786, 0.0005);
}

/* Darwin's maize, in eighths of an inch (Fisher, The Design of Experiments, 1935); R: V = 96, p = 0.04126. */
static void maize(void **unused)
{
    (void)unused;
    static const double differences[] = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
    struct signed_rank test;
    assert_true(signed_rank_test(differences, 15, &test));
    near(test.statistic, 96, 0);
    near(test.p_two_sided, 0.04126, 0.000005);
}

/* count differences 1 .. count of which the smallest sizes are above 0 until their ranks sum to `positive`.
 */
static double p_less_of(size_t count, size_t positive)
{
    double differences[200];
    struct signed_rank test;
    for (size_t rank = count; rank > 0; rank--) {
        bool take = rank <= positive;
        positive -= take ? rank : 0;
        differences[rank - 1] = take ? (double)rank : -(double)rank;
    }
    assert_int_equal(positive, 0);
    assert_true(signed_rank_test(differences, count, &test));
    assert_true(test.exact == (count <= SIGNED_RANK_EXACT_MAX));
    return test.p_less;
}

/* Wilcoxon and Wilcox, Some Rapid Approximate Statistical Procedures (1964), table 2: the largest sum that is
 * significant at 0.025, one-sided. */
static void critical_values_are_those_of_the_table(void **unused)
{
    (void)unused;
    static const size_t table[][2] = {{6, 0}, {10, 8}, {15, 25}, {20, 52}, {30, 137}, {50, 434}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_true(p_less_of(table[i][0], table[i][1]) <= 0.02505); /* the table is of three digits */
        assert_true(p_less_of(table[i][0], table[i][1] + 1) > 0.025);
    }
}

/* The normal distribution takes over where it is close: the exact p of 50, beside that of 51 and scaled sums.
 */
static void beyond_the_exact_there_is_no_step(void **unused)
{
    (void)unused;
    near(p_less_of(50, 434), 0.0247, 0.0003);
    near(p_less_of(60, 648), 0.0250, 0.0005);
    near(p_less_of(100, 1955), 0.0250, 0.0005);
}

/* By hand: zero takes rank 1 and is gone; 1, -1, 2, 3 have ranks 2.5, 2.5, 4, 5. Of 16 signs, 3 give 11.5 or
 * more. */
static void zeros_and_ties_after_pratt(void **unused)
{
    (void)unused;
    static const double differences[] = {0, 1, 2, 3, -1}, zeros[] = {0, 0, 0, 0, 0, 0, 0};
    struct signed_rank test;
    assert_true(signed_rank_test(differences, 5, &test));
    near(test.statistic, 11.5, 0);
    near(test.p_greater, 3.0 / 16, 1e-12);
    assert_true(signed_rank_test(zeros, 7, &test));
    near(test.p_two_sided, 1, 0);
    assert_true(signed_rank_test(zeros, 0, &test));
    near(test.p_two_sided, 1, 0);
}

static void turning_all_signs_turns_the_sides(void **unused)
{
    (void)unused;
    double turned[9], many[60], many_turned[60];
    struct signed_rank test, other;
    struct shift shift, mirror;
    for (size_t i = 0; i < 60; i++) {
        many[i] = (double)i - 23.3;
        many_turned[i] = -many[i];
    }
    assert_true(signed_rank_test(many, 60, &test) && signed_rank_test(many_turned, 60, &other));
    near(test.p_greater, other.p_less, 1e-12);
    near(test.p_less, other.p_greater, 1e-12);
    for (size_t i = 0; i < 9; i++)
        turned[i] = -therapy[i];
    assert_true(signed_rank_test(therapy, 9, &test) && signed_rank_test(turned, 9, &other));
    near(test.p_less, other.p_greater, 1e-12);
    near(test.p_greater, other.p_less, 1e-12);
    assert_true(shift_estimate(therapy, 9, 0.05, &shift) && shift_estimate(turned, 9, 0.05, &mirror));
    near(shift.low, -mirror.high, 1e-12);
    near(shift.estimate, -mirror.estimate, 1e-12);
}

/* The interval holds just the shifts that the test does not reject. */
static void interval_and_test_say_the_same(void **unused)
{
    (void)unused;
    struct shift shift;
    assert_true(shift_estimate(therapy, 9, 0.05, &shift));
    const double at[] = {shift.low - 1e-6, shift.low + 1e-6, shift.high - 1e-6, shift.high + 1e-6};
    for (size_t i = 0; i < 4; i++) {
        double moved[9];
        struct signed_rank test;
        for (size_t j = 0; j < 9; j++)
            moved[j] = therapy[j] - at[i];
        assert_true(signed_rank_test(moved, 9, &test));
        assert_int_equal(test.p_two_sided > 0.05, i == 1 || i == 2);
    }
}

static void too_few_have_no_interval(void **unused)
{
    (void)unused;
    struct shift shift;
    assert_int_equal(signed_rank_needed(0.05), 6);
    assert_int_equal(signed_rank_needed(0.01), 8);
    assert_int_equal(signed_rank_needed(0.05 / 480), 15);
    assert_true(shift_estimate(therapy, 5, 0.05, &shift));
    assert_false(shift.interval);
    assert_true(shift_estimate(therapy, 6, 0.05, &shift));
    assert_true(shift.interval);
    assert_true(shift_estimate(therapy, 1, 0.05, &shift));
    near(shift.estimate, therapy[0], 0);
    assert_false(shift_estimate(therapy, 0, 0.05, &shift));
}

static void what_is_not_finite_is_refused(void **unused)
{
    (void)unused;
    static const double broken[] = {1, NAN, 3}, endless[] = {1, INFINITY};
    struct signed_rank test;
    struct shift shift;
    assert_false(signed_rank_test(broken, 3, &test));
    near(test.p_two_sided, 1, 0);
    assert_false(shift_estimate(endless, 2, 0.05, &shift));
}

static void want_of_memory_is_told(void **unused)
{
    (void)unused;
    struct signed_rank test;
    struct shift shift;
    for (size_t after = 0;; after++) {
        long live = fault_live();
        fault_arm(after, false);
        bool good = signed_rank_test(therapy, 9, &test) && shift_estimate(therapy, 9, 0.05, &shift);
        assert_int_equal(fault_live(), live);
        if (!fault_disarm()) {
            assert_true(good && after > 3);
            break;
        }
        assert_false(good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_test_agrees_with_r),
        cmocka_unit_test(the_shift_agrees_with_the_book),
        cmocka_unit_test(maize),
        cmocka_unit_test(critical_values_are_those_of_the_table),
        cmocka_unit_test(beyond_the_exact_there_is_no_step),
        cmocka_unit_test(zeros_and_ties_after_pratt),
        cmocka_unit_test(turning_all_signs_turns_the_sides),
        cmocka_unit_test(interval_and_test_say_the_same),
        cmocka_unit_test(too_few_have_no_interval),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
