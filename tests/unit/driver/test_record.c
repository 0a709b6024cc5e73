/* test_record.c - what a results file is made of: the lines, how they get there, and what happens when they
 * cannot. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/hypotheses.h"
#include "harness/driver/record.h"
#include "harness/driver/trial_json.h"
#include "tests/support/fault.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
    char directory[64];
    char path[96];
};

static int place_make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (place == NULL)
        return -1;
    strcpy(place->directory, "/tmp/triebench-test-XXXXXX");
    if (mkdtemp(place->directory) == NULL) {
        free(place);
        return -1;
    }
    snprintf(place->path, sizeof place->path, "%s/run.jsonl", place->directory);
    *state = place;
    return 0;
}

static int place_remove(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    int status = rmdir(place->directory);
    free(place);
    return status;
}

static const struct cell a_cell = {
    .workload = "facts",
    .strategy = "thread-local:pool=spin:merge=tree",
    .allocator = "jemalloc:narenas=1",
    .bind = "core",
    .batch = 1000,
    .threads = 2,
    .interned = true,
};

/* A trial of 100 samples, 1 to 100 ns, that counted everything but the allocator's locks. */
static void result_make(struct trial_result *result)
{
    *result = (struct trial_result){.outcome = OUTCOME_OK, .page_valid = true, .wall_ns = 12345};
    result->request.cell = a_cell;
    result->request.round = 2;
    result->request.position = 7;
    result->rss_peak_bytes = 4096;
    strcpy(result->request.replay, "triebench run --seed 1");
    struct trial_page *page = calloc(1, sizeof *page);
    assert_non_null(page);
    result->page = page;
    page->sample_count = 100;
    for (uint64_t i = 0; i < 100; i++)
        page->samples_ns[i] = 100 - i;
    page->setup_ns = 1000;
    page->teardown_ns = 2000;
    page->first_ns = 555;
    page->phase_samples = 4;
    strcpy(page->phase_names[4], "encode");
    strcpy(page->phase_names[9], "merge");
    page->phases_ns[4] = 400;
    page->samples_checked = 100;
    page->damage.slabs_lost = 3;
    page->damage.texts_wrong = 4;
    page->keys_expected = page->keys_found = 1000;
    page->digest = page->digest_expected = 0xabc;
    page->space_bytes = 20500;
    page->heap_live_bytes = 30000;
    page->arenas = 1;
    page->counter_count = 1;
    page->counters[0] = (struct page_counter){.name = "waits", .value = 7};
    page->lock_waits = page->lock_wait_ns = PAGE_UNKNOWN;
    page->sampling_ns = 1000000000;
    page->control_threads = 2;
    page->control_before = 1.98;
    page->control_after = (double)NAN;
    strcpy(page->allocator_object, "/usr/lib/libjemalloc.so.2");
}

static const json_t *at(const json_t *object, const char *outer, const char *inner)
{
    const json_t *value = json_object_get(object, outer);
    value = inner == NULL ? value : json_object_get(value, inner);
    if (value == NULL)
        fail_msg("no field %s %s", outer, inner == NULL ? "" : inner);
    return value;
}

static void expect_text(const json_t *object, const char *outer, const char *inner, const char *text)
{
    const char *found = json_string_value(at(object, outer, inner));
    assert_non_null(found);
    assert_string_equal(found, text);
}

static void expect_number(const json_t *object, const char *outer, const char *inner, double number)
{
    const json_t *found = at(object, outer, inner);
    assert_true(json_is_number(found));
    assert_true(fabs(json_number_value(found) - number) < DBL_EPSILON * (1 + fabs(number)));
}

static void expect_null(const json_t *object, const char *outer, const char *inner)
{
    assert_true(json_is_null(at(object, outer, inner)));
}

