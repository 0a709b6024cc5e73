/* test_options.c - the options of `run`: what is read, what is refused and how it is named, defaults. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/options.h"
#include "tests/support/fault.h"
#include "tests/support/worker_json.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 24 };

/* Reads a line split at its blanks. */
static bool read_line(struct run_options *options, const char *line, bool *help, struct error *error)
{
    char copy[2048], *words[WORDS_MAX];
    int count = 0;
    assert_true(strlen(line) < sizeof copy);
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(count < WORDS_MAX);
        words[count++] = word;
    }
    return options_read(options, count, words, help, error);
}

static void assert_refused(const char *line, const char *named)
{
    struct run_options options;
    struct error error = {.text = ""};
    bool help;
    options_init(&options);
    if (read_line(&options, line, &help, &error))
        fail_msg("'%s' was taken", line);
    if (strstr(error.text, named) == NULL)
        fail_msg("'%s' says '%s', not '%s'", line, error.text, named);
    options_free(&options);
}

static void lists_numbers_and_flags_are_read(void **state)
{
    (void)state;
    struct run_options options;
    struct error error;
    bool help;
    options_init(&options);
    assert_true(
        read_line(&options,
                  "--alloc glibc,jemalloc:narenas=1 --batch=0,100000000 --threads 1,1023 --rounds 7 "
                  "--seed 9007199254740991 --memory-limit 2G --timeout 0.5 --keys encoded,expressions --aa "
                  "--stack-size 256K",
                  &help, &error));
    assert_false(help);
    assert_int_equal(options.allocators.count, 2);
    assert_string_equal(options.allocators.items[1], "jemalloc:narenas=1");
    assert_int_equal(options.batches.count, 2);
    assert_int_equal(options.batches.items[1], 100000000);
    assert_int_equal(options.threads.items[1], 1023);
    assert_int_equal(options.rounds.value, 7);
    assert_int_equal(options.seed.value, (UINT64_C(1) << 53) - 1);
    assert_int_equal(options.memory_limit_bytes.value, UINT64_C(2) << 30);
    assert_int_equal(options.stack_bytes.value, 256 << 10);
    assert_true(options.timeout_s.value == 0.5);
    assert_int_equal(options.keys, KEYS_ENCODED | KEYS_EXPRESSIONS);
    assert_true(options.twin);
    assert_false(options.quiet);
    options_free(&options);
}

static void the_last_of_two_wins(void **state)
{
    (void)state;
    struct run_options options;
    struct error error;
    bool help;
    options_init(&options);
    assert_true(read_line(&options, "--batch 1,2 --batch 3 --out a --out b", &help, &error));
    assert_int_equal(options.batches.count, 1);
    assert_int_equal(options.batches.items[0], 3);
    assert_string_equal(options.out, "b");
    options_free(&options);
}

static void a_comma_is_escaped(void **state)
{
    (void)state;
    struct run_options options;
    struct error error;
    bool help;
    options_init(&options);
    assert_true(read_line(&options, "--workload file:a\\,b\\\\c,facts", &help, &error));
    assert_int_equal(options.workloads.count, 2);
    assert_string_equal(options.workloads.items[0], "file:a,b\\c");
    options_free(&options);
}

static void junk_is_refused_by_name(void **state)
{
    (void)state;
    assert_refused("--stratgy x", "did you mean --strategy?");
    assert_refused("--xyzzy", "--xyzzy");
    assert_refused("-x", "-x");
    assert_refused("word", "word");
    assert_refused("--", "--");
    assert_refused("--=5", "--=5");
    assert_refused("--batch", "--batch wants");
    assert_refused("--quiet=1", "takes no value");
    assert_refused("--batch 10,,20", "empty");
    assert_refused("--batch 10,", "empty");
    assert_refused("--batch 10,10", "twice");
    assert_refused("--alloc glibc,glibc", "twice");
    assert_refused("--alloc=", "empty");
    assert_refused("--alloc gl\x01ibc", "control");
    assert_refused("--alloc gl\xff", "UTF-8");
    assert_refused("--alloc \xed\xa0\x80", "UTF-8");
    assert_refused("--alloc \xc0\x80", "UTF-8");
    assert_refused("--symbols interned,foo", "foo");
    assert_refused("--out a --resume b", "exclude");
    assert_refused("--out \n", "--out");
}

static void numbers_are_bounded(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "--batch -1",
        "--batch +1",
        "--batch 1e3",
        "--batch 0x10",
        "--batch 100000001",
        "--threads 0",
        "--threads 1024",
        "--rounds 0",
        "--rounds 1001",
        "--seed 18446744073709551616",
        "--seed 9007199254740992",
        "--budget nan",
        "--budget inf",
        "--budget 0",
        "--budget 1.2.3",
        "--timeout 0",
        "--timeout -1",
        "--precision 101",
        "--samples 0",
        "--samples 65537",
        "--memory-limit 1",
        "--stack-size 63K",
        "--stack-size 2G",
        "--memory-limit K",
        "--memory-limit 99999999T",
        "--only-round 1000",
        "--memory-limit 2GG",
        "--timeout .",
        "--budget 99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char option[64];
        snprintf(option, sizeof option, "%.*s", (int)strcspn(lines[i], " "), lines[i]);
        assert_refused(lines[i], option);
    }
}

