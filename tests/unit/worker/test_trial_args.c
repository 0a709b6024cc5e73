/* test_trial_args.c - what the driver says is what the worker reads, and a hostile line is refused by name.
 */
#include "harness/common/trial_args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int count(const char *const *argv)
{
    int n = 0;
    while (argv[n] != NULL)
        n++;
    return n;
}

static void comes_back_as_it_was(void **unused)
{
    (void)unused;
    struct trial_args said, read;
    struct error error = {""};
    bool help = true;
    memset(&said, 0, sizeof said);
    memset(&read, 0xff, sizeof read);
    trial_args_init(&said);
    snprintf(said.workload, sizeof said.workload,
             "file:/a path/with 'quotes' and \n newlines:order=shuffled");
    snprintf(said.strategy, sizeof said.strategy, "./mine.so:a=1");
    snprintf(said.allocator, sizeof said.allocator, "jemalloc:narenas=1:tcache=false");
    snprintf(said.bind, sizeof said.bind, "0-3,5");
    said.batch = 12345;
    said.threads = 18;
    said.interned = false;
    said.encoded = true;
    said.replay = true;
    said.seed = UINT64_MAX;
    said.round = 999;
    said.warmup = 3;
    said.samples_min = 5;
    said.samples_max = 77;
    said.time_ns = 1234567890123;
    said.precision = 0.015625;
    said.page_fd = 3;
    said.report_fd = 4;
    char buffer[8192];
    const char *argv[TRIAL_ARGV_MAX];
    assert_true(trial_args_write(&said, "worker", buffer, sizeof buffer, argv, &error));
    assert_true(trial_args_read(&read, count(argv), (char *const *)(uintptr_t)argv, &help, &error));
    assert_false(help);
    assert_string_equal(read.workload, said.workload);
    assert_string_equal(read.strategy, said.strategy);
    assert_string_equal(read.allocator, said.allocator);
    assert_string_equal(read.bind, said.bind);
    assert_int_equal(read.batch, said.batch);
    assert_int_equal(read.threads, said.threads);
    assert_int_equal(read.interned, said.interned);
    assert_int_equal(read.encoded, said.encoded);
    assert_int_equal(read.replay, said.replay);
    assert_true(read.seed == said.seed);
    assert_int_equal(read.round, said.round);
    assert_int_equal(read.warmup, said.warmup);
    assert_int_equal(read.samples_min, said.samples_min);
    assert_int_equal(read.samples_max, said.samples_max);
    assert_true(read.time_ns == said.time_ns);
    assert_true(read.precision > 0.0156 && read.precision < 0.0157);
    assert_int_equal(read.page_fd, said.page_fd);
    assert_int_equal(read.report_fd, said.report_fd);
}

static void too_small_a_buffer_is_told(void **unused)
{
    (void)unused;
    struct trial_args args;
    struct error error = {""};
    char buffer[8];
    const char *argv[TRIAL_ARGV_MAX];
    trial_args_init(&args);
    assert_false(trial_args_write(&args, "worker", buffer, sizeof buffer, argv, &error));
    assert_true(error.text[0] != '\0');
}

static void bad_lines_are_refused_by_name(void **unused)
{
    (void)unused;
    static const struct {
        const char *option, *value;
    } bad[] = {
        {"--batch", "ten"},
        {"--batch", "-1"},
        {"--batch", "1e3"},
        {"--batch", ""},
        {"--batch", "100000001"},
        {"--threads", "0"},
        {"--threads", "1024"},
        {"--symbols", "both"},
        {"--keys", "none"},
        {"--seed", "0x10"},
        {"--precision", "nan"},
        {"--precision", "-0.5"},
        {"--time-ns", "99999999999999999999"},
        {"--no-such", "1"},
        {"--page-fd", "-7"},
        {"--batch", NULL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct trial_args args;
        struct error error = {""};
        bool help = false;
        const char *argv[] = {"worker", bad[i].option, bad[i].value, NULL};
        bool read = trial_args_read(&args, count(argv), (char *const *)(uintptr_t)argv, &help, &error);
        if (read || strstr(error.text, bad[i].option) == NULL)
            fail_msg("%s %s: %s", bad[i].option, bad[i].value == NULL ? "" : bad[i].value, error.text);
    }
    struct trial_args args;
    struct error error = {""};
    bool help = false;
    char long_text[2 * TRIAL_TEXT_BYTES];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    const char *argv[] = {"worker", "--workload", long_text, NULL};
    assert_false(trial_args_read(&args, 3, (char *const *)(uintptr_t)argv, &help, &error));
}

static void help_is_seen(void **unused)
{
    (void)unused;
    struct trial_args args;
    struct error error = {""};
    bool help = false;
    const char *argv[] = {"worker", "--help", NULL};
    assert_true(trial_args_read(&args, 2, (char *const *)(uintptr_t)argv, &help, &error));
    assert_true(help);
    assert_non_null(strstr(trial_args_help(), "--samples-max"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(too_small_a_buffer_is_told),
        cmocka_unit_test(bad_lines_are_refused_by_name),
        cmocka_unit_test(help_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
