/* test_results.c - reading a results file back: whole, torn, foreign, and hostile. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/line.h"
#include "harness/driver/record.h"
#include "harness/driver/results.h"
#include "tests/support/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN "{\"type\":\"run\",\"schema\":1,\"id\":\"x\"}\n"
#define CELL                                                                                                 \
    "\"cell\":{\"workload\":\"facts\",\"batch\":10,\"strategy\":\"sequential\",\"options\":\"\","            \
    "\"allocator\":\"glibc\",\"knobs\":\"\",\"threads\":1,\"bind\":\"core\",\"symbols\":\"interned\","       \
    "\"keys\":\"expressions\",\"build\":\"\"}"
#define TRIAL(extra) "{\"type\":\"trial\",\"round\":0,\"position\":1," CELL ",\"outcome\":\"ok\"" extra "}\n"
#define END          "{\"type\":\"end\",\"finished\":true,\"trials\":1,\"outcomes\":{\"ok\":1}}\n"

static char path[64];

static int file_make(void **state)
{
    (void)state;
    strcpy(path, "/tmp/triebench-test-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int file_remove(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_bytes(const char *text, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void read_text(const char *text, struct results *results)
{
    struct error error;
    write_bytes(text, strlen(text));
    if (!results_read(path, results, &error))
        fail_msg("%s", error.text);
}

static void expect_refusal(const char *text, const char *reason)
{
    struct results results;
    struct error error;
    write_bytes(text, strlen(text));
    assert_false(results_read(path, &results, &error));
    assert_non_null(strstr(error.text, path));
    if (strstr(error.text, reason) == NULL)
        fail_msg("'%s' lacks '%s'", error.text, reason);
    assert_null(results.run);
}

static void test_whole(void **state)
{
    (void)state;
    struct results results;
    read_text(
        RUN TRIAL(",\"samples_ns\":[30,10,20],\"oversubscribed\":true,\"disturbance\":{\"flagged\":true}")
            TRIAL("") END,
        &results);
    assert_false(results.unfinished);
    assert_int_equal(results.problem_count, 0);
    assert_int_equal(results.row_count, 2);
    const struct result_row *row = &results.rows[0];
    assert_int_equal(row->line, 2);
    assert_int_equal(row->position, 1);
    assert_string_equal(row->strategy, "sequential");
    assert_int_equal(row->outcome, OUTCOME_OK);
    assert_string_equal(row->reason, "");
    assert_true(row->oversubscribed && row->flagged);
    assert_int_equal(row->sample_count, 3);
    assert_int_equal(row->samples_ns[0], 30);
    assert_true(row->median_ns == 20);
    assert_true(results.rows[1].median_ns == -1);
    assert_null(results.rows[1].samples_ns);
    assert_string_equal(row->key, results.rows[1].key);
    results_free(&results);
    assert_null(results.rows);
}

static void test_unfinished(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN TRIAL(""), &results);
    assert_true(results.unfinished);
    assert_null(results.end);
    results_free(&results);

    read_text(RUN "{\"type\":\"end\",\"finished\":false}\n", &results);
    assert_true(results.unfinished);
    assert_non_null(results.end);
    results_free(&results);

    read_text(RUN END TRIAL(""), &results);
    assert_true(results.unfinished);
    results_free(&results);

    read_text(RUN "{\"type\":\"end\",\"finished\":false}\n" TRIAL("") END, &results);
    assert_false(results.unfinished);
    results_free(&results);
}

static void test_cut_last_line(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN TRIAL("") "{\"type\":\"trial\",\"rou", &results);
    assert_true(results.unfinished);
    assert_int_equal(results.row_count, 1);
    assert_int_equal(results.problem_count, 1);
    assert_string_equal(results.problems[0].text, "line 3: cut short");
    results_free(&results);
}

static void test_every_cut_is_survived(void **state)
{
    (void)state;
    static const char whole[] = RUN TRIAL(",\"samples_ns\":[1,2]") END;
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        struct results results;
        struct error error;
        write_bytes(whole, length);
        if (results_read(path, &results, &error)) {
            assert_true(length >= strlen(RUN));
            assert_true(results.unfinished);
        } else {
            assert_true(length < strlen(RUN));
        }
        results_free(&results);
    }
}

static void test_lines_that_cannot_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *line, *problem;
    } cases[] = {
        {"not json\n", "line 2: "},
        {"[1]\n", "line 2: 'type' is no text"},
        {"\n", "line 2: "},
        {"{\"type\":\"trial\"}\n", "line 2: 'round' is no count"},
        {"{\"type\":\"trial\",\"round\":-1}\n", "line 2: 'round' is no count"},
        {"{\"type\":\"trial\",\"round\":0,\"position\":0,\"cell\":[]}\n", "line 2: 'cell' is no object"},
        {"{\"type\":\"trial\",\"round\":0,\"position\":0,\"cell\":{\"workload\":3}}\n",
         "line 2: 'cell': 'workload' is no text"},
        {"{\"type\":\"trial\",\"round\":0,\"position\":0," CELL ",\"outcome\":\"fine\"}\n",
         "line 2: unknown outcome 'fine'"},
        {TRIAL(",\"samples_ns\":7"), "line 2: 'samples_ns' is no array"},
        {TRIAL(",\"samples_ns\":[1,-2]"), "line 2: 'samples_ns' holds what is no count"},
        {TRIAL(",\"samples_ns\":[1,2.5]"), "line 2: 'samples_ns' holds what is no count"},
        {TRIAL(",\"samples_ns\":[99999999999999999999]"), "line 2: "},
        {TRIAL(",\"outcome\":\"ok\""), "line 2: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        struct results results;
        snprintf(text, sizeof text, "%s%s%s", RUN, cases[i].line, TRIAL("") END);
        read_text(text, &results);
        assert_int_equal(results.row_count, 1);
        assert_int_equal(results.rows[0].line, 3);
        assert_int_equal(results.problem_count, 1);
        assert_int_equal(results.problems[0].line, 2);
        if (strncmp(results.problems[0].text, cases[i].problem, strlen(cases[i].problem)) != 0)
            fail_msg("'%s' for %s", results.problems[0].text, cases[i].line);
        assert_false(results.unfinished);
        results_free(&results);
    }
}

static void test_what_is_no_results_file(void **state)
{
    (void)state;
    expect_refusal("", "the file is empty");
    expect_refusal("hello\n", "no results file");
    expect_refusal(TRIAL(""), "no results file");
    expect_refusal("{\"type\":\"run\"}\n", "no results file");
    expect_refusal("{\"type\":\"run\",\"schema\":\"1\"}\n", "no results file");
    expect_refusal("{\"type\":\"run\",\"schema\":2}\n", "its schema is 2");
    struct results results;
    struct error error;
    assert_false(results_read("/nonexistent/run.jsonl", &results, &error));
    assert_non_null(strstr(error.text, "No such file"));
    assert_false(results_read("/tmp", &results, &error));
    assert_false(results_read("/dev/zero", &results, &error));
    assert_non_null(strstr(error.text, "no regular file"));
}

static void test_what_a_later_version_adds(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN "{\"type\":\"note\",\"text\":\"hi\"}\n" TRIAL(",\"news\":{\"a\":[1]}") END, &results);
    assert_int_equal(results.row_count, 1);
    assert_int_equal(results.problem_count, 0);
    results_free(&results);
}

static void test_what_stands_there_twice(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN RUN TRIAL(",\"wall_ns\":5") TRIAL(",\"wall_ns\":6") TRIAL(",\"wall_ns\":5") END END,
              &results);
    assert_int_equal(results.row_count, 2); /* another trial of the same cell and round is one */
    assert_int_equal(results.rows[1].line, 4);
    assert_int_equal(results.problem_count, 2);
    assert_string_equal(results.problems[0].text, "line 2: stands there twice");
    assert_string_equal(results.problems[1].text, "line 5: says the same as line 3, and is left out");
    assert_false(results.unfinished);
    results_free(&results);
}

