/* test_scaling.c - serial shares against a textbook's, fits against times made from known laws. */
#include "harness/stats/scaling.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* M. J. Quinn, Parallel Programming in C with MPI and OpenMP (2004), section 7.6, both examples. */
static void serial_shares_are_the_textbooks(void **unused)
{
    (void)unused;
    static const double constant[] = {1.82, 2.50, 3.08, 3.57, 4.00, 4.38, 4.71};
    static const double rising[] = {1.87, 2.61, 3.23, 3.73, 4.14, 4.46, 4.71};
    static const double shares[] = {0.070, 0.075, 0.080, 0.085, 0.090, 0.095, 0.100};
    for (size_t i = 0; i < 7; i++) {
        assert_true(fabs(karp_flatt(constant[i], (double)i + 2) - 0.1) < 0.0015);
        assert_true(fabs(karp_flatt(rising[i], (double)i + 2) - shares[i]) < 0.0015);
    }
    assert_true(fabs(karp_flatt(4, 4)) < 1e-12);
}

enum { ROUNDS = 8, COUNTS = 5, POINTS = ROUNDS * COUNTS };

/* Times on 1, 2, 4, 8, 16 processors, each off by up to `noise`, the same in every call. */
static void times_make(double serial, double coherence, double noise, struct scaling_point points[POINTS])
{
    uint64_t random = 42;
    for (size_t i = 0; i < POINTS; i++) {
        double p = (double)(1u << (i % COUNTS));
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double off = noise * ((double)(random >> 33) / (double)(UINT64_C(1) << 30) - 1);
        points[i] = (struct scaling_point){.processors = p,
                                           .time = 700 * (serial + (1 - serial) / p + coherence * (p - 1)) *
                                                   (1 + off),
                                           .cluster = (unsigned)(i / COUNTS)};
    }
}

static void laws_are_found_again(void **unused)
{
    (void)unused;
    struct scaling_point points[POINTS];
    struct scaling_fit fit;
    times_make(0.2, 0, 0, points);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, POINTS, 50, 1, &fit), SCALING_OK);
    assert_true(fabs(fit.serial - 0.2) < 1e-9 && fabs(fit.one - 700) < 1e-6);
    assert_true(fabs(fit.serial_low - 0.2) < 1e-9 && fabs(fit.serial_high - 0.2) < 1e-9);
    times_make(0.05, 0.003, 0, points);
    assert_int_equal(scaling_fit(SCALING_USL, points, POINTS, 50, 1, &fit), SCALING_OK);
    assert_true(fabs(fit.serial - 0.05) < 1e-9 && fabs(fit.coherence - 0.003) < 1e-9);
}

static void a_law_that_lacks_something_is_told(void **unused)
{
    (void)unused;
    struct scaling_point points[POINTS];
    struct scaling_fit amdahl, usl;
    times_make(0.05, 0.01, 0.02, points);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, POINTS, 100, 1, &amdahl), SCALING_OK);
    assert_int_equal(scaling_fit(SCALING_USL, points, POINTS, 100, 1, &usl), SCALING_OK);
    assert_true(amdahl.lack_p < 0.001);
    assert_true(usl.lack_p > 0.05);
    assert_true(usl.aicc < amdahl.aicc);
    assert_true(usl.serial_low < 0.05 && 0.05 < usl.serial_high);
    assert_true(usl.serial_low < usl.serial && usl.serial < usl.serial_high);

    times_make(0.05, 0, 0.02, points);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, POINTS, 100, 1, &amdahl), SCALING_OK);
    assert_true(amdahl.lack_p > 0.05);
    assert_true(amdahl.serial_low < 0.05 && 0.05 < amdahl.serial_high);
}

/* Beyond the 16 processors too. */
static void a_curve_follows_its_law(void **unused)
{
    (void)unused;
    struct scaling_point points[POINTS];
    struct scaling_place places[] = {{.processors = 1}, {.processors = 8}, {.processors = 64}};
    double widths[3];
    times_make(0.05, 0.003, 0, points);
    assert_int_equal(scaling_curve(SCALING_USL, points, POINTS, 50, 1, places, 3), SCALING_OK);
    for (size_t i = 0; i < 3; i++) {
        double p = places[i].processors, time = 700 * (0.05 + 0.95 / p + 0.003 * (p - 1));
        assert_true(fabs(places[i].time / time - 1) < 1e-9);
        assert_true(fabs(places[i].low / time - 1) < 1e-9 && fabs(places[i].high / time - 1) < 1e-9);
    }
    times_make(0.05, 0.003, 0.05, points);
    assert_int_equal(scaling_curve(SCALING_USL, points, POINTS, 200, 1, places, 3), SCALING_OK);
    for (size_t i = 0; i < 3; i++) {
        double p = places[i].processors, time = 700 * (0.05 + 0.95 / p + 0.003 * (p - 1));
        widths[i] = (places[i].high - places[i].low) / places[i].time;
        assert_true(places[i].low < places[i].time && places[i].time < places[i].high);
        assert_true(places[i].low < time && time < places[i].high);
    }
    assert_true(widths[2] > 2 * widths[1]); /* what was not measured is known the less */
    assert_int_equal(scaling_curve(SCALING_USL, points, 3, 50, 1, places, 3), SCALING_TOO_FEW_COUNTS);
}

static void what_cannot_be_fitted_is_refused(void **unused)
{
    (void)unused;
    struct scaling_point points[POINTS];
    struct scaling_fit fit;
    assert_int_equal(scaling_needed(SCALING_AMDAHL), 3);
    assert_int_equal(scaling_needed(SCALING_USL), 4);
    times_make(0.2, 0, 0.01, points);
    assert_int_equal(scaling_fit(SCALING_USL, points, 3, 10, 1, &fit), SCALING_TOO_FEW_COUNTS);
    assert_int_equal(scaling_fit(SCALING_USL, points, 4, 10, 1, &fit), SCALING_TOO_FEW_POINTS);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, 2, 10, 1, &fit), SCALING_TOO_FEW_COUNTS);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, 0, 10, 1, &fit), SCALING_TOO_FEW_COUNTS);
    points[3].time = 0;
    assert_int_equal(scaling_fit(SCALING_AMDAHL, points, POINTS, 10, 1, &fit), SCALING_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_shares_are_the_textbooks),    cmocka_unit_test(laws_are_found_again),
        cmocka_unit_test(a_law_that_lacks_something_is_told), cmocka_unit_test(a_curve_follows_its_law),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
