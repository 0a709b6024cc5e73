/* test_change.c - verdicts on pairs of times, and what tells that anything changed among many cells. */
#include "harness/stats/change.h"
#include "harness/stats/family.h"

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

/* Ratios about `ratio`, alternately above and below by `spread` on the logarithm, none equal. */
static void pairs_make(double *log_ratios, size_t count, double ratio, double spread)
{
    for (size_t i = 0; i < count; i++)
        log_ratios[i] = log(ratio) + (i % 2 == 0 ? 1 : -1) * spread * (1 + 0.01 * (double)i);
}

static enum verdict verdict_of(double ratio, double spread, size_t count)
{
    double log_ratios[64];
    struct change change;
    pairs_make(log_ratios, count, ratio, spread);
    assert_true(change_of(log_ratios, count, 0.03, 0.05, &change));
    return change_verdict(&change, change.p, 0.03, 0.05);
}

static void each_verdict_has_its_case(void **unused)
{
    (void)unused;
    assert_string_equal(verdict_name(verdict_of(1.10, 0.01, 10)), "regressed");
    assert_string_equal(verdict_name(verdict_of(0.90, 0.01, 10)), "improved");
    assert_string_equal(verdict_name(verdict_of(1.01, 0.005, 10)), "equivalent");
    assert_string_equal(verdict_name(verdict_of(1.03, 0.01, 10)), "inconclusive"); /* on the edge */
    assert_string_equal(verdict_name(verdict_of(1 / 1.03, 0.01, 10)), "inconclusive");
    assert_string_equal(verdict_name(verdict_of(1.00, 0.10, 10)), "inconclusive"); /* too noisy */
    assert_string_equal(verdict_name(verdict_of(1.50, 0.01, 5)), "inconclusive");  /* too few */
    assert_string_equal(verdict_name(verdict_of(1.00, 0.001, 5)), "inconclusive");
}

static void what_is_corrected_away_is_no_regression(void **unused)
{
    (void)unused;
    double log_ratios[10];
    struct change change;
    pairs_make(log_ratios, 10, 1.10, 0.01);
    assert_true(change_of(log_ratios, 10, 0.03, 0.05, &change));
    near(change.p, 2.0 / 1024, 1e-12);
    assert_int_equal(change_verdict(&change, 0.05, 0.03, 0.05), VERDICT_REGRESSED);
    assert_int_equal(change_verdict(&change, 0.0501, 0.03, 0.05), VERDICT_INCONCLUSIVE);
}

static void both_directions_are_judged_alike(void **unused)
{
    (void)unused;
    double forth[12], back[12];
    struct change one, other;
    pairs_make(forth, 12, 1.04, 0.01);
    for (size_t i = 0; i < 12; i++)
        back[i] = -forth[i];
    assert_true(change_of(forth, 12, 0.03, 0.05, &one) && change_of(back, 12, 0.03, 0.05, &other));
    near(one.p_slower, other.p_faster, 1e-12);
    near(one.ratio * other.ratio, 1, 1e-12);
    near(one.low * other.high, 1, 1e-12);
    near(one.detectable, other.detectable, 1e-12);
}

static void nothing_is_known_of_no_pairs(void **unused)
{
    (void)unused;
    struct change change;
    assert_true(change_of(NULL, 0, 0.03, 0.05, &change));
    near(change.p, 1, 0);
    assert_false(change.interval);
    near(change.detectable, -1, 0);
    assert_int_equal(change_verdict(&change, change.p, 0.03, 0.05), VERDICT_INCONCLUSIVE);
}

