/* test_outcome.c - every way in which a trial can end, from its evidence to its name. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/trial/outcome.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int page_setup(void **state)
{
    struct trial_page *page = calloc(1, sizeof *page);
    if (page == NULL)
        return -1;
    page->magic = PAGE_MAGIC;
    page->version = PAGE_VERSION;
    *state = page;
    return 0;
}

static int page_teardown(void **state)
{
    free(*state);
    return 0;
}

/* A trial that went well; each test spoils something. */
static struct outcome_evidence good(struct trial_page *page)
{
    page->verdict = PAGE_VERDICT_OK;
    page->stage = STAGE_DONE;
    page->sample_count = 5;
    return (struct outcome_evidence){
        .wait_status = W_EXITCODE(0, 0), .said_done = true, .page = page, .timeout_s = 2};
}

static void expect(const struct outcome_evidence *evidence, enum outcome outcome, const char *reason)
{
    char text[256];
    assert_string_equal(outcome_name(outcome_decide(evidence, text, sizeof text)), outcome_name(outcome));
    assert_string_equal(text, reason);
}

static void test_ok(void **state)
{
    struct outcome_evidence evidence = good(*state);
    expect(&evidence, OUTCOME_OK, "");
}

static void test_verdicts(void **state)
{
    struct trial_page *page = *state;
    struct outcome_evidence evidence = good(page);
    strcpy(page->reason, "sample 3: 9 of 10 keys");
    page->verdict = PAGE_VERDICT_CORRUPT;
    expect(&evidence, OUTCOME_CORRUPT, "sample 3: 9 of 10 keys");
    page->verdict = PAGE_VERDICT_REFUSED;
    expect(&evidence, OUTCOME_REFUSED, "sample 3: 9 of 10 keys");
    page->verdict = PAGE_VERDICT_OOM;
    page->reason[0] = '\0';
    expect(&evidence, OUTCOME_OOM, "the worker gave no reason");
    page->verdict = PAGE_VERDICT_NONE;
    expect(&evidence, OUTCOME_LOST, "reported without a verdict");
}

static void test_signals(void **state)
{
    struct trial_page *page = *state;
    struct outcome_evidence evidence = good(page);
    evidence.said_done = false;
    page->stage = STAGE_CHECK;
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGTERM, SIGPIPE};
    char text[256];
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        evidence.wait_status = W_EXITCODE(0, crashes[i]);
        assert_int_equal(outcome_decide(&evidence, text, sizeof text), OUTCOME_CRASH);
    }
    evidence.wait_status = W_EXITCODE(0, SIGSEGV);
    expect(&evidence, OUTCOME_CRASH, "killed by SIGSEGV, in stage check");
    evidence.wait_status = W_EXITCODE(0, SIGABRT);
    expect(&evidence, OUTCOME_ABORT, "killed by SIGABRT, in stage check");
    evidence.said_done = true;
    expect(&evidence, OUTCOME_ABORT, "killed by SIGABRT, after it had reported");
    evidence.wait_status = W_EXITCODE(0, SIGRTMIN + 3);
    assert_int_equal(outcome_decide(&evidence, text, sizeof text), OUTCOME_CRASH);
}

static void test_where_inside_an_insertion(void **state)
{
    struct trial_page *page = *state;
    struct outcome_evidence evidence = good(page);
    evidence.said_done = false;
    evidence.wait_status = W_EXITCODE(0, SIGSEGV);
    page->stage = STAGE_INSERT;
    page->thread_count = 1;
    strcpy(page->phase_names[9], "merge");
    page->progress[0].phase = 9;
    page->progress[0].sample = 7;
    page->progress[0].item = 42;
    expect(&evidence, OUTCOME_CRASH, "killed by SIGSEGV, inserting (merge), sample 7, item 42");
    page->progress[0].phase = UINT32_MAX;
    expect(&evidence, OUTCOME_CRASH, "killed by SIGSEGV, inserting (insert), sample 7, item 42");
}

static void test_kills(void **state)
{
    struct trial_page *page = *state;
    struct outcome_evidence evidence = good(page);
    evidence.said_done = false;
    evidence.page_state = PAGE_STATE_UNTOUCHED;
    evidence.wait_status = W_EXITCODE(0, SIGKILL);
    expect(&evidence, OUTCOME_LOST, "killed by SIGKILL from outside, before it had begun");
    evidence.oom_killed = true;
    expect(&evidence, OUTCOME_OOM, "killed by the kernel for want of memory, before it had begun");
    evidence.stopped = STOP_TIMEOUT;
    expect(&evidence, OUTCOME_HANG, "no end within 2 s, before it had begun");
    evidence.stopped = STOP_MEMORY;
    evidence.resident_limit_bytes = 4096;
    expect(&evidence, OUTCOME_OOM, "held more than the limit of 4096 bytes of memory, before it had begun");
    evidence.stopped = STOP_INTERRUPT;
    expect(&evidence, OUTCOME_LOST, "interrupted, before it had begun");
}

