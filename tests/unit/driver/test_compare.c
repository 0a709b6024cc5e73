/* test_compare.c - from the rows of two sides to a verdict on each cell and an exit status. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/compare/fit.h"
#include "harness/driver/compare/judge.h"
#include "harness/driver/compare/print.h"
#include "tests/support/fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 12 };

/* A results file in the making. */
struct draft {
    char text[1 << 18];
    size_t length;
    uint64_t noise;
};

static void put(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct draft *draft, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(draft->text + draft->length, sizeof draft->text - draft->length, format, arguments);
    va_end(arguments);
    draft->length += (size_t)used;
    assert_true(draft->length < sizeof draft->text);
}

/* Lehmer's generator, -0.5 .. 0.5. */
static double noise(struct draft *draft)
{
    draft->noise = draft->noise * 48271 % 2147483647;
    return (double)draft->noise / 2147483647 - 0.5;
}

static void trial(struct draft *draft, int round, const char *strategy, int batch, const char *build,
                  bool twin, const char *rest)
{
    put(draft,
        "{\"type\":\"trial\",\"round\":%d,\"position\":0,\"cell\":{\"workload\":\"facts\",\"batch\":%d,"
        "\"strategy\":\"%s\",\"allocator\":\"glibc\",\"threads\":1,\"bind\":\"core\",\"symbols\":\"inline\","
        "\"keys\":\"encoded\",\"build\":\"%s\",\"twin\":%s},%s}\n",
        round, batch, strategy, build, twin ? "true" : "false", rest);
}

/* A trial that went well, of about so many nanoseconds. */
static void timed(struct draft *draft, int round, const char *strategy, int batch, bool twin, double ns)
{
    char rest[128];
    snprintf(rest, sizeof rest, "\"outcome\":\"ok\",\"samples_ns\":[%.0f]", ns * (1 + 0.01 * noise(draft)));
    trial(draft, round, strategy, batch, "", twin, rest);
}

static void failed(struct draft *draft, int round, const char *strategy, const char *outcome,
                   const char *signature)
{
    char rest[256];
    snprintf(rest, sizeof rest, "\"outcome\":\"%s\",\"reason\":\"it was\",\"crash\":{\"signature\":%s}",
             outcome, signature);
    trial(draft, round, strategy, 10, "", false, rest);
}

static struct draft *draft_begin(uint64_t seed)
{
    struct draft *draft = calloc(1, sizeof *draft);
    assert_non_null(draft);
    draft->noise = seed;
    put(draft, "{\"type\":\"run\",\"schema\":1,\"plan_hash\":\"a\"}\n");
    return draft;
}

static void draft_end(struct draft *draft, struct results *results)
{
    struct error error;
    FILE *file = fmemopen(draft->text, draft->length, "r");
    assert_non_null(file);
    if (!results_read_stream(file, results, &error))
        fail_msg("%s", error.text);
    assert_int_equal(results->problem_count, 0);
    fclose(file);
    free(draft);
}

static bool try_judge(const struct results *before, const struct results *after,
                      struct comparison *comparison)
{
    const struct compare_criteria criteria = {.margin = 0.03, .level = 0.05};
    const struct result_row *left[1024], *right[1024];
    struct error error;
    for (size_t i = 0; i < before->row_count; i++)
        left[i] = &before->rows[i];
    for (size_t i = 0; i < after->row_count; i++)
        right[i] = &after->rows[i];
    return compare_judge(left, before->row_count, right, after->row_count, false, &criteria, comparison,
                         &error);
}

/* Judges both and frees them; comparison->worst and pairs' rows must not be read then. */
struct judged {
    struct results before, after;
    struct comparison comparison;
};

static void judge(struct draft *before, struct draft *after, struct judged *judged)
{
    draft_end(before, &judged->before);
    draft_end(after, &judged->after);
    assert_true(try_judge(&judged->before, &judged->after, &judged->comparison));
}

