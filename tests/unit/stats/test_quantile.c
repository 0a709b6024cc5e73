/* test_quantile.c - the median and the ranks around it, against the published table of order-statistic
 * intervals. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "harness/stats/quantile.h"

static void median_of_odd_and_even(void **state)
{
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    median_sort(odd, 3);
    median_sort(even, 4);
    assert_true(median_of_sorted(odd, 3) == 3);
    assert_true(median_of_sorted(even, 4) == 2.5);
    assert_true(median_of_sorted(one, 1) == 7);
}

static void sorting_puts_equal_values_together(void **state)
{
    (void)state;
    double values[] = {2, 1, 2, 1, 2};
    median_sort(values, 5);
    const double sorted[] = {1, 1, 2, 2, 2};
    assert_memory_equal(values, sorted, sizeof sorted);
}

static void no_interval_below_six(void **state)
{
    (void)state;
    size_t low = 99, high = 99;
    for (size_t n = 0; n < 6; n++)
        assert_false(quantile_interval(0.5, n, 0.05, &low, &high));
    assert_int_equal(low, 99);
    assert_int_equal(high, 99);
}

static void ranks_are_those_of_the_table(void **state)
{
    (void)state;
    static const size_t table[][3] = {{6, 1, 6},   {8, 1, 8},   {9, 2, 8},    {10, 2, 9},
                                      {12, 3, 10}, {20, 6, 15}, {30, 10, 21}, {50, 18, 33}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t low = 0, high = 0;
        assert_true(quantile_interval(0.5, table[i][0], 0.05, &low, &high));
        assert_int_equal(low, table[i][1]);
        assert_int_equal(high, table[i][2]);
    }
}

static void large_counts_do_not_underflow(void **state)
{
    (void)state;
    size_t low, high;
    assert_true(quantile_interval(0.5, 1000, 0.05, &low, &high));
    assert_in_range(low, 465, 472); /* 500 - 1.96 * sqrt(1000) / 2 is 469 */
    assert_int_equal(low + high, 1001);
}

/* In closed form: neither share^n nor (1 - share)^n may be above 0.025. */
static void the_number_needed_is_the_least(void **state)
{
    (void)state;
    static const struct {
        double share;
        size_t needed;
    } known[] = {{0.5, 6}, {0.9, 36}, {0.99, 368}, {0.999, 3688}, {0.1, 36}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t low, high, needed = quantile_needed(known[i].share, 0.05);
        assert_int_equal(needed, known[i].needed);
        assert_false(quantile_interval(known[i].share, needed - 1, 0.05, &low, &high));
        assert_true(quantile_interval(known[i].share, needed, 0.05, &low, &high));
        assert_int_equal(known[i].share > 0.5 ? high : low, known[i].share > 0.5 ? needed : 1);
    }
}

/* The probability of the ranks, by the binomial distribution term by term: enough, and with one rank less on
 * either side more than half of alpha is outside. */
static void tails_are_as_large_as_they_may_be(void **state)
{
    (void)state;
    const double share = 0.9;
    const size_t count = 100;
    size_t low, high;
    assert_true(quantile_interval(share, count, 0.05, &low, &high));
    double below = 0, below_next = 0, above = 0, above_next = 0, term = pow(1 - share, (double)count);
    for (size_t k = 0; k <= count; k++) {
        below += k < low ? term : 0;
        below_next += k < low + 1 ? term : 0;
        above += k >= high ? term : 0;
        above_next += k >= high - 1 ? term : 0;
        term *= share / (1 - share) * (double)(count - k) / (double)(k + 1);
    }
    assert_true(below <= 0.025 && below_next > 0.025);
    assert_true(above <= 0.025 && above_next > 0.025);
}

static void values_in_any_order_have_a_median(void **state)
{
    (void)state;
    double odd[] = {9, 1, 5}, even[] = {4, 1, 3, 8};
    assert_true(median_sorting(odd, 3) == 5);
    assert_true(odd[0] == 1 && odd[2] == 9);
    assert_true(median_sorting(even, 4) == 3.5);
    assert_true(median_sorting(even, 0) == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_in_any_order_have_a_median),
        cmocka_unit_test(median_of_odd_and_even),
        cmocka_unit_test(sorting_puts_equal_values_together),
        cmocka_unit_test(no_interval_below_six),
        cmocka_unit_test(ranks_are_those_of_the_table),
        cmocka_unit_test(large_counts_do_not_underflow),
        cmocka_unit_test(the_number_needed_is_the_least),
        cmocka_unit_test(tails_are_as_large_as_they_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
