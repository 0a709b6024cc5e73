/* test_text.c - the last line of what a worker printed; lists are tested with the options that hold them. */
#include "harness/driver/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_line_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