static void judged_free(struct judged *judged)
{
    comparison_free(&judged->comparison);
    results_free(&judged->before);
    results_free(&judged->after);
}

static const struct pair *pair_of(const struct judged *judged, const char *strategy, uint64_t batch)
{
    for (size_t i = 0; i < judged->comparison.pairs.count; i++) {
        const struct pair *pair = &judged->comparison.pairs.items[i];
        if (strcmp(pair->row->strategy, strategy) == 0 && pair->row->batch == batch)
            return pair;
    }
    fail_msg("no pair %s", strategy);
    return NULL;
}

/* Four strategies, five batches; `slow` takes `by` times as long at batch 30. */
static struct draft *matrix(uint64_t seed, const char *slow, double by)
{
    static const char *const strategies[] = {"a", "b", "c", "d"};
    struct draft *draft = draft_begin(seed);
    for (int round = 0; round < ROUNDS; round++) {
        double drift = 1 + 0.1 * noise(draft) / 50;
        for (int batch = 10; batch <= 50; batch += 10) {
            for (size_t i = 0; i < 4; i++) {
                bool slower = strcmp(strategies[i], slow) == 0 && batch == 30;
                timed(draft, round, strategies[i], batch, false, 1e5 * batch * drift * (slower ? by : 1));
            }
        }
    }
    return draft;
}

static void one_slow_cell_of_twenty_is_named(void **state)
{
    (void)state;
    struct judged judged;
    judge(matrix(1, "", 1), matrix(2, "c", 1.05), &judged);
    const struct comparison *comparison = &judged.comparison;
    assert_int_equal(comparison->status, EXIT_REGRESSION);
    assert_int_equal(comparison->verdicts[VERDICT_REGRESSED], 1);
    assert_int_equal(comparison->verdicts[VERDICT_EQUIVALENT], 19);
    assert_ptr_equal(comparison->worst, pair_of(&judged, "c", 30));
    assert_true(fabs(comparison->worst->change.ratio - 1.05) < 0.01);
    assert_int_equal(comparison->family_count, 4);
    judged_free(&judged);
}

static void nothing_changed_is_pass(void **state)
{
    (void)state;
    struct judged judged;
    judge(matrix(1, "", 1), matrix(2, "", 1), &judged);
    assert_int_equal(judged.comparison.status, EXIT_PASS);
    assert_int_equal(judged.comparison.verdicts[VERDICT_EQUIVALENT], 20);
    assert_null(judged.comparison.worst);
    judged_free(&judged);
}

/* Signed ranks of 12 rounds give 2 / 4096 at best; what a cell says counts its family of 5 and 4 families. */
static void what_is_looked_at_together_is_corrected(void **state)
{
    (void)state;
    struct judged judged;
    judge(matrix(1, "", 1), matrix(2, "c", 1.5), &judged);
    const struct pair *pair = pair_of(&judged, "c", 30);
    assert_true(fabs(pair->change.p - 2.0 / 4096) < 1e-12);
    assert_true(fabs(judged.comparison.families[pair->family].p - 4 * 2.0 / 4096) < 1e-12);
    assert_true(fabs(pair->p - 5 * 2.0 / 4096) < 1e-12);
    assert_int_equal(judged.comparison.rounds_needed, 8); /* 2 / 2^8 <= 0.05 / 5 */
    assert_int_equal(judged.comparison.rounds, ROUNDS);
    judged_free(&judged);
}

/* Ten strategies: ten families of one cell, and 2 / 2^7 at best in seven rounds. */
static void families_are_corrected_too(void **state)
{
    (void)state;
    struct draft *before = draft_begin(1), *after = draft_begin(2);
    for (int round = 0; round < 7; round++) {
        for (char name[2] = "a"; name[0] < 'a' + 10; name[0]++) {
            timed(before, round, name, 10, false, 1e6);
            timed(after, round, name, 10, false, name[0] == 'c' ? 2e6 : 1e6);
        }
    }
    struct judged judged;
    judge(before, after, &judged);
    const struct pair *pair = pair_of(&judged, "c", 10);
    assert_true(fabs(pair->p - 10 * 2.0 / 128) < 1e-9);
    assert_int_equal(pair->verdict, VERDICT_INCONCLUSIVE);
    assert_int_equal(judged.comparison.rounds_needed, 9);
    judged_free(&judged);
}

