/* test_replay.c - replay lines: what the shell makes of them, and that they bring back the same plan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/replay.h"
#include "harness/driver/resume.h"
#include "tests/support/fault.h"
#include "tests/support/worker_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const hostile[] = {
    "plain",         "with blank", "quote's",       "'", "''", "\"double\"", "$(reboot)", "`id`",
    "a;b",           "a\\b",       "a,b",           "*", "~",  "-",          "#x",        "\xc3\xa4",
    "a b'c\\d,e\"f", "!",          "file:/a b/c,d",
};
enum { HOSTILE = sizeof hostile / sizeof hostile[0] };

static void request_make(struct trial_request *request, const char *workload)
{
    *request = (struct trial_request){.round = 3};
    trial_args_init(&request->args);
    request->args.seed = 77;
    struct cell *cell = &request->cell;
    snprintf(cell->workload, sizeof cell->workload, "%s", workload);
    snprintf(cell->strategy, sizeof cell->strategy, "thread-local:pool=spin");
    snprintf(cell->allocator, sizeof cell->allocator, "glibc");
    snprintf(cell->bind, sizeof cell->bind, "0-3,5");
    cell->batch = 1000;
    cell->threads = 2;
    cell->interned = true;
}

static void a_line_for_one_trial(void **state)
{
    (void)state;
    struct run_options options = {.timeout_s = {.value = 0.5}, .replay = true};
    struct trial_request request;
    struct error error;
    char line[4096];
    request_make(&request, "facts");
    assert_true(replay_trial("build/triebench", &options, &request, 12, line, sizeof line, &error));
    assert_string_equal(
        line, "build/triebench run --alloc glibc --strategy thread-local:pool=spin --workload facts "
              "--batch 1000 --threads 2 --symbols interned --keys expressions --bind '0-3\\,5' "
              "--timeout 0.5 --replay --seed 77 --only-round 3 --samples 12");
}

/* What /bin/sh makes of a line, a word a line of output. */
static void shell_words(const char *line, char *output, size_t size)
{
    char command[8192];
    snprintf(command, sizeof command, "printf '%%s\\n' %s", line);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t got = fread(output, 1, size - 1, pipe);
    output[got] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static void the_shell_and_we_read_the_same_words(void **state)
{
    (void)state;
    struct run_options options = {.timeout_s = {.value = 60}};
    for (size_t i = 0; i < HOSTILE; i++) {
        struct trial_request request;
        struct error error;
        char line[4096], output[8192], ours[8192] = "", **words;
        int count;
        request_make(&request, hostile[i]);
        assert_true(replay_trial(hostile[i], &options, &request, 1, line, sizeof line, &error));
        shell_words(line, output, sizeof output);
        assert_true(replay_words(line, &words, &count, &error));
        assert_string_equal(words[0], hostile[i]);
        for (int w = 0; w < count; w++) {
            strcat(ours, words[w]);
            strcat(ours, "\n");
        }
        assert_string_equal(ours, output);
        free(words);
    }
}

static void hostile_names_come_back_through_the_options(void **state)
{
    (void)state;
    struct run_options options = {.timeout_s = {.value = 60}};
    for (size_t i = 0; i < HOSTILE; i++) {
        struct trial_request request;
        struct run_options read;
        struct error error;
        char line[4096], **words;
        int count;
        bool help;
        request_make(&request, hostile[i]);
        assert_true(replay_trial("t", &options, &request, 1, line, sizeof line, &error));
        assert_true(replay_words(line, &words, &count, &error));
        options_init(&read);
        assert_true(options_read(&read, count - 2, words + 2, &help, &error));
        assert_int_equal(read.workloads.count, 1);
        assert_string_equal(read.workloads.items[0], hostile[i]);
        assert_string_equal(read.binds.items[0], "0-3,5");
        options_free(&read);
        free(words);
    }
}

static void too_long_a_line_is_refused(void **state)
{
    (void)state;
    struct run_options options = {.timeout_s = {.value = 60}};
    struct trial_request request;
    struct error error;
    char line[4096];
    request_make(&request, "facts");
    assert_true(replay_trial("t", &options, &request, 1, line, sizeof line, &error));
    size_t length = strlen(line);
    assert_true(replay_trial("t", &options, &request, 1, line, length + 1, &error));
    assert_false(replay_trial("t", &options, &request, 1, line, length, &error));
    assert_false(replay_trial("t", &options, &request, 1, line, 1, &error));
}

static void open_quotes_and_odd_blanks(void **state)
{
    (void)state;
    struct error error;
    char **words;
    int count;
    assert_false(replay_words("a 'b", &words, &count, &error));
    assert_true(replay_words("  a  ''  ", &words, &count, &error));
    assert_int_equal(count, 2);
    assert_string_equal(words[1], "");
    free(words);
    assert_true(replay_words("", &words, &count, &error));
    assert_int_equal(count, 0);
    free(words);
    fault_arm(0, false);
    assert_false(replay_words("a", &words, &count, &error));
    fault_disarm();
}

/* A run's line, read back, gives the plan with the same hash: what --resume stands on. */
static void a_line_for_the_run_brings_its_plan_back(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    struct run_options options, read;
    struct run_plan plan, again;
    struct error error;
    char *asked[] = {(char[]){"--budget"},     (char[]){"12.3"},   (char[]){"--precision"},
                     (char[]){"0.1"},          (char[]){"--aa"},   (char[]){"--bind"},
                     (char[]){"0-1\\,3,none"}, (char[]){"--keys"}, (char[]){"encoded"},
                     (char[]){"--only-round"}, (char[]){"2"},      (char[]){"--criteria"},
                     (char[]){"my own.json"}};
    char line[4096];
    bool help;
    assert_true(catalogue_add(&catalogue, WORKER_JSON, NULL, &error));
    options_init(&options);
    options_init(&read);
    assert_true(options_read(&options, sizeof asked / sizeof asked[0], asked, &help, &error));
    assert_true(options_complete(&options, &catalogue, 4, 99, &error));
    assert_true(replay_run("a b/triebench", &options, line, sizeof line, &error));
    json_t *run = json_pack("{ss}", "command", line);
    struct results results = {.run = run};
    assert_true(resume_options(&results, &read, &error));
    assert_string_equal(read.criteria, "my own.json");
    assert_true(options_complete(&read, &catalogue, 64, 1, &error));
    assert_true(plan_make(&options, &catalogue, &plan, &error));
    assert_true(plan_make(&read, &catalogue, &again, &error));
    assert_string_equal(plan.hash, again.hash);
    json_decref(run);
    plan_free(&plan);
    plan_free(&again);
    options_free(&options);
    options_free(&read);
    catalogue_free(&catalogue);
}

static void another_plan_is_named(void **state)
{
    (void)state;
    json_t *run =
        json_pack("{ss ss}", "command", "t run --batch 10 --seed 1", "plan_hash", "0123456789abcdef");
    struct results results = {.run = run};
    struct run_plan plan = {.hash = "fedcba9876543210"};
    struct done done = {0};
    struct error error;
    assert_false(resume_done(&results, &plan, "u run --batch 20 --seed 1", &done, &error));
    assert_non_null(strstr(error.text, "--batch was 10, and is 20"));
    assert_false(resume_done(&results, &plan, "u run --batch 10 --seed 1 --aa", &done, &error));
    assert_non_null(strstr(error.text, "--aa"));
    assert_false(resume_done(&results, &plan, "u run --batch 10 --seed 1", &done, &error));
    assert_non_null(strstr(error.text, "worker"));
    json_decref(run);
}

/* Of 2 cells x 3 rounds from round 1 on: what is done is marked once; rows of other cells and rounds are none
 * of ours. */
static void what_is_done_is_marked(void **state)
{
    (void)state;
    struct cell cells[2] = {{.batch = 1, .strategy = "a"}, {.batch = 2, .strategy = "a"}};
    struct cell stranger = {.batch = 3, .strategy = "a"};
    struct run_plan plan = {
        .cells = cells, .cell_count = 2, .round_first = 1, .round_count = 3, .hash = "0123456789abcdef"};
    struct result_row rows[] = {
        {.key = cell_key(&cells[1]), .round = 2, .outcome = OUTCOME_CRASH},
        {.key = cell_key(&cells[1]), .round = 2, .outcome = OUTCOME_OK},
        {.key = cell_key(&cells[0]), .round = 3, .outcome = OUTCOME_OK},
        {.key = cell_key(&cells[0]), .round = 0, .outcome = OUTCOME_OK},
        {.key = cell_key(&cells[0]), .round = 4, .outcome = OUTCOME_OK},
        {.key = cell_key(&stranger), .round = 1, .outcome = OUTCOME_OK},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    json_t *run = json_pack("{ss}", "plan_hash", "0123456789abcdef");
    struct results results = {.run = run, .rows = rows, .row_count = ROWS};
    struct done done;
    struct error error;
    assert_true(done_make(&plan, &done, &error));
    assert_true(resume_done(&results, &plan, "t run", &done, &error));
    assert_int_equal(done.count, 2);
    assert_int_equal(done.outcomes[OUTCOME_CRASH], 1);
    assert_int_equal(done.outcomes[OUTCOME_OK], 1);
    for (uint64_t round = 1; round <= 3; round++) {
        assert_int_equal(done_has(&done, &plan, round, 0), round == 3);
        assert_int_equal(done_has(&done, &plan, round, 1), round == 2);
    }
    done_free(&done);
    json_decref(run);
    for (size_t i = 0; i < ROWS; i++)
        free(rows[i].key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_for_one_trial),
        cmocka_unit_test(the_shell_and_we_read_the_same_words),
        cmocka_unit_test(hostile_names_come_back_through_the_options),
        cmocka_unit_test(too_long_a_line_is_refused),
        cmocka_unit_test(open_quotes_and_odd_blanks),
        cmocka_unit_test(a_line_for_the_run_brings_its_plan_back),
        cmocka_unit_test(another_plan_is_named),
        cmocka_unit_test(what_is_done_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
