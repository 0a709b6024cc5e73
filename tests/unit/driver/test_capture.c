/* test_capture.c - programs run to their end: what they print, how they end, and what is left behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/trial/capture.h"
#include "tests/support/fault.h"

#include <dirent.h>
#include <string.h>

static bool shell(const char *script, int timeout_ms, struct capture *capture, struct error *error)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    return capture_run(argv, timeout_ms, capture, error);
}

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void both_streams_and_the_status(void **state)
{
    (void)state;
    struct capture capture;
    struct error error;
    assert_true(shell("echo out; echo err >&2; exit 7", 20000, &capture, &error));
    assert_string_equal(capture.output, "out\n");
    assert_string_equal(capture.errors, "err\n");
    assert_int_equal(capture.status, 7);
    capture_free(&capture);
}

static void nothing_printed_is_an_empty_text(void **state)
{
    (void)state;
    struct capture capture;
    struct error error;
    assert_true(shell("kill -9 $$", 20000, &capture, &error));
    assert_string_equal(capture.output, "");
    assert_int_equal(capture.status, 128 + 9);
    capture_free(&capture);
}

static void much_is_kept_whole(void **state)
{
    (void)state;
    struct capture capture;
    struct error error;
    assert_true(shell("head -c 1000000 /dev/zero | tr '\\0' x", 20000, &capture, &error));
    assert_int_equal(strlen(capture.output), 1000000);
    capture_free(&capture);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct capture capture;
    struct error error;
    assert_false(shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", 60000, &capture, &error));
    assert_non_null(strstr(error.text, "prints more than"));
}

static void the_slow_and_its_children_are_killed(void **state)
{
    (void)state;
    struct capture capture;
    struct error error;
    assert_false(shell("sleep 1000 & sleep 1000", 200, &capture, &error));
    assert_non_null(strstr(error.text, "took more than 200 ms"));
}

static void what_is_not_there_cannot_be_started(void **state)
{
    (void)state;
    const char *argv[] = {"/nonexistent/program", NULL};
    struct capture capture;
    struct error error;
    assert_false(capture_run(argv, 1000, &capture, &error));
    assert_non_null(strstr(error.text, "No such file"));
}

static void nothing_is_left_open_or_allocated(void **state)
{
    (void)state;
    size_t open_before = descriptors();
    long live_before = fault_live();
    for (size_t k = 0; k < 8; k++) {
        struct capture capture;
        struct error error;
        fault_arm(k, false);
        bool good = shell("echo a; echo b >&2", 20000, &capture, &error);
        bool failed = fault_disarm();
        assert_true(good != failed);
        if (good)
            capture_free(&capture);
    }
    assert_int_equal(descriptors(), open_before);
    assert_int_equal(fault_live(), live_before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_streams_and_the_status),
        cmocka_unit_test(nothing_printed_is_an_empty_text),
        cmocka_unit_test(much_is_kept_whole),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(the_slow_and_its_children_are_killed),
        cmocka_unit_test(what_is_not_there_cannot_be_started),
        cmocka_unit_test(nothing_is_left_open_or_allocated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
