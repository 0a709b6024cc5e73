/* test_arenas.c - variants of an allocator, and the verdict of doses that were made up. */
#include "harness/driver/arenas/dose.h"
#include "harness/driver/arenas/exhaustion.h"
#include "harness/driver/arenas/print.h"
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

static void bases_of(const char *allocators, const char *limits, struct arenas_bases *bases)
{
    struct error error;
    struct text_list names = {0};
    struct number_list numbers = {0};
    assert_true(text_list_read("--alloc", allocators, CELL_TEXT_BYTES, &names, &error));
    assert_true(number_list_read("--limits", limits, 1, 4094, &numbers, &error));
    assert_true(arenas_bases_make(&names, &numbers, bases, &error));
    text_list_free(&names);
    number_list_free(&numbers);
}

static void each_limit_is_a_variant(void **unused)
{
    (void)unused;
    struct arenas_bases bases;
    bases_of("jemalloc:tcache=false,mimalloc,glibc", "4,1", &bases);
    assert_int_equal(bases.count, 3);
    assert_int_equal(bases.items[0].limit_count, 3);
    assert_string_equal(bases.items[0].variants[0], "jemalloc:tcache=false:narenas=1");
    assert_string_equal(bases.items[0].variants[1], "jemalloc:tcache=false:narenas=4");
    assert_string_equal(bases.items[0].variants[2], "jemalloc:tcache=false");
    assert_int_equal(bases.items[1].limit_count, 1);
    assert_string_equal(bases.items[1].variants[0], "mimalloc");
    assert_string_equal(bases.items[2].variants[0], "glibc:arena_max=1");
}

static void a_knob_that_is_the_limit_is_refused(void **unused)
{
    (void)unused;
    struct error error;
    struct text_list names = {0};
    struct number_list numbers = {0};
    struct arenas_bases bases;
    assert_true(text_list_add(&names, "jemalloc:narenas=2", &error));
    assert_true(number_list_read("--limits", "1,2,3,4,5,6,7,8", 1, 4094, &numbers, &error));
    assert_false(arenas_bases_make(&names, &numbers, &bases, &error));
    assert_non_null(strstr(error.text, "--limits: 7 at most"));
    numbers.count = 1;
    assert_false(arenas_bases_make(&names, &numbers, &bases, &error));
    assert_non_null(strstr(error.text, "sets narenas"));
    text_list_free(&names);
    number_list_free(&numbers);
}

/* A run that is made up, and its doses. */
struct made {
    struct made_results run;
    struct arenas_doses *doses;
};

static void made_begin(struct made *made)
{
    made_results_begin(&made->run);
}

static void trial(struct made *made, unsigned round, unsigned threads, const char *knobs, double ns,
                  const char *outcome, int per_arena)
{
    fprintf(made->run.file,
            "{\"type\":\"trial\",\"round\":%u,\"position\":0,\"cell\":{\"workload\":\"facts\",\"batch\":10,"
            "\"strategy\":\"churn\",\"options\":\"\",\"allocator\":\"jemalloc\",\"knobs\":\"%s\","
            "\"threads\":%u,\"bind\":\"core\",\"symbols\":\"inline\",\"keys\":\"expressions\",\"build\":\"\","
            "\"twin\":false},\"outcome\":\"%s\",\"reason\":null,\"replay\":\"r\",\"oversubscribed\":false,"
            "\"samples_ns\":[%.0f],\"contention\":{\"threads_per_arena_max\":%d,\"arenas\":%u},"
            "\"counters\":{\"allocation_p99_ns\":%u},\"disturbance\":null}\n",
            round, knobs, threads, outcome, ns, per_arena, per_arena > 1 ? 1 : threads, 10 * threads);
}

static void made_read(struct made *made, const struct arenas_bases *bases)
{
    struct error error = {.text = ""};
    made_results_read(&made->run);
    made->doses = calloc(1, sizeof *made->doses);
    assert_non_null(made->doses);
    assert_true(arenas_doses_make(&made->run.results, bases, made->doses, &error));
}

static void made_free(struct made *made)
{
    free(made->doses);
    made_results_free(&made->run);
}

/* Six rounds on 1 and 8 threads; one arena costs `slower`, two half of it; noise of a percent or so. */
static void doses(struct made *made, double slower, double slower_alone, int per_arena)
{
    static const char *const knobs[] = {"narenas=1", "narenas=2", ""};
    static const double share[] = {1, 0.5, 0};
    for (unsigned round = 0; round < 6; round++) {
        double drift = 10000 * (1 + round * 0.3);
        for (unsigned i = 0; i < 3; i++) {
            double noise = 1 + 0.002 * ((round * 7 + i * 5) % 6);
            trial(made, round, 1, knobs[i], drift * noise * (1 + slower_alone * share[i]), "ok", 1);
            trial(made, round, 8, knobs[i], drift * noise * (1 + slower * share[i]), "ok", per_arena);
        }
    }
}

static const struct arenas_dose *of_eight(const struct made *made)
{
    assert_int_equal(made->doses->count, 2);
    assert_int_equal(made->doses->items[1].threads, 8);
    return &made->doses->items[1];
}

