/* test_explain.c - the statistics of `triebench explain` against published values, its rows, its verdicts. */
#include "harness/driver/explain/judge.h"
#include "harness/driver/explain/options.h"
#include "harness/driver/explain/print.h"
#include "harness/stats/rates.h"
#include "tests/support/fault.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char CATALOGUE_JSON[] =
    "{\"strategies\":[{\"name\":\"plain\",\"idea\":\"i\",\"source\":\"s\",\"claims\":[],\"options\":[]},"
    "{\"name\":\"shared\",\"idea\":\"i\",\"source\":\"s\",\"claims\":[\"parallel\"],\"options\":["
    "{\"name\":\"permits\",\"default\":\"sound\",\"values\":[\"sound\",\"leaky\"],\"sentence\":\"p\"},"
    "{\"name\":\"pool\",\"default\":\"spin\",\"values\":[\"spin\",\"park\"],\"sentence\":\"w\"},"
    "{\"name\":\"depth\",\"default\":3,\"min\":1,\"max\":9,\"sentence\":\"d\"}]}],"
    "\"workloads\":[{\"name\":\"facts\",\"package\":null,\"sentence\":\"f\"}]}";

static void near(double got, double wanted, double by)
{
    if (fabs(got - wanted) > by)
        fail_msg("%g instead of %g", got, wanted);
}

/* Rows for a line split at its blanks, and the options that they were made of. */
struct fixture {
    struct catalogue catalogue;
    struct run_options options;
    struct explain_rows rows;
};

static bool fixture_make(struct fixture *fixture, const char *line, struct error *error)
{
    char copy[1024], *words[32];
    int count = 0;
    bool help;
    *fixture = (struct fixture){0};
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    return catalogue_add(&fixture->catalogue, CATALOGUE_JSON, NULL, error) &&
           explain_options_read(&fixture->options, count, words, &help, error) &&
           explain_options_complete(&fixture->options, &fixture->catalogue, 2, 7, error) &&
           explain_rows_make(&fixture->options, &fixture->catalogue, NULL, &fixture->rows, error) &&
           explain_rows_plan(&fixture->rows, &fixture->catalogue, 5, 6, error);
}

static void fixture_free(struct fixture *fixture)
{
    explain_rows_free(&fixture->rows);
    options_free(&fixture->options);
    catalogue_free(&fixture->catalogue);
}

static const struct explain_row *row_of(const struct fixture *fixture, const char *factor, const char *value)
{
    for (size_t i = 1; i < fixture->rows.count; i++) {
        const struct explain_row *row = &fixture->rows.rows[i];
        if (strcmp(row->factor, factor) == 0 && strcmp(row->value, value) == 0)
            return row;
    }
    return NULL;
}

static size_t cell_differences(const struct cell *a, const struct cell *b)
{
    return (size_t)(strcmp(a->workload, b->workload) != 0) + (strcmp(a->strategy, b->strategy) != 0) +
           (strcmp(a->allocator, b->allocator) != 0) + (strcmp(a->bind, b->bind) != 0) +
           (a->batch != b->batch) + (a->threads != b->threads) + (a->interned != b->interned) +
           (a->encoded != b->encoded);
}