static void test_trial(void **state)
{
    (void)state;
    struct trial_result result;
    result_make(&result);
    json_t *json = trial_json(&result);
    assert_non_null(json);
    expect_text(json, "type", NULL, "trial");
    expect_number(json, "round", NULL, 2);
    expect_number(json, "position", NULL, 7);
    expect_text(json, "cell", "strategy", "thread-local");
    expect_text(json, "cell", "options", "pool=spin:merge=tree");
    expect_text(json, "cell", "allocator", "jemalloc");
    expect_text(json, "cell", "knobs", "narenas=1");
    expect_text(json, "cell", "symbols", "interned");
    expect_text(json, "cell", "keys", "expressions");
    expect_text(json, "outcome", NULL, "ok");
    expect_null(json, "reason", NULL);
    expect_text(json, "replay", NULL, "triebench run --seed 1");
    expect_number(json, "samples", NULL, 100);
    assert_int_equal(json_array_size(at(json, "samples_ns", NULL)), 100);
    expect_number(json, "latency_ns", "min", 1);
    expect_number(json, "latency_ns", "p50", 50.5);
    expect_number(json, "latency_ns", "p90", 90);
    expect_number(json, "latency_ns", "p99", 99);
    expect_null(json, "latency_ns", "p999");
    expect_number(json, "phases_ns", "encode", 100);
    assert_int_equal(json_object_size(at(json, "phases_ns", NULL)), 1);
    expect_number(json, "setup_ns", NULL, 10);
    expect_number(json, "teardown_ns", NULL, 20);
    expect_text(json, "digest", NULL, "0000000000000abc");
    expect_number(json, "memory", "rss_peak_bytes", 4096);
    expect_number(json, "memory", "bytes_per_key", 20.5);
    expect_number(json, "contention", "arenas", 1);
    expect_null(json, "contention", "lock_waits");
    expect_number(json, "counters", "waits", 7);
    assert_true(json_is_false(at(json, "disturbance", "flagged")));
    expect_null(json_object_get(json, "disturbance"), "control", "speedup_after");
    expect_number(json, "slabs_lost", NULL, 3);
    expect_number(json, "texts_wrong", NULL, 4);
    expect_null(json, "crash", NULL);
    json_decref(json);
    free(result.page);
}

static void test_flags(void **state)
{
    (void)state;
    struct trial_result result;
    result_make(&result);
    result.page->migrations = 1;
    result.page->control_before = 1.2;
    result.page->steal_ns = 20000000;
    result.page->switches_forced = 21;
    json_t *json = trial_json(&result);
    assert_true(json_is_true(at(json, "disturbance", "flagged")));
    assert_int_equal(json_array_size(at(json, "disturbance", "flagged_by")), 4);
    json_decref(json);

    result.page->steal_ns = result.page->migrations = PAGE_UNKNOWN;
    result.page->oversubscribed = 1;
    json = trial_json(&result);
    assert_true(json_is_false(at(json, "disturbance", "flagged")));
    assert_true(json_is_true(at(json, "oversubscribed", NULL)));
    json_decref(json);
    free(result.page);
}

/* Whatever a strategy scribbled over its page, the line must be JSON that a strict reader takes. */
static void test_scribbled_page(void **state)
{
    (void)state;
    struct trial_result result;
    result_make(&result);
    memset(result.page, 0xff, sizeof *result.page);
    result.page->sample_count = PAGE_SAMPLES_MAX;
    result.page->thread_count = PAGE_THREADS_MAX;
    result.page->cpu_count = PAGE_CPUS_MAX;
    result.page->counter_count = PAGE_COUNTERS_MAX;
    for (size_t i = 0; i < PAGE_COUNTERS_MAX; i++)
        result.page->counters[i].name[sizeof result.page->counters[i].name - 1] = '\0';
    for (size_t i = 0; i < PAGE_PHASES_MAX; i++)
        result.page->phase_names[i][15] = '\0';
    result.page->allocator_object[PAGE_TEXT_BYTES - 1] = '\0';
    result.page->allocator_version[63] = '\0';
    strcpy(result.output, "bad \xc3\x28 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82 \xf0\x9f\x92\xa9 \x01 end");
    json_t *json = trial_json(&result);
    assert_non_null(json);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    json_t *back = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(back);
    assert_true(json_equal(json, back));
    expect_null(back, "memory", "bytes_per_key");
    const char bad[] = "\xef\xbf\xbd";
    char wanted[128];
    snprintf(wanted, sizeof wanted, "bad %s( %s%s%s %s%s%s%s %s%s \xf0\x9f\x92\xa9 \x01 end", bad, bad, bad,
             bad, bad, bad, bad, bad, bad, bad);
    expect_text(back, "output", NULL, wanted);
    json_decref(back);
    free(text);
    json_decref(json);
    free(result.page);
}

/* The same fields, in any order, whether or not there was a page. */
static void test_without_page(void **state)
{
    (void)state;
    struct trial_result result;
    result_make(&result);
    json_t *whole = trial_json(&result);
    result.outcome = OUTCOME_LOST;
    result.page_valid = false;
    strcpy(result.reason, "the shared page was overwritten");
    json_t *bare = trial_json(&result);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(whole, key, value)
    {
        if (json_object_get(bare, key) == NULL)
            fail_msg("no field %s without a page", key);
    }
    assert_int_equal(json_object_size(whole), json_object_size(bare));
    expect_text(bare, "reason", NULL, "the shared page was overwritten");
    json_decref(whole);
    json_decref(bare);
    free(result.page);
}