static void verdict_is(double slower, double slower_alone, int per_arena, enum arenas_verdict expected)
{
    struct arenas_bases bases;
    struct made made;
    bases_of("jemalloc", "1,2", &bases);
    made_begin(&made);
    doses(&made, slower, slower_alone, per_arena);
    made_read(&made, &bases);
    const struct arenas_dose *dose = of_eight(&made);
    assert_int_equal(dose->pairs, 6);
    assert_true(fabs(dose->effect - slower) < 0.02);
    assert_true(dose->effect_low <= dose->effect && dose->effect <= dose->effect_high);
    const struct arenas_level *two = &dose->levels[1], *none = &dose->levels[2];
    assert_true(two->pairs == 6 && fabs(two->effect - slower / 2) < 0.02);
    assert_true(two->effect_low < two->effect && two->effect < two->effect_high);
    assert_true(none->effect == 0 && none->effect_low == 0 && none->effect_high == 0);
    assert_int_equal(dose->verdict, expected);
    assert_int_equal(arenas_verdict_of(made.doses, &bases.items[0], "churn"), expected);
    assert_int_equal(arenas_worst(made.doses), expected);
    made_free(&made);
}

static void verdicts_follow_the_figures(void **unused)
{
    (void)unused;
    verdict_is(0.5, 0, 8, ARENAS_SUPPORTED);
    verdict_is(0, 0, 8, ARENAS_REFUTED);
    verdict_is(0.05, 0, 8, ARENAS_REFUTED);       /* there, but within the margin */
    verdict_is(0.5, 0.5, 8, ARENAS_INCONCLUSIVE); /* on one thread too: it is not the sharing */
    verdict_is(0.5, 0, 1, ARENAS_NOT_TESTED);     /* nobody shared */
}

static void a_limit_that_leaves_each_thread_an_arena_is_no_dose(void **unused)
{
    (void)unused;
    struct arenas_bases bases;
    struct made made;
    bases_of("jemalloc", "1,2", &bases);
    made_begin(&made);
    for (unsigned round = 0; round < 4; round++) {
        trial(&made, round, 2, "narenas=1", 300 + round, "ok", 2);
        trial(&made, round, 2, "narenas=2", 100 + 2 * round, "ok", 1);
        trial(&made, round, 2, "", 101 + round, "ok", 1);
    }
    made_read(&made, &bases);
    /* Four of twelve are the largest four: one way in 495. */
    assert_true(fabs(made.doses->items[0].p - 1.0 / 495) < 1e-9);
    made_free(&made);
}

static void crashes_are_counted_and_tested(void **unused)
{
    (void)unused;
    struct arenas_bases bases;
    struct made made;
    char *text = NULL;
    size_t size = 0;
    bases_of("jemalloc", "1,2", &bases);
    made_begin(&made);
    doses(&made, 0, 0, 8);
    for (unsigned round = 6; round < 12; round++) {
        trial(&made, round, 8, "narenas=1", 0, "crash", 8);
        trial(&made, round, 8, "narenas=2", 0, "refused", 8);
    }
    made_read(&made, &bases);
    assert_int_equal(made.doses->crashes, 6);
    assert_int_equal(made.doses->trials, 18 + 6);
    assert_true(made.doses->crash_p < 0.05);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    arenas_print_doses(made.doses, out);
    arenas_print_verdict(made.doses, out);
    fclose(out);
    assert_non_null(strstr(text, "6 crashed"));
    assert_non_null(strstr(text, "Sharing an arena crashes: supported; 6 of 24 trials"));
    assert_non_null(strstr(text, "80/80"));
    free(text);
    made_free(&made);
}

static void exhaustion_names_each_allocator_once(void **unused)
{
    (void)unused;
    struct text_list names = {0};
    struct error error = {.text = ""};
    char line[64];
    assert_true(text_list_read("--alloc", "glibc,jemalloc:tcache=false,jemalloc,glibc:arena_max=2",
                               CELL_TEXT_BYTES, &names, &error));
    for (size_t i = 0; i < EXHAUSTIONS; i++) {
        assert_true(exhaustion_allocators(&exhaustions[i], &names, line, sizeof line, &error));
        assert_string_equal(line,
                            exhaustions[i].jemalloc_only ? "--alloc jemalloc" : "--alloc glibc,jemalloc");
    }
    assert_false(exhaustion_allocators(&exhaustions[1], &names, line, 12, &error));
    names.count = 1;
    assert_true(exhaustion_allocators(&exhaustions[0], &names, line, sizeof line, &error));
    assert_string_equal(line, "");
    names.count = 4;
    text_list_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_a_variant),
        cmocka_unit_test(a_knob_that_is_the_limit_is_refused),
        cmocka_unit_test(verdicts_follow_the_figures),
        cmocka_unit_test(a_limit_that_leaves_each_thread_an_arena_is_no_dose),
        cmocka_unit_test(crashes_are_counted_and_tested),
        cmocka_unit_test(exhaustion_names_each_allocator_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