static void each_row_changes_one_thing(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error;
    assert_true(
        fixture_make(&fixture,
                     "--alloc jemalloc:tcache=false:narenas=4 --strategy shared:permits=leaky:depth=2 "
                     "--threads 18 --perturb 9 --preempt 100 --memory-limit 1G "
                     "--stack-size 128K",
                     &error));
    const struct explain_row *given = &fixture.rows.rows[0];
    for (size_t i = 1; i < fixture.rows.count; i++) {
        const struct explain_row *row = &fixture.rows.rows[i];
        size_t changed = cell_differences(&given->plan.cells[0], &row->plan.cells[0]) +
                         (given->plan.perturb_one_in != row->plan.perturb_one_in) +
                         (given->plan.preempt_us != row->plan.preempt_us) +
                         (given->options.memory_limit_bytes.value != row->options.memory_limit_bytes.value) +
                         (given->options.stack_bytes.value != row->options.stack_bytes.value);
        if (changed != 1)
            fail_msg("row %s %s changes %zu things", row->factor, row->value, changed);
        assert_int_equal(row->plan.round_count, 6);
        assert_int_equal(row->plan.samples_max, 5);
        assert_true(row->plan.search);
    }
    assert_int_equal(given->plan.round_count, 6 * EXPLAIN_GIVEN_PER_ROUND);
    assert_string_equal(row_of(&fixture, "permits", "sound")->plan.cells[0].strategy,
                        "shared:depth=2:permits=sound");
    assert_string_equal(row_of(&fixture, "arena limit", "1")->plan.cells[0].allocator,
                        "jemalloc:tcache=false:narenas=1");
    assert_string_equal(row_of(&fixture, "arena limit", "default")->plan.cells[0].allocator,
                        "jemalloc:tcache=false");
    assert_int_equal(row_of(&fixture, "threads", "1")->plan.cells[0].threads, 1);
    assert_non_null(row_of(&fixture, "memory limit", "none"));
    assert_non_null(row_of(&fixture, "stack size", "the system's"));
    assert_non_null(row_of(&fixture, "preemption", "off"));
    assert_null(row_of(&fixture, "allocator", "jemalloc"));
    fixture_free(&fixture);
}

static void a_serial_strategy_has_no_rows_of_threads(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error;
    assert_true(fixture_make(&fixture, "--strategy plain --threads 2 --batch 10", &error));
    assert_null(row_of(&fixture, "threads", "1"));
    assert_null(row_of(&fixture, "batch", "10"));
    assert_non_null(row_of(&fixture, "perturbation", "on"));
    assert_non_null(row_of(&fixture, "stack size", "256 KiB"));
    assert_non_null(row_of(&fixture, "arena limit", "1"));
    fixture_free(&fixture);
}

static void more_than_one_cell_is_refused(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"--threads 2", "--strategy must be given"},
        {"--strategy plain,shared", "--strategy: one cell"},
        {"--strategy all --alloc glibc", "--strategy: one cell"},
        {"--strategy plain --alloc all", "--alloc: one cell"},
        {"--strategy plain --threads 1,2", "--threads: one cell"},
        {"--strategy plain --symbols interned,inline", "--symbols: one cell"},
        {"--strategy plain --timeout 0", "--timeout"},
        {"--strategy plain --aa", "--aa"},
        {"--strategy plain --rounds 301", "--rounds"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct fixture fixture;
        struct error error = {.text = ""};
        assert_false(fixture_make(&fixture, lines[i][0], &error));
        if (strstr(error.text, lines[i][1]) == NULL)
            fail_msg("%s: %s", lines[i][0], error.text);
        fixture_free(&fixture);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error;
    bool failed = true;
    for (size_t k = 0; failed && k < 5000; k++) {
        long live = fault_live();
        fault_arm(k, false);
        bool made = fixture_make(&fixture, "--strategy shared --threads 4", &error);
        failed = fault_disarm();
        assert_true(made != failed);
        fixture_free(&fixture);
        assert_int_equal(fault_live(), live);
    }
    assert_false(failed);
}

static const struct {
    uint64_t crashes, trials;
    const char *factor;
    enum explain_verdict verdict;
    bool differs;
} judged[] = {
    {20, 24, "", EXPLAIN_CANNOT_TELL, false},    {0, 8, "gone", EXPLAIN_FOLLOWS, true},
    {7, 8, "same", EXPLAIN_FOLLOWS_NOT, false},  {10, 30, "rarer", EXPLAIN_FOLLOWS_NOT, true},
    {1, 2, "few", EXPLAIN_CANNOT_TELL, false},   {0, 0, "refused", EXPLAIN_CANNOT_TELL, false},
    {0, 2, "fewer", EXPLAIN_CANNOT_TELL, false},
};

enum { JUDGED = sizeof judged / sizeof judged[0] };