static void long_items_are_refused(void **state)
{
    (void)state;
    char line[1200] = "--strategy ";
    memset(line + strlen(line), 'a', 1100);
    assert_refused(line, "more than");
}

static void catalogue_open(struct catalogue *catalogue)
{
    struct error error;
    *catalogue = (struct catalogue){0};
    assert_true(catalogue_add(catalogue, WORKER_JSON, NULL, &error));
}

static void defaults_are_filled_in(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct run_options options;
    struct error error;
    catalogue_open(&catalogue);
    options_init(&options);
    assert_true(options_complete(&options, &catalogue, 1, UINT64_MAX, &error));
    assert_int_equal(options.strategies.count, 2); /* the control is left out */
    assert_string_equal(options.strategies.items[0], "sequential");
    assert_string_equal(options.strategies.items[1], "thread-local");
    assert_string_equal(options.allocators.items[0], "glibc");
    assert_int_equal(options.workloads.count, 2);
    assert_int_equal(options.batches.count, 5);
    assert_int_equal(options.threads.items[0], 2); /* at least two */
    assert_int_equal(options.symbols, SYMBOLS_INTERNED);
    assert_int_equal(options.keys, KEYS_EXPRESSIONS);
    assert_int_equal(options.rounds.value, 7);
    assert_true(options.seed.value < UINT64_C(1) << 53);
    options_free(&options);
    catalogue_free(&catalogue);
}

static void the_time_limit_grows_with_the_largest_batch(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        double timeout_s;
    } cases[] = {
        {"--batch 10,999999", 60}, {"--batch 10000000,10", 260}, {"--batch 10000000 --timeout 7", 7}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct catalogue catalogue;
        struct run_options options;
        struct error error;
        bool help;
        catalogue_open(&catalogue);
        options_init(&options);
        assert_true(read_line(&options, cases[i].line, &help, &error));
        assert_true(options_complete(&options, &catalogue, 1, 1, &error));
        assert_true(options.timeout_s.value == cases[i].timeout_s);
        options_free(&options);
        catalogue_free(&catalogue);
    }
}

static void all_keeps_what_stands_beside_it(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct run_options options;
    struct error error;
    bool help;
    catalogue_open(&catalogue);
    options_init(&options);
    assert_true(read_line(&options, "--strategy nothing,thread-local,all --alloc all", &help, &error));
    assert_true(options_complete(&options, &catalogue, 8, 1, &error));
    assert_int_equal(options.strategies.count, 3);
    assert_string_equal(options.strategies.items[2], "sequential");
    assert_int_equal(options.allocators.count, 4);
    assert_int_equal(options.threads.items[0], 8);
    options_free(&options);
    catalogue_free(&catalogue);
}

static void specs_are_checked_against_the_catalogue(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct error error;
    catalogue_open(&catalogue);
    static const char *const good[] = {"nothing", "thread-local", "thread-local:pool=spin",
                                       "thread-local:cut=-1:pool=park"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(catalogue_check(&catalogue, good[i], &error));
    static const char *const bad[][2] = {
        {"thread-locl", "did you mean 'thread-local'"},
        {"zzz", "nothing, sequential, thread-local"},
        {"", "unknown strategy"},
        {":", "unknown strategy"},
        {"thread-local:", "name=value"},
        {"thread-local:pool", "name=value"},
        {"thread-local:=1", "name=value"},
        {"thread-local:pol=spin", "did you mean 'pool'"},
        {"thread-local:pool=run", "park, spin"},
        {"thread-local:cut=10", "from -1 to 9"},
        {"thread-local:cut=", "from -1 to 9"},
        {"thread-local:cut=1x", "from -1 to 9"},
        {"thread-local:cut=99999999999999999999", "from -1 to 9"},
        {"thread-local:pool=park:pool=spin", "twice"},
        {"nothing:x=1", "there are none"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(catalogue_check(&catalogue, bad[i][0], &error));
        if (strstr(error.text, bad[i][1]) == NULL)
            fail_msg("'%s' says '%s'", bad[i][0], error.text);
    }
    assert_true(catalogue_check_workload(&catalogue, "facts:order=shuffled", &error));
    assert_false(catalogue_check_workload(&catalogue, "fact", &error));
    assert_false(catalogue_check_workload(&catalogue, "file:/nonexistent/file", &error));
    catalogue_free(&catalogue);
}

static void plugins_are_told_from_names(void **state)
{
    (void)state;
    assert_true(catalogue_is_plugin("./mine.so:n=1"));
    assert_true(catalogue_is_plugin("mine.so"));
    assert_true(catalogue_is_plugin("a:b/mine"));
    assert_false(catalogue_is_plugin("thread-local:pool=spin"));
    assert_false(catalogue_is_plugin(".so"));
    assert_int_equal(catalogue_name_bytes("a:b/mine.so:n=1"), strlen("a:b/mine.so"));
}

static void a_plugin_is_known_by_its_path(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct error error;
    catalogue_open(&catalogue);
    assert_true(
        catalogue_add(&catalogue, "{\"name\":\"mine\",\"claims\":[\"parallel\"]}", "./mine.so", &error));
    const struct catalogue_strategy *found = catalogue_find(&catalogue, "./mine.so:n=1");
    assert_non_null(found);
    assert_true(found->plugin && found->parallel);
    assert_null(catalogue_find(&catalogue, "mine"));
    catalogue_free(&catalogue);
}

static void a_broken_description_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "{}",
                                        "{\"strategies\":[{}]}",
                                        "{\"strategies\":[3]}",
                                        "{\"strategies\":[{\"name\":\"a\",\"options\":[{}]}]}",
                                        "{\"strategies\":[{\"name\":\"a\",\"claims\":[1]}]}",
                                        "{\"strategies\":[],\"workloads\":[{}]}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct catalogue catalogue = {0};
        struct error error;
        if (catalogue_add(&catalogue, texts[i], NULL, &error))
            fail_msg("'%s' was taken", texts[i]);
        catalogue_free(&catalogue);
    }
}