static void test_a_late_kill_changes_nothing(void **state)
{
    struct outcome_evidence evidence = good(*state);
    evidence.stopped = STOP_TIMEOUT;
    expect(&evidence, OUTCOME_OK, "");
    evidence.wait_status = W_EXITCODE(0, SIGABRT);
    expect(&evidence, OUTCOME_ABORT, "killed by SIGABRT, after it had reported");
}

static void test_lost(void **state)
{
    struct trial_page *page = *state;
    struct outcome_evidence evidence = good(page);
    evidence.wait_status = W_EXITCODE(3, 0);
    expect(&evidence, OUTCOME_LOST, "reported, and then exited with status 3");
    evidence.wait_status = W_EXITCODE(0, 0);
    page->sample_count = 0;
    expect(&evidence, OUTCOME_LOST, "reported success without a sample");
    evidence.page_state = PAGE_STATE_DAMAGED;
    expect(&evidence, OUTCOME_LOST, "the shared page was overwritten");
    evidence.page_state = PAGE_STATE_UNTOUCHED;
    expect(&evidence, OUTCOME_LOST, "reported, but wrote nothing to the shared page");
    evidence.said_done = false;
    evidence.wait_status = W_EXITCODE(2, 0);
    expect(&evidence, OUTCOME_LOST, "exited with status 2 before it reported, before it had begun");
    evidence.page_state = PAGE_STATE_SANE;
    evidence.report_closed = true;
    page->stage = STAGE_OPEN;
    expect(&evidence, OUTCOME_LOST, "closed its report pipe, in stage open");
}

static void test_a_short_buffer_cuts_the_reason(void **state)
{
    struct outcome_evidence evidence = good(*state);
    evidence.wait_status = W_EXITCODE(0, SIGSEGV);
    char text[8];
    assert_int_equal(outcome_decide(&evidence, text, sizeof text), OUTCOME_CRASH);
    assert_string_equal(text, "killed ");
    assert_int_equal(outcome_decide(&evidence, text, 0), OUTCOME_CRASH);
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        enum outcome found = OUTCOME_COUNT;
        assert_true(outcome_find(outcome_name((enum outcome)i), &found));
        assert_int_equal(found, i);
    }
    enum outcome untouched = OUTCOME_HANG;
    assert_false(outcome_find("fine", &untouched));
    assert_int_equal(untouched, OUTCOME_HANG);
    assert_string_equal(outcome_name(OUTCOME_COUNT), "unknown");
    assert_string_equal(page_stage_name(STAGE_DONE), "done");
    assert_string_equal(page_stage_name(STAGE_DONE + 1), "unknown");
}

static void test_settle(void **state)
{
    struct trial_page *page = *state;
    assert_int_equal(page_settle(page, sizeof *page - 1), PAGE_STATE_DAMAGED);
    memset(page->reason, 'x', sizeof page->reason);
    memset(page->phase_names, 'y', sizeof page->phase_names);
    memset(page->allocator_object, 'z', sizeof page->allocator_object);
    memset(page->allocator_version, 'v', sizeof page->allocator_version);
    assert_int_equal(page_settle(page, sizeof *page), PAGE_STATE_SANE);
    assert_int_equal(strlen(page->reason), sizeof page->reason - 1);
    assert_int_equal(strlen(page->phase_names[PAGE_PHASES_MAX - 1]), sizeof page->phase_names[0] - 1);
    assert_int_equal(strlen(page->allocator_object), sizeof page->allocator_object - 1);
    assert_int_equal(strlen(page->allocator_version), sizeof page->allocator_version - 1);
    page->sample_count = PAGE_SAMPLES_MAX + 1;
    assert_int_equal(page_settle(page, sizeof *page), PAGE_STATE_DAMAGED);
    memset(page, 0, sizeof *page);
    assert_int_equal(page_settle(page, sizeof *page), PAGE_STATE_UNTOUCHED);
    memset(page, 0xff, sizeof *page);
    assert_int_equal(page_settle(page, sizeof *page), PAGE_STATE_DAMAGED);
}

static void outcomes_are_told_in_their_order(void **state)
{
    (void)state;
    char text[OUTCOMES_TEXT_BYTES];
    uint64_t counts[OUTCOME_COUNT] = {[OUTCOME_OK] = 3, [OUTCOME_LOST] = 1};
    assert_string_equal(outcomes_text(counts, text), "3 ok, 1 lost");
    counts[OUTCOME_OK] = counts[OUTCOME_LOST] = 0;
    assert_string_equal(outcomes_text(counts, text), "");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        counts[i] = UINT64_MAX;
    assert_true(strlen(outcomes_text(counts, text)) < OUTCOMES_TEXT_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ok, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_verdicts, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_signals, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_where_inside_an_insertion, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_kills, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_a_late_kill_changes_nothing, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_lost, page_setup, page_teardown),
        cmocka_unit_test_setup_teardown(test_a_short_buffer_cuts_the_reason, page_setup, page_teardown),
        cmocka_unit_test(outcomes_are_told_in_their_order),
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_settle, page_setup, page_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