static void an_improvement_is_no_failure(void **state)
{
    (void)state;
    struct judged judged;
    judge(matrix(1, "", 1), matrix(2, "c", 0.8), &judged);
    assert_int_equal(judged.comparison.status, EXIT_PASS);
    assert_int_equal(pair_of(&judged, "c", 30)->verdict, VERDICT_IMPROVED);
    judged_free(&judged);
}

/* sequential differs from its twin by 8 % at batch 10, so 5 % there says nothing; at batch 20 it does. */
static struct draft *with_floor(uint64_t seed, double by)
{
    struct draft *draft = draft_begin(seed);
    for (int round = 0; round < ROUNDS; round++) {
        for (int batch = 10; batch <= 20; batch += 10) {
            timed(draft, round, "sequential", batch, false, 1e6);
            timed(draft, round, "sequential", batch, true, batch == 10 ? 1.08e6 : 1e6);
            timed(draft, round, "a", batch, false, 1e6 * by);
        }
    }
    return draft;
}

static void below_the_floor_nothing_is_told(void **state)
{
    (void)state;
    struct judged judged;
    judge(with_floor(1, 1), with_floor(2, 1.05), &judged);
    const struct pair *noisy = pair_of(&judged, "a", 10), *quiet = pair_of(&judged, "a", 20);
    assert_true(noisy->margin > 0.07 && noisy->margin < 0.09);
    assert_true(noisy->verdict != VERDICT_REGRESSED);
    assert_true(quiet->margin >= 0.03 && quiet->margin < 0.031);
    assert_int_equal(quiet->verdict, VERDICT_REGRESSED);
    assert_int_equal(judged.comparison.pairs.count, 4); /* twins are not compared */
    assert_int_equal(pair_of(&judged, "sequential", 10)->before.trials, ROUNDS);
    assert_int_equal(judged.comparison.floor_count, 4);
    assert_true(judged.comparison.floor == noisy->margin);
    judged_free(&judged);
}

static void five_rounds_tell_nothing(void **state)
{
    (void)state;
    struct draft *before = draft_begin(1), *after = draft_begin(2);
    for (int round = 0; round < 5; round++) {
        timed(before, round, "a", 10, false, 1e6);
        timed(after, round, "a", 10, false, 2e6);
    }
    struct judged judged;
    judge(before, after, &judged);
    assert_int_equal(judged.comparison.status, EXIT_INCONCLUSIVE);
    assert_false(pair_of(&judged, "a", 10)->change.interval);
    assert_int_equal(judged.comparison.rounds_needed, 6);
    char why[512];
    comparison_why(&judged.comparison, why, sizeof why);
    assert_non_null(strstr(why, "inconclusive: a on glibc, facts, batch 10"));
    assert_non_null(strstr(why, "5 pairs are too few"));
    judged_free(&judged);
}

/* Only the rounds that went well on both sides are paired. */
static void rounds_are_paired(void **state)
{
    (void)state;
    struct draft *before = draft_begin(1), *after = draft_begin(2);
    for (int round = 0; round < 8; round++) {
        timed(before, round, "a", 10, false, 1e6 * (1 + round));
        timed(after, round + 2, "a", 10, false, 1e6 * (3 + round));
    }
    timed(after, 999999999, "a", 10, false, 1e6);
    struct judged judged;
    judge(before, after, &judged);
    const struct pair *pair = pair_of(&judged, "a", 10);
    assert_int_equal(pair->pairs, 6);
    assert_int_equal(pair->verdict, VERDICT_EQUIVALENT);
    judged_free(&judged);
}