static void test_plugin_paths(void **state)
{
    (void)state;
    struct cell cell = a_cell;
    strcpy(cell.strategy, "./odd:dir/mine.so:n=1");
    strcpy(cell.allocator, "/lib/x.so");
    json_t *json = cell_json(&cell);
    expect_text(json, "strategy", NULL, "./odd:dir/mine.so");
    expect_text(json, "options", NULL, "n=1");
    expect_text(json, "allocator", NULL, "/lib/x.so");
    expect_text(json, "knobs", NULL, "");
    json_decref(json);
}

/* Files */

static void header_make(struct run_header *header)
{
    *header = (struct run_header){.id = "a", .started = "2026-01-02T03:04:05Z", .seed = 42};
    header->host.aslr = -1;
    strcpy(header->command, "triebench run");
    strcpy(header->plan_hash, "0123456789abcdef");
}

/* What stands before the results, where anything does. */
static void test_what_was_expected(void **state)
{
    (void)state;
    struct run_header header;
    header_make(&header);
    json_t *line = run_json(&header);
    assert_true(json_is_null(json_object_get(line, "criteria")));
    assert_true(json_is_null(json_object_get(line, "hypotheses")));
    json_decref(line);
    strcpy(header.criteria_name, "mine.json");
    strcpy(header.criteria_hash, "80a3924cc89702ad");
    header.hypotheses = json_pack("{ss}", "sorted", "It gains.");
    line = run_json(&header);
    expect_text(line, "criteria", "name", "mine.json");
    expect_text(line, "criteria", "hash", "80a3924cc89702ad");
    expect_text(line, "hypotheses", "sorted", "It gains.");
    json_decref(line);
    assert_int_equal(header.hypotheses->refcount, 1); /* still the caller's */
    json_decref(header.hypotheses);
}

/* Of the strategies that a run names, each once, and only what they say. */
static void test_hypotheses_of_a_run(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    struct text_list specs = {0};
    struct error error;
    assert_true(catalogue_add(&catalogue,
                              "{\"strategies\":[{\"name\":\"a\",\"hypothesis\":\"A.\"},{\"name\":\"b\"},"
                              "{\"name\":\"c\",\"hypothesis\":\"C.\"}],\"workloads\":[]}",
                              NULL, &error));
    assert_true(text_list_read("specs", "a,b,a:n=1,./none.so", 64, &specs, &error));
    json_t *hypotheses = hypotheses_json(&catalogue, &specs);
    assert_int_equal(json_object_size(hypotheses), 1);
    expect_text(hypotheses, "a", NULL, "A.");
    json_decref(hypotheses);
    text_list_free(&specs);
    catalogue_free(&catalogue);
}

static size_t file_lines(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t lines = 0;
    *bytes = 0;
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        lines += c == '\n';
        ++*bytes;
    }
    fclose(file);
    return lines;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_file(void **state)
{
    struct place *place = *state;
    struct record *record = NULL;
    struct error error;
    struct run_header header;
    header_make(&header);
    struct run_summary summary = {
        .finished = true, .trials = 1, .outcomes = {[OUTCOME_OK] = 1}, .seconds = 0.5};
    struct trial_result result;
    result_make(&result);
    assert_true(record_open(place->path, false, &record, &error));
    assert_true(record_run(record, &header, &error));
    assert_true(record_trial(record, &result, &error));
    assert_true(record_end(record, &summary, &error));
    assert_true(record_close(record, &error));
    free(result.page);

    FILE *file = fopen(place->path, "r");
    assert_non_null(file);
    static const char *const types[] = {"run", "trial", "end"};
    for (size_t i = 0; i < 3; i++) {
        json_t *line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL);
        assert_non_null(line);
        expect_text(line, "type", NULL, types[i]);
        if (i == 0) {
            expect_number(line, "schema", NULL, RECORD_SCHEMA);
            expect_number(line, "seed", NULL, 42);
            expect_null(line, "host", "aslr");
            expect_null(line, "host", "governor");
        }
        if (i == 2) {
            expect_number(line, "outcomes", "ok", 1);
            expect_number(line, "outcomes", "lost", 0);
        }
        json_decref(line);
    }
    fclose(file);
    size_t bytes = 0;
    assert_int_equal(file_lines(place->path, &bytes), 3);
    assert_true(record_close(NULL, &error));
}

static void test_never_overwrites(void **state)
{
    struct place *place = *state;
    struct record *record = NULL;
    struct error error;
    write_file(place->path, "precious\n");
    assert_false(record_open(place->path, false, &record, &error));
    assert_non_null(strstr(error.text, place->path));
    assert_null(record);
    unlink(place->path);
    assert_false(record_open(place->path, true, &record, &error));
    assert_false(record_open("/dev/null", true, &record, &error));
    assert_false(record_open(place->directory, true, &record, &error));
}

