/* test_latency.c - order statistics, and when there are too few samples for them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/latency.h"
#include "tests/support/fault.h"

#define expect_p50(latency, value) assert_true((latency).p50 == (value))

static void test_none(void **state)
{
    (void)state;
    struct latency latency;
    assert_true(latency_summarise(NULL, 0, &latency));
    assert_true(latency.min == LATENCY_UNKNOWN && latency.max == LATENCY_UNKNOWN &&
                latency.p90 == LATENCY_UNKNOWN);
    expect_p50(latency, -1);
}

static void test_few(void **state)
{
    (void)state;
    static const uint64_t samples[] = {30, 10, 20};
    struct latency latency;
    assert_true(latency_summarise(samples, 3, &latency));
    assert_int_equal(latency.min, 10);
    assert_int_equal(latency.max, 30);
    expect_p50(latency, 20);
    assert_true(latency.p90 == LATENCY_UNKNOWN && latency.p99 == LATENCY_UNKNOWN &&
                latency.p999 == LATENCY_UNKNOWN);
    assert_true(latency_summarise(samples, 2, &latency));
    expect_p50(latency, 20);
    static const uint64_t odd[] = {1, 2};
    assert_true(latency_summarise(odd, 2, &latency));
    expect_p50(latency, 1.5);
    assert_int_equal(samples[0], 30);
}

/* The numbers 1 to count, out of order: the sample of rank k is k. */
static void ranks(size_t count, uint64_t *samples)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = (i * 7919) % count + 1;
}

static void test_nearest_rank(void **state)
{
    (void)state;
    uint64_t samples[1000];
    struct latency latency;
    ranks(9, samples);
    assert_true(latency_summarise(samples, 9, &latency));
    assert_true(latency.p90 == LATENCY_UNKNOWN);
    ranks(10, samples);
    assert_true(latency_summarise(samples, 10, &latency));
    assert_int_equal(latency.p90, 9);
    ranks(11, samples);
    assert_true(latency_summarise(samples, 11, &latency));
    assert_int_equal(latency.p90, 10);
    ranks(99, samples);
    assert_true(latency_summarise(samples, 99, &latency));
    assert_true(latency.p99 == LATENCY_UNKNOWN);
    ranks(1000, samples);
    assert_true(latency_summarise(samples, 1000, &latency));
    assert_int_equal(latency.p90, 900);
    assert_int_equal(latency.p99, 990);
    assert_int_equal(latency.p999, 999);
    expect_p50(latency, 500.5);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const uint64_t samples[] = {1};
    struct latency latency;
    fault_arm(0, false);
    assert_false(latency_summarise(samples, 1, &latency));
    assert_true(fault_disarm());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_nearest_rank),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
