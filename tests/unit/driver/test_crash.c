/* test_crash.c - what a crash left in the page, in the record's words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/trial/crash.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void expect_class(int signal, int code, uint64_t address, const char *wanted)
{
    char class[CRASH_CLASS_BYTES];
    assert_int_equal(crash_address_class(signal, code, address, class), wanted[0] != '\0');
    assert_string_equal(class, wanted);
}

static void test_address_classes(void **state)
{
    (void)state;
    expect_class(SIGSEGV, SEGV_MAPERR, 0, "null");
    expect_class(SIGSEGV, SEGV_MAPERR, 0x10, "null+0x10");
    expect_class(SIGSEGV, SEGV_MAPERR, 0xffff, "null+0xffff");
    expect_class(SIGSEGV, SEGV_MAPERR, 0x10000, "unmapped");
    expect_class(SIGSEGV, SEGV_ACCERR, 0x7f0000000000, "mapped-no-access");
    expect_class(SIGSEGV, SI_KERNEL, 0, "non-canonical");
    expect_class(SIGBUS, BUS_ADRERR, 0x7f0000000000, "unmapped");
    expect_class(SIGSEGV, SI_TKILL, 0x1234567, "");
    expect_class(SIGSEGV, SI_USER, 0, "");
    expect_class(SIGFPE, FPE_INTDIV, 0x401000, "");
}

static void test_names(void **state)
{
    (void)state;
    char name[32];
    crash_signal_name(SIGSEGV, name, sizeof name);
    assert_string_equal(name, "SIGSEGV");
    crash_signal_name(77, name, sizeof name);
    assert_string_equal(name, "signal 77");
    assert_string_equal(crash_code_name(SIGSEGV, SEGV_MAPERR), "SEGV_MAPERR");
    assert_string_equal(crash_code_name(SIGBUS, BUS_ADRALN), "BUS_ADRALN");
    assert_string_equal(crash_code_name(SIGILL, SI_TKILL), "SI_TKILL");
    assert_null(crash_code_name(SIGSEGV, 12345));
}

/* A worker that crashed in the merge of its second thread. */
static void make_crash(struct trial_result *result)
{
    *result = (struct trial_result){
        .outcome = OUTCOME_CRASH, .page_valid = true, .wait_status = W_EXITCODE(0, SIGSEGV)};
    result->started_ns = 1000;
    result->wall_ns = 500;
    struct trial_page *page = calloc(1, sizeof *page);
    assert_non_null(page);
    page->stage = STAGE_INSERT;
    page->thread_count = 2;
    page->threads[1].tid = 4242;
    page->progress[1].phase = 9;
    page->progress[1].sample = 17;
    strcpy(page->phase_names[9], "merge");
    page->crash_signal = SIGSEGV;
    page->crash_code = SEGV_MAPERR;
    page->crash_tid = 4242;
    page->crash_address = 0x10;
    page->crash_ip = 0xabcdef;
    page->crash_ns = 1400;
    result->page = page;
}

static void expect_text(const json_t *object, const char *key, const char *text)
{
    assert_non_null(json_string_value(json_object_get(object, key)));
    assert_string_equal(json_string_value(json_object_get(object, key)), text);
}

static void expect_number(const json_t *object, const char *key, json_int_t number)
{
    assert_true(json_is_integer(json_object_get(object, key)));
    assert_int_equal(json_integer_value(json_object_get(object, key)), number);
}

static void test_object(void **state)
{
    (void)state;
    struct trial_result result;
    make_crash(&result);
    json_t *crash = crash_json(&result);
    expect_number(crash, "signal", SIGSEGV);
    expect_text(crash, "signal_name", "SIGSEGV");
    expect_text(crash, "code_name", "SEGV_MAPERR");
    expect_text(crash, "address", "0x10");
    expect_text(crash, "address_class", "null+0x10");
    expect_text(crash, "ip", "0xabcdef");
    expect_number(crash, "thread", 1);
    expect_text(crash, "phase", "merge");
    expect_number(crash, "sample_index", 17);
    expect_text(crash, "signature", "SIGSEGV null+0x10 merge");
    assert_int_equal(strlen(json_string_value(json_object_get(crash, "signature_hash"))), 16);
    expect_number(crash, "after_ns", 400);
    assert_true(json_is_null(json_object_get(crash, "message")));
    assert_true(json_is_null(json_object_get(crash, "stacks_left_out")));
    assert_true(json_is_array(json_object_get(crash, "frames")));
    assert_true(json_is_null(json_object_get(crash, "kernel_line")));
    json_decref(crash);
    free(result.page);
}

static void test_object_of_a_stranger(void **state)
{
    (void)state;
    struct trial_result result;
    make_crash(&result);
    result.page->crash_tid = 1;
    result.page->crash_ns = 10;
    json_t *crash = crash_json(&result);
    assert_true(json_is_null(json_object_get(crash, "thread")));
    assert_true(json_is_null(json_object_get(crash, "sample_index")));
    assert_true(json_is_null(json_object_get(crash, "after_ns")));
    expect_text(crash, "phase", "insert");
    json_decref(crash);
    free(result.page);
}

static void test_printed(void **state)
{
    (void)state;
    struct trial_result result = {.outcome = OUTCOME_ABORT,
                                  .wait_status = W_EXITCODE(0, SIGABRT),
                                  .output = "first\n==1==ERROR: AddressSanitizer: bad\n==1==ABORTING\n"};
    json_t *crash = crash_json(&result);
    expect_text(crash, "message", "==1==ERROR: AddressSanitizer: bad");
    expect_text(crash, "report", "==1==ERROR: AddressSanitizer: bad\n==1==ABORTING");
    json_decref(crash);
}

/* The same fields, whether or not the handler could run; and none for a trial that did not crash. */
static void test_object_without_a_handler(void **state)
{
    (void)state;
    struct trial_result result;
    make_crash(&result);
    json_t *handled = crash_json(&result);
    result.page->crash_signal = 0;
    json_t *unhandled = crash_json(&result);
    expect_text(unhandled, "signature", "SIGSEGV insert");
    assert_true(json_is_null(json_object_get(unhandled, "address")));
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(handled, key, value)
    {
        assert_non_null(json_object_get(unhandled, key));
    }
    assert_int_equal(json_object_size(handled), json_object_size(unhandled));
    json_decref(handled);
    json_decref(unhandled);

    result.page_valid = false;
    unhandled = crash_json(&result);
    assert_true(json_is_null(json_object_get(unhandled, "phase")));
    json_decref(unhandled);
    result.outcome = OUTCOME_HANG;
    json_t *hang = crash_json(&result);
    expect_text(hang, "signal_name", "hang");
    assert_true(json_is_null(json_object_get(hang, "signal")));
    json_decref(hang);
    result.outcome = OUTCOME_LOST;
    assert_true(json_is_null(crash_json(&result)));
    free(result.page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_classes), cmocka_unit_test(test_names),
        cmocka_unit_test(test_object),          cmocka_unit_test(test_object_of_a_stranger),
        cmocka_unit_test(test_printed),         cmocka_unit_test(test_object_without_a_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
