/* test_median.c - the median and the ranks around it, against the published table of order-statistic
 * intervals. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/median.h"

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
        assert_false(median_interval(n, &low, &high));
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
        assert_true(median_interval(table[i][0], &low, &high));
        assert_int_equal(low, table[i][1]);
        assert_int_equal(high, table[i][2]);
    }
}

static void large_counts_do_not_underflow(void **state)
{
    (void)state;
    size_t low, high;
    assert_true(median_interval(1000, &low, &high));
    assert_in_range(low, 465, 472); /* 500 - 1.96 * sqrt(1000) / 2 is 469 */
    assert_int_equal(low + high, 1001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_of_odd_and_even),        cmocka_unit_test(sorting_puts_equal_values_together),
        cmocka_unit_test(no_interval_below_six),         cmocka_unit_test(ranks_are_those_of_the_table),
        cmocka_unit_test(large_counts_do_not_underflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