/* before and after: what trial 5 of 6 did; "" is well, a signature in quotes is a crash, a word an outcome.
 */
static void crashes(const char *before_did, const char *after_did, enum pair_status wanted,
                    enum exit_status status)
{
    const char *const did[] = {before_did, after_did};
    struct draft *drafts[2];
    for (size_t side = 0; side < 2; side++) {
        drafts[side] = draft_begin(side + 1);
        for (int round = 0; round < 6; round++) {
            if (round != 5 || did[side][0] == '\0')
                timed(drafts[side], round, "a", 10, false, 1e6);
            else if (did[side][0] == '"')
                failed(drafts[side], round, "a", "crash", did[side]);
            else
                failed(drafts[side], round, "a", did[side], "null");
        }
    }
    struct judged judged;
    judge(drafts[0], drafts[1], &judged);
    const struct pair *pair = pair_of(&judged, "a", 10);
    if (pair->status != wanted || judged.comparison.status != status)
        fail_msg("%s -> %s: %s, status %d", before_did, after_did, pair_verdict(pair),
                 (int)judged.comparison.status);
    judged_free(&judged);
}

static void each_way_to_fail_has_its_verdict(void **state)
{
    (void)state;
    crashes("", "", PAIR_TIMES, EXIT_PASS);
    crashes("", "\"ff\"", PAIR_CRASH_NEW, EXIT_CRASHED);
    crashes("", "hang", PAIR_CRASH_NEW, EXIT_CRASHED);
    crashes("", "corrupt", PAIR_CRASH_NEW, EXIT_CRASHED);
    crashes("", "lost", PAIR_CRASH_NEW, EXIT_CRASHED);
    crashes("\"ff\"", "\"ee\"", PAIR_SIGNATURE_NEW, EXIT_CRASHED);
    crashes("hang", "\"ee\"", PAIR_SIGNATURE_NEW, EXIT_CRASHED);
    crashes("corrupt", "hang", PAIR_SIGNATURE_NEW, EXIT_CRASHED);
    crashes("\"ff\"", "\"ff\"", PAIR_CRASH_SAME, EXIT_PASS);
    crashes("hang", "hang", PAIR_CRASH_SAME, EXIT_PASS);
    crashes("\"ff\"", "", PAIR_CRASH_GONE, EXIT_PASS);
    crashes("", "refused", PAIR_REFUSED, EXIT_INCONCLUSIVE);
    crashes("refused", "", PAIR_REFUSED, EXIT_INCONCLUSIVE);
    crashes("refused", "\"ff\"", PAIR_CRASH_NEW, EXIT_CRASHED);
}

static void more_of_the_same_crash_is_told(void **state)
{
    (void)state;
    struct draft *before = draft_begin(1), *after = draft_begin(2);
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 0)
            failed(before, round, "a", "crash", "\"ff\"");
        else
            timed(before, round, "a", 10, false, 1e6);
        if (round < 9)
            failed(after, round, "a", "crash", "\"ff\"");
        else
            timed(after, round, "a", 10, false, 1e6);
    }
    struct judged judged;
    judge(before, after, &judged);
    assert_int_equal(pair_of(&judged, "a", 10)->status, PAIR_CRASH_MORE);
    assert_int_equal(judged.comparison.status, EXIT_CRASHED);
    judged_free(&judged);
}