/* (1.95996 + 1.28155) * deviation / sqrt(n * 3 / pi), n and deviation as they are. */
static void the_detectable_effect_is_that_of_the_formula(void **unused)
{
    (void)unused;
    static const struct {
        double deviation;
        size_t count;
        double percent;
    } known[] = {{0.01, 10, 1.05}, {0.01, 50, 0.47}, {0.05, 20, 3.71}, {0.02, 30, 1.21}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double log_ratios[64], n = (double)known[i].count;
        struct change change;
        for (size_t j = 0; j < known[i].count; j++)
            log_ratios[j] = (j % 2 == 0 ? 1 : -1) * known[i].deviation * sqrt((n - 1) / n);
        assert_true(change_of(log_ratios, known[i].count, 0.03, 0.05, &change));
        near(100 * log1p(change.detectable), known[i].percent, 0.006);
    }
}

/* Noise: the next of a sequence, about uniform over -0.5 .. 0.5 (Lehmer's, with Park and Miller's numbers).
 */
static double noise(uint64_t *state)
{
    *state = *state * 48271 % 2147483647;
    return (double)*state / 2147483647 - 0.5;
}

enum { CELLS = 6, ROUNDS = 7 };

static void one_cell_that_stands_out_is_enough(void **unused)
{
    (void)unused;
    double log_ratios[CELLS * ROUNDS], p;
    uint64_t state = 7;
    for (size_t i = 0; i < CELLS * ROUNDS; i++)
        log_ratios[i] = (i / ROUNDS == 3 ? 5 : 0) + noise(&state);
    assert_true(family_p(log_ratios, CELLS, ROUNDS, 1, &p));
    near(p, 2.0 / 128, 1e-12); /* this way, and all of it turned round */
}

static void pairs_that_are_missing_are_left_out(void **unused)
{
    (void)unused;
    double log_ratios[2 * ROUNDS], alone[ROUNDS], p, p_alone;
    uint64_t state = 9;
    for (size_t i = 0; i < ROUNDS; i++) {
        alone[i] = 0.3 + noise(&state);
        log_ratios[i] = alone[i];
        log_ratios[ROUNDS + i] = i == 2 ? 100 : NAN;
    }
    assert_true(family_p(log_ratios, 2, ROUNDS, 1, &p));
    assert_true(family_p(alone, 1, ROUNDS, 1, &p_alone));
    near(p, p_alone, 0);
    assert_true(p > 2.0 / 128 && p < 1);
    assert_true(family_p(log_ratios + ROUNDS, 1, ROUNDS, 1, &p));
    near(p, 1, 0);
}

/* 400 families of nothing but noise that a round's cells share in part. At 5 %, up to 31 alarms are what
 * chance gives (99 % of the time); none at all would be a test that cannot reject. */
static void noise_is_told_from_change_at_the_level(void **unused)
{
    (void)unused;
    size_t alarms = 0, alarms_drawn = 0;
    uint64_t state = 42;
    for (size_t family = 0; family < 400; family++) {
        double few[CELLS * 8], many[CELLS * 14], p;
        for (size_t round = 0; round < 14; round++) {
            double shared = noise(&state);
            for (size_t cell = 0; cell < CELLS; cell++) {
                many[cell * 14 + round] = shared + noise(&state);
                if (round < 8)
                    few[cell * 8 + round] = many[cell * 14 + round];
            }
        }
        assert_true(family_p(few, CELLS, 8, 1, &p));
        alarms += p <= 0.05;
        if (family % 8 != 0)
            continue;
        assert_true(family_p(many, CELLS, 14, family, &p));
        alarms_drawn += p <= 0.05;
    }
    assert_in_range(alarms, 5, 31);
    assert_in_range(alarms_drawn, 0, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_has_its_case),
        cmocka_unit_test(what_is_corrected_away_is_no_regression),
        cmocka_unit_test(both_directions_are_judged_alike),
        cmocka_unit_test(nothing_is_known_of_no_pairs),
        cmocka_unit_test(the_detectable_effect_is_that_of_the_formula),
        cmocka_unit_test(one_cell_that_stands_out_is_enough),
        cmocka_unit_test(pairs_that_are_missing_are_left_out),
        cmocka_unit_test(noise_is_told_from_change_at_the_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
