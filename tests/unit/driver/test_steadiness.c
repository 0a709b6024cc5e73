/* test_steadiness.c - samples that drift or step are told from such as scatter. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/steadiness.h"
#include "tests/support/fault.h"

enum { SAMPLES_MAX = 401 };

/* 1000 ns, scattered by up to 10 % either way; of those from `since` on by so many percent more. */
static struct steadiness judged(size_t count, size_t since, unsigned percent)
{
    uint64_t samples[SAMPLES_MAX];
    struct steadiness steadiness;
    for (size_t i = 0; i < count; i++)
        samples[i] = (900 + i * 7919 % 201) * (i < since ? 100 : 100 + percent) / 100;
    assert_true(steadiness_judge(samples, count, &steadiness));
    return steadiness;
}

static void scatter_is_steady(void **state)
{
    (void)state;
    struct steadiness steadiness = judged(400, 400, 0);
    assert_true(steadiness.known && steadiness.steady);
    assert_true(steadiness.first_ns > 980 && steadiness.first_ns < 1020);
    assert_true(steadiness.second_ns > 980 && steadiness.second_ns < 1020);
}

static void a_step_is_seen_either_way(void **state)
{
    (void)state;
    uint64_t down[SAMPLES_MAX];
    struct steadiness steadiness = judged(400, 200, 20);
    assert_true(steadiness.known && !steadiness.steady);
    assert_true(steadiness.second_ns > 1.15 * steadiness.first_ns);
    for (size_t i = 0; i < 400; i++)
        down[i] = (900 + i * 7919 % 201) * (i < 200 ? 120 : 100) / 100;
    assert_true(steadiness_judge(down, 400, &steadiness));
    assert_false(steadiness.steady);
}

/* Below 5 % it does not matter, however sure it is; and 20 % of few scattered samples are not sure. */
static void what_is_small_or_not_sure_is_let_be(void **state)
{
    (void)state;
    uint64_t exact[SAMPLES_MAX];
    struct steadiness steadiness;
    for (size_t i = 0; i < 400; i++)
        exact[i] = i < 200 ? 10000 : 10450;
    assert_true(steadiness_judge(exact, 400, &steadiness));
    assert_true(steadiness.steady);
    for (size_t i = 0; i < 400; i++)
        exact[i] = i < 200 ? 10000 : 10550;
    assert_true(steadiness_judge(exact, 400, &steadiness));
    assert_false(steadiness.steady);
    assert_true(judged(24, 12, 8).steady);
}

/* A fifth of one half gone wrong is no step: it says nothing of where the others lie. */
static void outliers_are_no_step(void **state)
{
    (void)state;
    uint64_t samples[SAMPLES_MAX];
    struct steadiness steadiness;
    for (size_t i = 0; i < 400; i++)
        samples[i] = i % 5 == 0 && i >= 200 ? 100000 : 900 + i * 7919 % 201;
    assert_true(steadiness_judge(samples, 400, &steadiness));
    assert_true(steadiness.known && steadiness.steady);
}

static void too_few_tell_nothing(void **state)
{
    (void)state;
    struct steadiness steadiness;
    assert_true(steadiness_judge(NULL, 0, &steadiness));
    assert_false(steadiness.known);
    assert_false(judged(21, 10, 100).known);
    assert_true(judged(22, 11, 100).known);
    assert_false(judged(22, 11, 100).steady);
}

/* Of an odd number the middle one is in neither half. */
static void the_middle_one_is_left_out(void **state)
{
    (void)state;
    struct steadiness steadiness = judged(401, 201, 20);
    assert_false(steadiness.steady);
    assert_true(steadiness.first_ns > 980 && steadiness.first_ns < 1020);
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    uint64_t samples[22] = {0};
    struct steadiness steadiness;
    fault_arm(0, false);
    bool good = steadiness_judge(samples, 22, &steadiness);
    assert_true(fault_disarm());
    assert_false(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scatter_is_steady),
        cmocka_unit_test(a_step_is_seen_either_way),
        cmocka_unit_test(what_is_small_or_not_sure_is_let_be),
        cmocka_unit_test(outliers_are_no_step),
        cmocka_unit_test(too_few_tell_nothing),
        cmocka_unit_test(the_middle_one_is_left_out),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
