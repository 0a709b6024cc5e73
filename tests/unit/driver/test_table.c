/* test_table.c - the table of tests/data/run.jsonl, word for word, and what goes into it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/show.h"
#include "tests/support/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char run_file[] = "tests/data/run.jsonl", table_file[] = "tests/data/run.table";

static char *shown(const struct table_style *style, uint64_t outcomes[OUTCOME_COUNT])
{
    char *text = NULL;
    size_t size = 0;
    struct error error;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    if (!show_results(run_file, "build/triebench", style, out, outcomes, &error))
        fail_msg("%s", error.text);
    fclose(out);
    return text;
}

static void the_golden_table(void **state)
{
    (void)state;
    char golden[16384];
    FILE *file = fopen(table_file, "r");
    assert_non_null(file);
    golden[fread(golden, 1, sizeof golden - 1, file)] = '\0';
    fclose(file);
    uint64_t outcomes[OUTCOME_COUNT];
    char *text = shown(&(struct table_style){.colour = false}, outcomes);
    assert_string_equal(text, golden);
    assert_int_equal(outcomes[OUTCOME_OK], 60);
    assert_int_equal(outcomes[OUTCOME_CRASH], 12);
    free(text);
}

static void colour_marks_the_best_alone(void **state)
{
    (void)state;
    uint64_t outcomes[OUTCOME_COUNT];
    char *text = shown(&(struct table_style){.colour = true}, outcomes);
    size_t bold = 0;
    for (const char *at = text; (at = strstr(at, "\033[1m")) != NULL; at++)
        bold++;
    assert_int_equal(bold, 2); /* one a batch */
    free(text);
}

static void rows_fit_the_width(void **state)
{
    (void)state;
    uint64_t outcomes[OUTCOME_COUNT];
    char *text = shown(&(struct table_style){.colour = false}, outcomes);
    char *advice = strstr(text, "What to look at next"); /* command lines may be longer */
    assert_non_null(advice);
    *advice = '\0';
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 110);
    free(text);
}

static void no_colour_where_it_is_not_wanted(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_false(table_style_of(file).colour);
    fclose(file);
}

static const struct cell_summary *find(const struct summary *summary, uint64_t batch, const char *strategy,
                                       const char *options, uint64_t threads, bool twin)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct result_row *row = summary->cells[i].row;
        if (row->batch == batch && row->threads == threads && row->twin == twin &&
            strcmp(row->strategy, strategy) == 0 && strcmp(row->options, options) == 0)
            return &summary->cells[i];
    }
    fail_msg("no such cell");
    return NULL;
}

static void cells_are_summed_up(void **state)
{
    (void)state;
    struct results results;
    struct summary summary;
    struct error error;
    assert_true(results_read(run_file, &results, &error));
    assert_true(summary_make(&results, &summary, &error));
    assert_int_equal(summary.count, 12);
    const struct cell_summary *reference = find(&summary, 1000, "sequential", "", 1, false);
    const struct cell_summary *parallel = find(&summary, 1000, "thread-local", "", 2, false);
    const struct cell_summary *leaky = find(&summary, 1000, "thread-local", "permits=leaky", 2, false);
    assert_true(reference->speedup == 1);
    assert_true(parallel->best && !reference->best);
    assert_true(parallel->speedup == reference->median_ns / parallel->median_ns);
    assert_true(parallel->interval && parallel->low_ns <= parallel->median_ns);
    assert_true(parallel->high_ns >= parallel->median_ns);
    assert_int_equal(parallel->flagged, 1);
    assert_int_equal(leaky->outcomes[OUTCOME_CRASH], 3);
    assert_int_equal(leaky->median_count, 3);
    assert_false(leaky->interval);
    assert_int_equal(leaky->failed->round, 1); /* the first that failed */
    summary_free(&summary);
    results_free(&results);
}

/* A cell that crashed is not the fastest, however fast its other trials were; one without a time comes last.
 */
static void what_fails_is_never_best(void **state)
{
    (void)state;
    struct result_row rows[] = {
        {.key = (char[]){"a"}, .strategy = "a", .median_ns = 10, .outcome = OUTCOME_OK},
        {.key = (char[]){"a"}, .strategy = "a", .median_ns = -1, .outcome = OUTCOME_HANG, .round = 1},
        {.key = (char[]){"b"}, .strategy = "b", .median_ns = 20, .outcome = OUTCOME_OK},
        {.key = (char[]){"c"}, .strategy = "c", .median_ns = -1, .outcome = OUTCOME_REFUSED},
        {.key = (char[]){"n"}, .strategy = "nothing", .control = true, .median_ns = 1, .outcome = OUTCOME_OK},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].options = rows[i].workload = rows[i].allocator = rows[i].knobs = rows[i].bind = "";
        rows[i].symbols = rows[i].keys = rows[i].build = rows[i].reason = rows[i].replay = "";
    }
    struct results results = {.rows = rows, .row_count = ROWS};
    struct summary summary;
    struct error error;
    assert_true(summary_make(&results, &summary, &error));
    assert_int_equal(summary.count, 4);
    assert_string_equal(summary.cells[0].row->strategy, "nothing");
    assert_string_equal(summary.cells[3].row->strategy, "c");
    for (size_t i = 0; i < summary.count; i++) {
        assert_int_equal(summary.cells[i].best, strcmp(summary.cells[i].row->strategy, "b") == 0);
        assert_true(summary.cells[i].speedup == 0); /* there is no reference */
    }
    summary_free(&summary);
}

static void an_empty_run_prints_no_advice(void **state)
{
    (void)state;
    struct results results = {0};
    struct summary summary;
    struct error error;
    assert_true(summary_make(&results, &summary, &error));
    assert_int_equal(summary.count, 0);
    summary_free(&summary);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct results results;
    struct error error;
    assert_true(results_read(run_file, &results, &error));
    long before = fault_live();
    for (size_t k = 0, failed = 1; failed; k++) {
        struct summary summary;
        fault_arm(k, false);
        bool good = summary_make(&results, &summary, &error);
        failed = fault_disarm();
        assert_true(good != (bool)failed);
        if (good)
            summary_free(&summary);
        assert_int_equal(fault_live(), before);
    }
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_golden_table),
        cmocka_unit_test(colour_marks_the_best_alone),
        cmocka_unit_test(rows_fit_the_width),
        cmocka_unit_test(no_colour_where_it_is_not_wanted),
        cmocka_unit_test(cells_are_summed_up),
        cmocka_unit_test(what_fails_is_never_best),
        cmocka_unit_test(an_empty_run_prints_no_advice),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