static void test_resume_cuts_a_torn_line(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *before;
        size_t lines, bytes;
    } cases[] = {{"{}\n{}\n{\"type\":\"tri", 2, 6}, {"{}\n{}\n", 2, 6}, {"{\"ty", 0, 0}, {"", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record *record = NULL;
        struct error error;
        size_t bytes = 0;
        write_file(place->path, cases[i].before);
        assert_true(record_open(place->path, true, &record, &error));
        assert_int_equal(file_lines(place->path, &bytes), cases[i].lines);
        assert_int_equal(bytes, cases[i].bytes);
        assert_true(record_end(record, &(struct run_summary){0}, &error));
        assert_true(record_close(record, &error));
        assert_int_equal(file_lines(place->path, &bytes), cases[i].lines + 1);
    }
}

/* Longer than the block that the search for the last newline reads. */
static void test_resume_cuts_a_long_torn_line(void **state)
{
    struct place *place = *state;
    struct record *record = NULL;
    struct error error;
    char text[20001];
    memset(text, 'x', sizeof text);
    text[7] = '\n';
    text[20000] = '\0';
    write_file(place->path, text);
    assert_true(record_open(place->path, true, &record, &error));
    size_t bytes = 0;
    assert_int_equal(file_lines(place->path, &bytes), 1);
    assert_int_equal(bytes, 8);
    assert_true(record_close(record, &error));
}

static void test_one_writer(void **state)
{
    struct place *place = *state;
    struct record *first = NULL, *second = NULL;
    struct error error;
    assert_true(record_open(place->path, false, &first, &error));
    assert_false(record_open(place->path, true, &second, &error));
    assert_non_null(strstr(error.text, "another triebench"));
    assert_true(record_close(first, &error));
    assert_true(record_open(place->path, true, &second, &error));
    assert_true(record_close(second, &error));
}

/* A full disk, played by a limit of the file's size: half a line must not stay. */
static void test_no_torn_line_on_a_full_disk(void **state)
{
    struct place *place = *state;
    pid_t child = fork();
    if (child == 0) {
        struct record *record = NULL;
        struct error error = {""};
        struct run_header header;
        header_make(&header);
        signal(SIGXFSZ, SIG_IGN);
        bool good = record_open(place->path, false, &record, &error) && record_run(record, &header, &error);
        struct rlimit limit = {1000, 1000};
        good = good && setrlimit(RLIMIT_FSIZE, &limit) == 0;
        good = good && !record_run(record, &header, &error) && strstr(error.text, place->path) != NULL;
        record_close(record, &error);
        _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    size_t bytes = 0;
    assert_int_equal(file_lines(place->path, &bytes), 1);
    assert_true(bytes < 1000);
}

static void test_no_memory(void **state)
{
    struct place *place = *state;
    struct record *record = NULL;
    struct error error;
    struct trial_result result;
    result_make(&result);
    result.page->sample_count = 3;
    result.outcome = OUTCOME_CRASH;
    result.wait_status = W_EXITCODE(0, SIGSEGV);
    fault_arm(0, false);
    assert_false(record_open(place->path, false, &record, &error));
    assert_true(fault_disarm());
    assert_true(record_open(place->path, false, &record, &error));
    long blocks = fault_live();
    size_t lines = 0, bytes = 0;
    bool fired = true;
    for (size_t after = 0; fired; after++) {
        fault_arm(after, false);
        bool done = record_trial(record, &result, &error);
        fired = fault_disarm();
        assert_true(done != fired);
        lines += done;
        assert_int_equal(fault_live(), blocks);
    }
    assert_int_equal(lines, 1);
    assert_int_equal(file_lines(place->path, &bytes), 1);
    assert_true(record_close(record, &error));
    free(result.page);
}

int main(void)
{
    /* Through this program's malloc, so that the faults reach it. */
    json_set_alloc_funcs(malloc, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trial),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_scribbled_page),
        cmocka_unit_test(test_without_page),
        cmocka_unit_test(test_plugin_paths),
        cmocka_unit_test(test_what_was_expected),
        cmocka_unit_test(test_hypotheses_of_a_run),
        cmocka_unit_test_setup_teardown(test_file, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_never_overwrites, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_resume_cuts_a_torn_line, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_resume_cuts_a_long_torn_line, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_one_writer, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_no_torn_line_on_a_full_disk, place_make, place_remove),
        cmocka_unit_test_setup_teardown(test_no_memory, place_make, place_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
