/* test_median.c - the median, and the interval that ends the sampling. */
#include "harness/worker/median.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { VALUES_MAX = 1000 };

/* 1 .. count in an order that is neither rising nor falling; stride and count have no common factor. */
static void fill(uint64_t *values, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        values[i] = i * stride % count + 1;
}

static void values_come_out_sorted(void **unused)
{
    (void)unused;
    for (size_t count = 1; count <= VALUES_MAX; count += 37) {
        uint64_t values[VALUES_MAX];
        fill(values, count, 7919);
        median_of(values, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(values[i], i + 1);
    }
}

static void equal_values_are_sorted_too(void **unused)
{
    (void)unused;
    uint64_t values[] = {3, 1, 3, 1, 3, 3, 1};
    struct median median = median_of(values, 7);
    assert_int_equal(median.middle, 3);
    assert_int_equal(values[2], 1);
    assert_int_equal(values[3], 3);
}

static void hundred_values_have_the_interval_of_the_tables(void **unused)
{
    (void)unused;
    uint64_t values[100];
    fill(values, 100, 37);
    struct median median = median_of(values, 100);
    assert_int_equal(median.middle, 50);
    assert_int_equal(median.low, 40);
    assert_int_equal(median.high, 61);
}

static void few_values_have_no_interval(void **unused)
{
    (void)unused;
    uint64_t values[] = {5, 5, 5, 5, 5};
    struct median median = median_of(values, 5);
    assert_int_equal(median.middle, 5);
    assert_int_equal(median.high, UINT64_MAX);
    assert_false(median_within(&median, 1));
}

/* The chance that the true median lies between ranks low and high of n values: low <= B < high, B binomial.
 */
static double coverage(unsigned n, unsigned low, unsigned high)
{
    double sum = 0;
    for (unsigned k = low; k < high; k++)
        sum += exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) - n * log(2.0));
    return sum;
}

static void the_interval_covers_what_it_says(void **unused)
{
    (void)unused;
    for (unsigned n = 8; n <= VALUES_MAX; n++) {
        uint64_t values[VALUES_MAX];
        fill(values, n, 1);
        struct median median = median_of(values, n);
        assert_true(median.high <= n);
        assert_true(coverage(n, (unsigned)median.low, (unsigned)median.high) >= 0.95);
    }
}

static void both_ends_must_be_near(void **unused)
{
    (void)unused;
    assert_true(median_within(&(struct median){.middle = 100, .low = 95, .high = 105}, 0.05));
    assert_false(median_within(&(struct median){.middle = 100, .low = 94, .high = 105}, 0.05));
    assert_false(median_within(&(struct median){.middle = 100, .low = 95, .high = 106}, 0.05));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_out_sorted),
        cmocka_unit_test(equal_values_are_sorted_too),
        cmocka_unit_test(hundred_values_have_the_interval_of_the_tables),
        cmocka_unit_test(few_values_have_no_interval),
        cmocka_unit_test(the_interval_covers_what_it_says),
        cmocka_unit_test(both_ends_must_be_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