static void judged_make(struct explain_row row[JUDGED], struct cell *cell)
{
    memset(row, 0, JUDGED * sizeof *row);
    for (size_t i = 0; i < JUDGED; i++) {
        snprintf(row[i].factor, sizeof row[i].factor, "%s", judged[i].factor);
        row[i].crashes = judged[i].crashes;
        row[i].trials = judged[i].trials;
        row[i].plan.cells = cell;
    }
    row[1].outcomes[OUTCOME_OK] = 8;
    snprintf(row[5].missing, sizeof row[5].missing, "not installed");
    row[0].signature_count = 2;
    row[0].signatures[0] = (struct explain_signature){"SIGABRT b", 3};
    row[0].signatures[1] = (struct explain_signature){"SIGSEGV a", 17};
}

static void verdicts_follow_from_counts(void **state)
{
    (void)state;
    struct explain_row *row = calloc(JUDGED, sizeof *row);
    struct cell cell = {.strategy = "s"};
    assert_non_null(row);
    judged_make(row, &cell);
    struct explain_rows rows = {.rows = row, .count = JUDGED};
    explain_judge(&rows);
    for (size_t i = 1; i < JUDGED; i++) {
        if (row[i].verdict != judged[i].verdict || row[i].differs != judged[i].differs)
            fail_msg("%s: verdict %d, differs %d, p %g", row[i].factor, (int)row[i].verdict,
                     (int)row[i].differs, row[i].p);
    }
    near(row[1].p, 6 * fisher_two_sided(20, 24, 0, 8) * 5 / 6, 1e-9); /* five of six were tested */
    free(row);
}

static void a_crash_that_appears_is_followed(void **state)
{
    (void)state;
    struct explain_row *row = calloc(2, sizeof *row);
    assert_non_null(row);
    struct explain_rows rows = {.rows = row, .count = 2};
    snprintf(row[1].factor, sizeof row[1].factor, "x");
    row[0].crashes = 3, row[0].trials = 24;
    row[1].crashes = 8, row[1].trials = 8;
    explain_judge(&rows);
    assert_int_equal(row[1].verdict, EXPLAIN_FOLLOWS);
    free(row);
}

static void a_factor_of_several_rows_is_judged_by_all(void **state)
{
    (void)state;
    struct explain_row *row = calloc(3, sizeof *row);
    assert_non_null(row);
    struct explain_rows rows = {.rows = row, .count = 3};
    snprintf(row[1].factor, sizeof row[1].factor, "x");
    snprintf(row[2].factor, sizeof row[2].factor, "x");
    row[1].verdict = EXPLAIN_FOLLOWS_NOT;
    assert_int_equal(explain_factor(&rows, "x"), EXPLAIN_CANNOT_TELL);
    row[2].verdict = EXPLAIN_FOLLOWS_NOT;
    assert_int_equal(explain_factor(&rows, "x"), EXPLAIN_FOLLOWS_NOT);
    row[2].verdict = EXPLAIN_FOLLOWS;
    assert_int_equal(explain_factor(&rows, "x"), EXPLAIN_FOLLOWS);
    free(row);
}

static void told(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("'%s' is not in:\n%s", what, text);
}

static void the_table_tells_all(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error;
    assert_true(fixture_make(&fixture, "--strategy shared:permits=leaky --threads 4 --seed 5", &error));
    struct explain_row *rows = fixture.rows.rows;
    rows[0].trials = rows[0].crashes = 18;
    rows[0].signature_count = 2;
    rows[0].signatures[0] = (struct explain_signature){"SIGABRT b", 1};
    rows[0].signatures[1] = (struct explain_signature){"SIGSEGV a", 17};
    for (size_t i = 1; i < fixture.rows.count; i++) {
        rows[i].missing[0] = '\0'; /* whatever allocators this machine has */
        rows[i].trials = 6;
        bool gone = strcmp(rows[i].factor, "permits") == 0;
        rows[i].crashes = gone ? 0 : 6;
        rows[i].outcomes[OUTCOME_OK] = gone ? 6 : 0;
    }
    snprintf(rows[1].missing, sizeof rows[1].missing, "not installed");
    rows[1].trials = rows[1].crashes = 0;
    explain_judge(&fixture.rows);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    const struct explain_trials trials = {.program = "triebench", .samples = 5, .rounds = 6};
    assert_true(explain_print(&fixture.rows, &trials, out, &error));
    fclose(out);
    told(text, "18/18");
    told(text, "SIGSEGV a (17)");
    told(text, "6 ok");
    told(text, "not run: not installed");
    told(text, "  0  triebench run --alloc glibc --strategy shared:permits=leaky --workload facts");
    told(text, "--rounds 18 --budget 60 --samples 5 --seed 5 --timeout 20 --until-crash");
    told(text, "The crash follows: permits.\n");
    told(text,
         "It does not follow: arena limit, threads, batch, symbols, pool, binding, memory limit, stack size, "
         "perturbation.");
    told(text, "It cannot be told of: allocator.");
    free(text);
    fixture_free(&fixture);
}

