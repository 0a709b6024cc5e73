/* test_printed.c - the message and the report in what a worker printed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/printed.h"

#include <string.h>

static void expect(struct part part, const char *wanted)
{
    assert_int_equal(part.length, strlen(wanted));
    assert_memory_equal(part.text, wanted, part.length);
}

static void the_last_lines_are_the_message(void **unused)
{
    (void)unused;
    expect(printed_message(""), "");
    expect(printed_message("\n\n"), "");
    expect(printed_message("free(): invalid pointer\n"), "free(): invalid pointer");
    expect(printed_message("terminate called\n  what():  no\n"), "terminate called\n  what():  no");
    expect(printed_message("1\n2\n3\n4\n5\n6\n\n"), "3\n4\n5\n6");
    expect(printed_report("free(): invalid pointer\n"), "");
}

static void a_message_is_bounded(void **unused)
{
    (void)unused;
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(printed_message(text).length, 1024);
}

static void a_report_begins_at_its_head(void **unused)
{
    (void)unused;
    const char asan[] =
        "hello\n=====\n==7==ERROR: AddressSanitizer: heap-use-after-free on 0x1\n    #0 0x1 in f\n"
        "SUMMARY: AddressSanitizer: heap-use-after-free f\n==7==ABORTING\n";
    expect(printed_message(asan), "==7==ERROR: AddressSanitizer: heap-use-after-free on 0x1");
    struct part report = printed_report(asan);
    assert_ptr_equal(report.text, strstr(asan, "==7==ERROR"));
    assert_int_equal(report.length, strlen(report.text) - 1);
    const char ubsan[] =
        "a.c:7:3: runtime error: shift\nSUMMARY: UndefinedBehaviorSanitizer: undefined a.c\n";
    expect(printed_message(ubsan), "a.c:7:3: runtime error: shift");
    assert_ptr_equal(printed_report(ubsan).text, ubsan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_lines_are_the_message),
        cmocka_unit_test(a_message_is_bounded),
        cmocka_unit_test(a_report_begins_at_its_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
