/* test_edivisive.c - change points, of the series that every book on them has, and of those that have none.
 */
#include "harness/stats/edivisive.h"
#include "tests/support/fault.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { POINTS = 64 };

/* The Nile at Aswan, 1871 to 1970; it fell in 1898 or 1899 (Cobb, The problem of the Nile, 1978). */
static const double nile[] = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
    799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
    701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
    845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
    771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
    986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};

static void the_nile_fell_once(void **unused)
{
    (void)unused;
    struct change_point points[POINTS];
    bool good;
    assert_int_equal(sizeof nile / sizeof nile[0], 100);
    assert_int_equal(edivisive(nile, 100, 0.001, points, &good), 1);
    assert_true(good);
    assert_in_range(1871 + points[0].at, 1898, 1899);
    assert_true(fabs(points[0].before - 1097.75) < 0.01 && fabs(points[0].after - 849.97) < 0.01);
    assert_true(points[0].p < 1e-10);
}

/* Lehmer's generator, -0.5 .. 0.5. */
static double noise(uint64_t *state)
{
    *state = *state * 48271 % 2147483647;
    return (double)*state / 2147483647 - 0.5;
}

static void steps_are_found_where_they_are(void **unused)
{
    (void)unused;
    double values[60];
    uint64_t state = 3;
    for (size_t i = 0; i < 60; i++)
        values[i] = (i < 20 ? 0 : i < 45 ? 0.10 : 0.04) + 0.02 * noise(&state);
    struct change_point points[POINTS];
    bool good;
    assert_int_equal(edivisive(values, 60, 0.001, points, &good), 2);
    assert_int_equal(points[0].at, 20);
    assert_int_equal(points[1].at, 45);
    assert_true(fabs(points[0].after - 0.10) < 0.005 && fabs(points[1].after - 0.04) < 0.005);
    assert_true(points[0].after == points[1].before);
}

static void three_values_of_the_new_level_are_enough(void **unused)
{
    (void)unused;
    double values[23];
    uint64_t state = 11;
    for (size_t i = 0; i < 23; i++)
        values[i] = (i < 20 ? 0 : 0.08) + 0.01 * noise(&state);
    struct change_point points[POINTS];
    bool good;
    assert_int_equal(edivisive(values, 23, 0.001, points, &good), 1);
    assert_int_equal(points[0].at, 20);
    assert_int_equal(edivisive(values, 21, 0.001, points, &good), 0); /* one alone is an outlier */
    assert_true(good);
}

/* One series in 25 may be taken for one with a change: the point is the best of many, which the test does not
 * know. */
static void noise_has_hardly_any(void **unused)
{
    (void)unused;
    size_t alarms = 0;
    uint64_t state = 17;
    for (size_t series = 0; series < 200; series++) {
        double values[30];
        struct change_point points[POINTS];
        bool good;
        for (size_t i = 0; i < 30; i++)
            values[i] = noise(&state) + noise(&state) + noise(&state);
        alarms += edivisive(values, 30, 0.001, points, &good) > 0;
    }
    assert_in_range(alarms, 0, 8);
}

static void what_is_constant_or_short_or_broken(void **unused)
{
    (void)unused;
    double constant[12] = {0}, step[6] = {1, 1, 1, 2, 2, 2}, broken[6] = {1, 1, NAN, 2, 2, 2};
    struct change_point points[POINTS];
    bool good;
    assert_int_equal(edivisive(constant, 12, 0.001, points, &good), 0);
    assert_true(good);
    assert_int_equal(edivisive(step, 6, 0.001, points, &good), 1);
    assert_int_equal(points[0].at, 3);
    assert_int_equal(edivisive(step, 5, 0.001, points, &good), 0);
    assert_true(good);
    assert_int_equal(edivisive(NULL, 0, 0.001, points, &good), 0);
    assert_true(good);
    assert_int_equal(edivisive(broken, 6, 0.001, points, &good), 0);
    assert_false(good);
    fault_arm(0, false);
    assert_int_equal(edivisive(step, 6, 0.001, points, &good), 0);
    assert_true(fault_disarm());
    assert_false(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nile_fell_once),
        cmocka_unit_test(steps_are_found_where_they_are),
        cmocka_unit_test(three_values_of_the_new_level_are_enough),
        cmocka_unit_test(noise_has_hardly_any),
        cmocka_unit_test(what_is_constant_or_short_or_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