static void a_crash_weighs_more_than_a_slow_cell(void **state)
{
    (void)state;
    struct draft *before = draft_begin(1), *after = draft_begin(2);
    for (int round = 0; round < ROUNDS; round++) {
        timed(before, round, "slow", 10, false, 1e6);
        timed(after, round, "slow", 10, false, 2e6);
        timed(before, round, "zz", 10, false, 1e6);
        if (round == 3)
            failed(after, round, "zz", "crash", "\"ff\"");
        else
            timed(after, round, "zz", 10, false, 1e6);
        timed(before, round, "gone", 10, false, 1e6);
        timed(after, round, "came", 10, false, 1e6);
    }
    struct judged judged;
    judge(before, after, &judged);
    char why[512];
    comparison_why(&judged.comparison, why, sizeof why);
    assert_int_equal(judged.comparison.status, EXIT_CRASHED);
    assert_int_equal(judged.comparison.verdicts[VERDICT_REGRESSED], 1);
    assert_int_equal(judged.comparison.only_before, 1);
    assert_int_equal(judged.comparison.only_after, 1);
    assert_non_null(strstr(why, "crash appeared: zz on glibc, facts, batch 10"));
    assert_non_null(strstr(why, "it was; 1 of 12 trials failed, before 0 of 12"));
    judged_free(&judged);
}

/* One run that holds two builds: they are the sides, so cells differ in their build alone. */
static void two_builds_of_one_run_are_sides(void **state)
{
    (void)state;
    struct draft *draft = draft_begin(5);
    for (int round = 0; round < ROUNDS; round++) {
        for (int side = 0; side < 2; side++) {
            char rest[128];
            snprintf(rest, sizeof rest, "\"outcome\":\"ok\",\"samples_ns\":[%d]",
                     1000000 + side * 200000 + round);
            trial(draft, round, "a", 10, side == 0 ? "old" : "new", false, rest);
        }
    }
    struct results results;
    struct comparison comparison;
    struct error error;
    draft_end(draft, &results);
    const struct compare_criteria criteria = {.margin = 0.03, .level = 0.05};
    const struct result_row *sides[2][ROUNDS];
    size_t counts[2] = {0, 0};
    for (size_t i = 0; i < results.row_count; i++) {
        size_t side = strcmp(results.rows[i].build, "new") == 0;
        sides[side][counts[side]++] = &results.rows[i];
    }
    assert_true(compare_judge(sides[0], ROUNDS, sides[1], ROUNDS, true, &criteria, &comparison, &error));
    assert_int_equal(comparison.pairs.count, 1);
    assert_int_equal(comparison.verdicts[VERDICT_REGRESSED], 1);
    comparison_free(&comparison);
    assert_true(compare_judge(sides[0], ROUNDS, sides[1], ROUNDS, false, &criteria, &comparison, &error));
    assert_int_equal(comparison.pairs.count, 2);
    assert_int_equal(comparison.only_before + comparison.only_after, 2);
    comparison_free(&comparison);
    results_free(&results);
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    struct judged judged;
    struct comparison comparison;
    judge(with_floor(1, 1), with_floor(2, 1.05), &judged);
    bool fired = true;
    size_t failures = 0;
    for (size_t after = 0; fired; after++) {
        long live = fault_live();
        fault_arm(after, false);
        bool good = try_judge(&judged.before, &judged.after, &comparison);
        fired = fault_disarm();
        failures += !good;
        comparison_free(&comparison);
        assert_int_equal(fault_live(), live);
    }
    assert_true(failures > 10);
    judged_free(&judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slow_cell_of_twenty_is_named),
        cmocka_unit_test(nothing_changed_is_pass),
        cmocka_unit_test(what_is_looked_at_together_is_corrected),
        cmocka_unit_test(families_are_corrected_too),
        cmocka_unit_test(an_improvement_is_no_failure),
        cmocka_unit_test(below_the_floor_nothing_is_told),
        cmocka_unit_test(five_rounds_tell_nothing),
        cmocka_unit_test(rounds_are_paired),
        cmocka_unit_test(each_way_to_fail_has_its_verdict),
        cmocka_unit_test(more_of_the_same_crash_is_told),
        cmocka_unit_test(a_crash_weighs_more_than_a_slow_cell),
        cmocka_unit_test(two_builds_of_one_run_are_sides),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
