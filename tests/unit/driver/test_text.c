/* test_text.c - the last line of what a worker printed, and texts made plain; lists are tested with the
 * options that hold them. */
#include "harness/driver/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *text, const char *wanted)
{
    size_t length = 99;
    const char *line = text_last_line(text, &length);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(line, wanted, length);
}

static void the_last_line_is_found(void **unused)
{
    (void)unused;
    expect("", "");
    expect(" \n\n", "");
    expect("one", "one");
    expect("one\ntwo: why", "two: why");
    expect("one\n  two \r\n\n \n", "  two");
    expect("\none\n", "one");
}

static void made_plain(const char *from, const char *wanted)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%s", from);
    text_make_plain(text);
    assert_string_equal(text, wanted);
    assert_true(text_plain(text));
}

static void what_is_not_plain_becomes_a_question_mark(void **unused)
{
    (void)unused;
    made_plain("", "");
    made_plain("a \xc3\xa9 b", "a \xc3\xa9 b");
    made_plain("\x01\n\x7f\xc2\x85|", "?????|");
    made_plain("cut \xe2\x82", "cut ??");
    made_plain("\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80", "?????????");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_line_is_found),
                                       cmocka_unit_test(what_is_not_plain_becomes_a_question_mark)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
