/* test_scale.c - curves of times that were made up. */
#include "harness/driver/scale/curve.h"
#include "harness/driver/scale/print.h"
#include "tests/support/made_results.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* alone: the line's "alone" field. */
static void trial(struct made_results *made, unsigned round, const char *strategy, unsigned threads,
                  double ns, bool over, const char *alone)
{
    fprintf(
        made->file,
        "{\"type\":\"trial\",\"round\":%u,\"position\":0,\"cell\":{\"workload\":\"facts\",\"batch\":10,"
        "\"strategy\":\"%s\",\"options\":\"\",\"allocator\":\"glibc\",\"knobs\":\"\",\"threads\":%u,"
        "\"bind\":\"core\",\"symbols\":\"inline\",\"keys\":\"expressions\",\"build\":\"\",\"twin\":false},"
        "\"outcome\":\"ok\",\"reason\":null,\"replay\":\"r\",\"oversubscribed\":%s,\"samples_ns\":[%.0f],"
        "\"alone\":%s,\"disturbance\":null}\n",
        round, strategy, threads, over ? "true" : "false", ns, alone);
}

/* A fifth of the work is serial; the machine's speed drifts from round to round, for all alike. */
static void measured_make(struct made_results *made)
{
    static const unsigned threads[] = {8, 2, 1, 4};
    made_results_begin(made);
    for (unsigned round = 0; round < 8; round++) {
        double drift = 1 + 0.1 * round;
        trial(made, round, "sequential", 1, 100000 * drift, false, "null");
        for (size_t i = 0; i < 4; i++) {
            double p = threads[i], off = 1 + 0.001 * ((round + i) % 3);
            trial(made, round, "split", threads[i], 100000 * (0.2 + 0.8 / p) * off * drift, false, "null");
        }
        trial(made, round, "split", 18, 70000 * drift, true, "null");
    }
    made_results_read(made);
}

static void a_curve_is_paired_and_fitted(void **unused)
{
    (void)unused;
    struct made_results measured;
    struct error error;
    struct scale_curve *curve = calloc(1, sizeof *curve);
    assert_non_null(curve);
    measured_make(&measured);
    assert_true(scale_curve_make("split", &measured.results, NULL, 0, 1, curve, &error));
    assert_int_equal(curve->step_count, 5);
    for (size_t i = 0; i < 5; i++) {
        static const unsigned threads[] = {1, 2, 4, 8, 18};
        const struct scale_step *step = &curve->steps[i];
        assert_int_equal(step->threads, threads[i]);
        assert_int_equal(step->measured.rounds, 8);
        assert_int_equal(step->projected.rounds, 0);
        assert_int_equal(step->oversubscribed, threads[i] == 18);
        if (threads[i] != 18)
            assert_true(fabs(step->measured.middle - 1 / (0.2 + 0.8 / threads[i])) < 0.01);
    }
    assert_int_equal(curve->amdahl_refusal, SCALING_OK);
    /* The drift is no part of the model, and widens the interval; the share is found inside it. */
    assert_true(curve->amdahl.serial_low < 0.2 && 0.2 < curve->amdahl.serial_high);
    assert_true(fabs(curve->amdahl.serial - 0.2) < 0.02);
    made_results_free(&measured);
    free(curve);
}

static void a_projection_is_what_is_outside_and_the_longest_part(void **unused)
{
    (void)unused;
    struct made_results measured, alone;
    struct error error;
    struct scale_curve *curve = calloc(1, sizeof *curve);
    char *text = NULL;
    size_t size = 0;
    assert_non_null(curve);
    measured_make(&measured);
    made_results_begin(&alone);
    for (unsigned round = 0; round < 8; round++) {
        trial(&alone, round, "sequential", 1, 100000, false, "null");
        /* 64 parts of 1500 ns, the longest 2000, and 6000 outside */
        trial(&alone, round, "split", 64, 8000, true, "{\"parts_ns\":96000,\"longest_ns\":2000}");
    }
    made_results_read(&alone);
    assert_true(scale_curve_make("split", &measured.results, &alone.results, 100, 1, curve, &error));
    assert_int_equal(curve->step_count, 6);
    const struct scale_step *step = &curve->steps[5];
    assert_int_equal(step->threads, 64);
    assert_false(step->oversubscribed); /* nobody took turns */
    assert_int_equal(step->measured.rounds, 0);
    assert_true(step->projected.time_ns == 8000 + 63 * 100);
    assert_true(fabs(step->projected.middle - 100000.0 / 14300) < 1e-9);
    assert_true(fabs(step->serial - 6000.0 / 102000) < 1e-9);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    scale_print(curve, 8, out);
    fclose(out);
    assert_non_null(strstr(text, "14.3   6.99x"));
    assert_non_null(strstr(text, "0.0588     17.0x"));
    assert_non_null(strstr(text, "Amdahl: serial share 0."));
    free(text);
    made_results_free(&measured);
    made_results_free(&alone);
    free(curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curve_is_paired_and_fitted),
        cmocka_unit_test(a_projection_is_what_is_outside_and_the_longest_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