static void test_another_run_behind(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN TRIAL("") END "{\"type\":\"run\",\"schema\":1,\"id\":\"y\"}\n" TRIAL(",\"wall_ns\":5") END,
              &results);
    assert_int_equal(results.row_count, 1);
    assert_int_equal(results.problem_count, 1);
    assert_string_equal(results.problems[0].text, "line 4: here another run begins; it is left out");
    results_free(&results);
}

static void test_what_is_no_number(void **state)
{
    (void)state;
    struct results results;
    read_text(RUN TRIAL(",\"samples_ns\":[NaN]") TRIAL(",\"samples_ns\":[1e999]")
                  TRIAL(",\"wall_ns\":Infinity") END,
              &results);
    assert_int_equal(results.row_count, 0);
    assert_int_equal(results.problem_count, 3);
    assert_non_null(strstr(results.problems[0].text, "NaN"));
    results_free(&results);
}

static void test_a_line_without_end(void **state)
{
    (void)state;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(RUN, file);
    for (size_t i = 0; i < LINE_BYTES_MAX / 64 + 1; i++)
        fprintf(file, "%064d", 7);
    fputs("\n" TRIAL("") END, file);
    assert_int_equal(fclose(file), 0);
    struct results results;
    struct error error;
    assert_true(results_read(path, &results, &error));
    assert_int_equal(results.row_count, 1);
    assert_string_equal(results.problems[0].text, "line 2: is longer than any that triebench writes");
    results_free(&results);
}

