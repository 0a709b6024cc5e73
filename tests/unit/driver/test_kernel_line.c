/* test_kernel_line.c - the kernel's own line, out of a log made up for the purpose. */
#include "harness/driver/trial/kernel_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A file stands in for the device: it is read at once, so it can hold one record. */
static void expect(const char *log, uint32_t tid, const char *wanted)
{
    char path[] = "/tmp/triebench-kmsg-XXXXXX", text[256];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, log, strlen(log)), (ssize_t)strlen(log));
    assert_int_equal(kernel_line(path, tid, text, sizeof text), wanted[0] != '\0');
    assert_string_equal(text, wanted);
    close(fd);
    unlink(path);
}

static void the_line_of_the_thread_is_found(void **unused)
{
    (void)unused;
    const char *log =
        "4,1234,567,-;triebench-worke[4242]: segfault at 10 ip 00005570fe623f10 sp 0 error 4\n SUBSYSTEM=x\n";
    expect(log, 4242, "triebench-worke[4242]: segfault at 10 ip 00005570fe623f10 sp 0 error 4");
    expect(log, 424, "");
    expect("no record at all [4242]: x", 4242, "");
    expect("", 4242, "");
    char text[16];
    assert_false(kernel_line("/no/such/log", 1, text, sizeof text));
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_line_of_the_thread_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