static void a_healthy_cell_is_told_as_such(void **state)
{
    (void)state;
    char text[512] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    const struct explain_trials trials = {.look_trials = 8, .look_void = 1, .look_samples = 100, .look_s = 3};
    explain_print_healthy(&trials, out);
    fclose(out);
    told(text, "nothing to explain: 0 of 7 trials crashed (100 samples in 3 s)");
    told(text, "fewer than 0.036");
}

/* Of three factors that the crash does not follow, and one that it does: each of the three with each. */
static void pairs_are_of_what_made_no_difference(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error = {.text = ""};
    struct explain_rows pairs;
    assert_true(fixture_make(&fixture, "--alloc glibc --strategy shared:permits=leaky:pool=park --threads 4",
                             &error));
    for (size_t i = 1; i < fixture.rows.count; i++)
        fixture.rows.rows[i].verdict = EXPLAIN_FOLLOWS;
    static const char *const cleared[][2] = {{"allocator", "jemalloc"},
                                             {"arena limit", "1"},
                                             {"threads", "2"},
                                             {"permits", "sound"},
                                             {"pool", "spin"}};
    for (size_t i = 0; i < sizeof cleared / sizeof cleared[0]; i++) {
        for (size_t j = 1; j < fixture.rows.count; j++) {
            if (strcmp(fixture.rows.rows[j].factor, cleared[i][0]) == 0)
                fixture.rows.rows[j].verdict = EXPLAIN_FOLLOWS_NOT;
        }
    }
    assert_true(explain_rows_pair(&fixture.rows, &pairs, &error));
    size_t both_options = 0;
    for (size_t i = 1; i < pairs.count; i++) {
        const struct run_options *options = &pairs.rows[i].options;
        assert_true(strcmp(pairs.rows[i].factor, "allocator, arena limit") !=
                    0); /* both change the allocator */
        if (strcmp(pairs.rows[i].factor, "permits, pool") == 0 ||
            strcmp(pairs.rows[i].factor, "pool, permits") == 0) {
            both_options++;
            assert_non_null(strstr(options->strategies.items[0], ":permits=sound"));
            assert_null(strstr(options->strategies.items[0], "leaky"));
            assert_null(strstr(options->strategies.items[0], "pool=park"));
        }
        if (strcmp(pairs.rows[i].factor, "allocator, threads") == 0) {
            assert_true(strcmp(options->allocators.items[0], "glibc") != 0);
            assert_true(options->threads.items[0] != 4);
        }
    }
    assert_int_equal(both_options, 1);
    assert_int_equal(pairs.count, 1 + 5 * 4 / 2 - 1);
    explain_rows_free(&pairs);
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_changes_one_thing),
        cmocka_unit_test(a_serial_strategy_has_no_rows_of_threads),
        cmocka_unit_test(more_than_one_cell_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(verdicts_follow_from_counts),
        cmocka_unit_test(a_crash_that_appears_is_followed),
        cmocka_unit_test(a_factor_of_several_rows_is_judged_by_all),
        cmocka_unit_test(the_table_tells_all),
        cmocka_unit_test(pairs_are_of_what_made_no_difference),
        cmocka_unit_test(a_healthy_cell_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