static void test_zero_bytes_and_depth(void **state)
{
    (void)state;
    char text[8192];
    struct results results;
    struct error error;
    size_t length = strlen(RUN);
    memcpy(text, RUN, length);
    memset(text + length, '[', 6000);
    length += 6000;
    memcpy(text + length, "\n{\"a\0b\":1}\n", 11);
    write_bytes(text, length + 11);
    assert_true(results_read(path, &results, &error));
    assert_int_equal(results.problem_count, 2);
    results_free(&results);
}

static void cell_make(struct cell *cell)
{
    *cell = (struct cell){.batch = 1000, .threads = 4, .interned = true, .twin = true};
    strcpy(cell->workload, "file:/a \"b\"\xff.metta");
    strcpy(cell->strategy, "thread-local:pool=spin");
    strcpy(cell->allocator, "jemalloc:narenas=1");
    strcpy(cell->bind, "0-3,8");
}

static void test_a_cell_is_known_again(void **state)
{
    (void)state;
    unlink(path);
    struct record *record = NULL;
    struct error error;
    struct run_header header = {.id = "a"};
    struct trial_result result = {.outcome = OUTCOME_LOST, .reason = "gone"};
    cell_make(&result.request.cell);
    assert_true(record_open(path, false, &record, &error));
    assert_true(record_run(record, &header, &error));
    assert_true(record_trial(record, &result, &error));
    assert_true(record_close(record, &error));

    struct results results;
    assert_true(results_read(path, &results, &error));
    assert_int_equal(results.row_count, 1);
    assert_true(results.rows[0].twin);
    assert_string_equal(results.rows[0].reason, "gone");
    char *key = cell_key(&result.request.cell);
    assert_string_equal(results.rows[0].key, key);
    struct cell other = result.request.cell;
    other.twin = false;
    char *other_key = cell_key(&other);
    assert_string_not_equal(key, other_key);
    free(key);
    free(other_key);
    results_free(&results);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const char text[] = RUN TRIAL(",\"samples_ns\":[1,2]") "bad\n" TRIAL("") END;
    write_bytes(text, sizeof text - 1);
    struct results results;
    struct error error = {""};
    bool fired = true;
    size_t failures = 0;
    for (size_t after = 0; fired; after++) {
        long blocks = fault_live();
        fault_arm(after, false);
        bool done = results_read(path, &results, &error);
        fired = fault_disarm();
        failures += !done;
        assert_true(done || (error.text[0] != '\0' && results.run == NULL));
        /* The parser takes some want of memory for bad syntax; then the line must at least be told. */
        assert_true(!done || results.row_count + results.problem_count + (results.end != NULL) == 4);
        results_free(&results);
        assert_int_equal(fault_live(), blocks);
    }
    assert_true(failures > 0);
}

static void a_spec_names_what_a_row_keeps_apart(void **state)
{
    (void)state;
    assert_true(result_named("glibc", "glibc", ""));
    assert_true(result_named("jemalloc:narenas=1:tcache=false", "jemalloc", "narenas=1:tcache=false"));
    assert_false(result_named("jemalloc:narenas=1", "jemalloc", ""));
    assert_false(result_named("jemalloc", "jemalloc", "narenas=1"));
    assert_false(result_named("jemalloc:narenas=10", "jemalloc", "narenas=1"));
    assert_false(result_named("tcmalloc-full", "tcmalloc", ""));
    assert_false(result_named("jemalloc-narenas=1", "jemalloc", "narenas=1"));
}

int main(void)
{
    json_set_alloc_funcs(malloc, free);
#define TEST(name) cmocka_unit_test_setup_teardown(name, file_make, file_remove)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spec_names_what_a_row_keeps_apart),
        TEST(test_whole),
        TEST(test_unfinished),
        TEST(test_cut_last_line),
        TEST(test_every_cut_is_survived),
        TEST(test_lines_that_cannot_be_read),
        TEST(test_what_is_no_results_file),
        TEST(test_what_a_later_version_adds),
        TEST(test_what_stands_there_twice),
        TEST(test_another_run_behind),
        TEST(test_what_is_no_number),
        TEST(test_a_line_without_end),
        TEST(test_zero_bytes_and_depth),
        TEST(test_a_cell_is_known_again),
        TEST(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