/* Everything from the words to the completed options, with the k-th allocation failing, for every k. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    long before = fault_live();
    for (size_t k = 0, failed = 1; failed; k++) {
        struct catalogue catalogue = {0};
        struct run_options options;
        struct error error;
        bool help;
        options_init(&options);
        fault_arm(k, false);
        bool good =
            catalogue_add(&catalogue, WORKER_JSON, NULL, &error) &&
            read_line(&options, "--alloc all --batch 1,2 --out x --strategy all,nothing", &help, &error) &&
            options_complete(&options, &catalogue, 2, 1, &error);
        failed = fault_disarm();
        assert_true(good != (bool)failed);
        options_free(&options);
        catalogue_free(&catalogue);
        assert_int_equal(fault_live(), before);
    }
}

static void a_copy_is_its_own(void **state)
{
    (void)state;
    struct run_options options, copy;
    struct error error;
    bool help;
    options_init(&options);
    assert_true(read_line(&options,
                          "--alloc glibc,jemalloc --threads 1,2 --cells 3 --alone --out there --seed 9",
                          &help, &error));
    assert_true(options_copy(&copy, &options, &error));
    options_free(&options);
    assert_int_equal(copy.allocators.count, 2);
    assert_string_equal(copy.allocators.items[1], "jemalloc");
    assert_int_equal(copy.threads.items[1], 2);
    assert_int_equal(copy.cells.count, 1);
    assert_int_equal(copy.batches.count, 0);
    assert_string_equal(copy.out, "there");
    assert_null(copy.resume);
    assert_true(copy.alone && copy.seed.given && copy.seed.value == 9);
    options_free(&copy);
}

/* Whichever allocation fails, nothing is left behind. */
static void a_copy_without_memory_leaves_nothing(void **state)
{
    (void)state;
    struct run_options options, copy;
    struct error error;
    bool help, good = false;
    options_init(&options);
    assert_true(read_line(&options, "--alloc glibc --strategy nothing --batch 1 --out there", &help, &error));
    long before = fault_live();
    for (size_t k = 0; !good; k++) {
        fault_arm(k, false);
        good = options_copy(&copy, &options, &error);
        assert_int_equal(fault_disarm(), !good);
        if (good)
            options_free(&copy);
        assert_int_equal(fault_live(), before);
    }
    options_free(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_its_own),
        cmocka_unit_test(a_copy_without_memory_leaves_nothing),
        cmocka_unit_test(lists_numbers_and_flags_are_read),
        cmocka_unit_test(the_last_of_two_wins),
        cmocka_unit_test(a_comma_is_escaped),
        cmocka_unit_test(junk_is_refused_by_name),
        cmocka_unit_test(numbers_are_bounded),
        cmocka_unit_test(long_items_are_refused),
        cmocka_unit_test(defaults_are_filled_in),
        cmocka_unit_test(the_time_limit_grows_with_the_largest_batch),
        cmocka_unit_test(all_keeps_what_stands_beside_it),
        cmocka_unit_test(specs_are_checked_against_the_catalogue),
        cmocka_unit_test(plugins_are_told_from_names),
        cmocka_unit_test(a_plugin_is_known_by_its_path),
        cmocka_unit_test(a_broken_description_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
