/* test_allocator_spec.c - what is read from a variant's name, where it is found, and how it is started. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "allocators/allocator.h"
#include "allocators/knobs.h"
#include "allocators/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads a variant and locates it; both must succeed. */
static struct allocator_variant variant_of(const char *spec)
{
    struct allocator_variant variant;
    char reason[256] = "";
    if (!allocator_parse(spec, &variant, reason, sizeof reason) ||
        !allocator_locate(&variant, reason, sizeof reason))
        fail_msg("%s: %s", spec, reason);
    return variant;
}

static bool printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static void test_registry_names_the_five_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"glibc", "jemalloc", "mimalloc", "tcmalloc", "tcmalloc-full"};
    size_t count;
    const struct allocator *const *table = allocator_registry(&count);
    assert_int_equal(count, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(table[i]->name, names[i]);
        assert_ptr_equal(allocator_find(names[i]), table[i]);
        assert_non_null(table[i]->sentence);
        assert_int_equal(table[i]->objects == NULL, table[i]->package == NULL);
    }
    assert_null(allocator_find("other"));
    assert_null(allocator_find(""));
}

static void test_parse_reads_name_and_knobs(void **state)
{
    (void)state;
    struct allocator_variant variant;
    char reason[256];
    assert_true(allocator_parse("jemalloc:narenas=1:tcache=false", &variant, reason, sizeof reason));
    assert_string_equal(variant.allocator->name, "jemalloc");
    assert_int_equal(variant.setting_count, 2);
    assert_string_equal(variant.settings[0].knob->name, "narenas");
    assert_string_equal(variant.settings[0].value, "1");
    assert_string_equal(variant.settings[1].knob->name, "tcache");
    assert_string_equal(variant.settings[1].value, "false");
    assert_string_equal(variant.object, "");

    assert_true(allocator_parse("glibc", &variant, reason, sizeof reason));
    assert_int_equal(variant.setting_count, 0);
    assert_true(allocator_parse("./mine.so", &variant, reason, sizeof reason));
    assert_string_equal(variant.allocator->name, "other");
    assert_string_equal(variant.object, "./mine.so");
}

static void test_parse_refuses_and_says_what_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *said;
    } bad[] = {
        {"", "known are glibc, jemalloc, mimalloc, tcmalloc, tcmalloc-full"},
        {"jemallok", "no allocator 'jemallok'"},
        {"jemalloc ", "no allocator"},
        {"JEMALLOC", "no allocator"},
        {"other", "no allocator"},
        {"libjemalloc.so", "with a slash"},
        {":narenas=1", "no allocator ''"},
        {"jemalloc:", "followed by knob=value"},
        {"jemalloc::narenas=1", "followed by knob=value"},
        {"jemalloc:narenas=1:", "followed by knob=value"},
        {"jemalloc:narenas", "narenas=1..4094"},
        {"jemalloc:=1", "no knob ''"},
        {"jemalloc:narena=1", "narenas, tcache"},
        {"jemalloc:narenas=", "takes 1..4094, not ''"},
        {"jemalloc:narenas=0", "takes 1..4094"},
        {"jemalloc:narenas=4095", "takes 1..4094"},
        {"jemalloc:narenas=0x", "takes 1..4094"},
        {"jemalloc:narenas=0x1", "takes 1..4094"},
        {"jemalloc:narenas=010", "takes 1..4094"},
        {"jemalloc:narenas=+1", "takes 1..4094"},
        {"jemalloc:narenas=-1", "takes 1..4094"},
        {"jemalloc:narenas= 1", "takes 1..4094"},
        {"jemalloc:narenas=1 ", "takes 1..4094"},
        {"jemalloc:narenas=1,junk:true", "takes 1..4094"},
        {"jemalloc:narenas=99999999999999999999999", "takes 1..4094"},
        {"jemalloc:narenas=1:narenas=2", "twice"},
        {"jemalloc:tcache=0", "takes true|false"},
        {"jemalloc:tcache=true|false", "takes true|false"},
        {"jemalloc:tcache=", "takes true|false"},
        {"jemalloc:dirty_decay_ms=-2", "takes -1.."},
        {"jemalloc:oversize_threshold=1", "takes 0|16384.."},
        {"jemalloc:narenas=1\n", "not '1?'"},
        {"jemalloc:\x1b[31m=1", "no knob '?[31m'"},
        {"\xff\xfe", "no allocator '?"
                     "?'"},
        {"glibc:arena_max=1/2", "takes 1..65536"},
        {"/lib/x.so:narenas=1", "takes no knobs"},
        {"/lib/x y.so", "blank"},
        {"/lib/\x01.so", "blank"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct allocator_variant variant;
        char reason[512] = "";
        if (allocator_parse(bad[i].spec, &variant, reason, sizeof reason))
            fail_msg("'%s' was read", bad[i].spec);
        if (strstr(reason, bad[i].said) == NULL || !printable(reason))
            fail_msg("'%s': '%s' does not say '%s'", bad[i].spec, reason, bad[i].said);
    }
}

static void test_parse_bounds_what_is_long(void **state)
{
    (void)state;
    enum { LONG = 100000 };
    static const char *const heads[] = {"", "/",
                                        "jemalloc:", "jemalloc:narenas=", "jemalloc:narenas=1:tcache="};
    char *text = malloc(LONG + 64);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        strcpy(text, heads[i]);
        memset(text + strlen(heads[i]), '7', LONG);
        text[strlen(heads[i]) + LONG] = '\0';
        struct allocator_variant variant;
        char reason[128], tiny[1];
        assert_false(allocator_parse(text, &variant, reason, sizeof reason));
        assert_true(strlen(reason) < sizeof reason);
        assert_false(allocator_parse(text, &variant, tiny, sizeof tiny));
        assert_int_equal(tiny[0], '\0');
    }
    free(text);
}

/* Whatever is made of the pieces of real specs is read or refused, and what is read can be started. */
static void test_parse_survives_random_specs(void **state)
{
    (void)state;
    static const char *const pieces[] = {"jemalloc", "glibc", "mimalloc", "tcmalloc", "narenas", "arena_max",
                                         "tcache",   "true",  "1",        "0",        "-",       ":",
                                         ":",        "=",     "=",        "/",        "\x7f",    "."};
    uint64_t random = 42;
    for (size_t round = 0; round < 20000; round++) {
        char spec[256] = "", reason[256] = "";
        for (size_t left = round % 12 + 1; left > 0; left--) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
            strcat(spec, pieces[(random >> 33) % (sizeof pieces / sizeof pieces[0])]);
        }
        struct allocator_variant variant;
        static struct allocator_environment environment;
        if (!allocator_parse(spec, &variant, reason, sizeof reason)) {
            assert_true(reason[0] != '\0' && printable(reason));
            continue;
        }
        if (variant.allocator->objects != NULL)
            strcpy(variant.object, "/x.so");
        assert_true(allocator_start(&variant, &environment, reason, sizeof reason));
    }
}

static void test_a_knob_number_has_one_spelling(void **state)
{
    (void)state;
    int64_t number = 0;
    assert_true(knob_number("-1", -1, 10, &number));
    assert_int_equal(number, -1);
    assert_true(knob_number("9223372036854775807", 0, INT64_MAX, &number));
    assert_int_equal(number, INT64_MAX);
    static const char *const bad[] = {
        "", "-", "-0", "00", "01", "--1", "1-", "1e3", "0x1", " 1", "9223372036854775808"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (knob_number(bad[i], INT64_MIN, INT64_MAX, NULL))
            fail_msg("'%s' was read", bad[i]);
    assert_false(knob_word("", ""
                               "a|b"));
    assert_false(knob_word("a|b", "a|b"));
    assert_true(knob_word("b", "a|b"));
}

static void test_locate_gives_a_library(void **state)
{
    (void)state;
    size_t count;
    const struct allocator *const *table = allocator_registry(&count);
    for (size_t i = 0; i < count; i++) {
        struct allocator_variant variant = variant_of(table[i]->name);
        assert_int_equal(variant.object[0] == '\0', table[i]->objects == NULL);
        if (variant.object[0] != '\0')
            assert_int_equal(access(variant.object, R_OK), 0);
    }
    struct allocator_variant jemalloc = variant_of("jemalloc"), by_path = variant_of(jemalloc.object);
    assert_string_equal(by_path.allocator->name, "other");
    assert_true(process_same_file(by_path.object, jemalloc.object));
}

static void test_locate_names_the_package(void **state)
{
    (void)state;
    static const char *const objects[] = {"libno-such-malloc.so.7", NULL};
    const struct allocator missing = {.name = "missing", .package = "libmissing7", .objects = objects};
    struct allocator_variant variant = {.allocator = &missing};
    char reason[256];
    assert_false(allocator_locate(&variant, reason, sizeof reason));
    assert_non_null(strstr(reason, "apt-get install libmissing7"));
    assert_non_null(strstr(reason, "libno-such-malloc.so.7"));
    struct allocator_environment environment;
    assert_false(allocator_start(&variant, &environment, reason, sizeof reason));
    assert_non_null(strstr(reason, "located"));
}

static void test_locate_refuses_what_is_no_library(void **state)
{
    (void)state;
    static const char *const bad[] = {"/no/such/lib.so", "/", "/dev/null", "/dev/zero", "/etc/passwd", "./"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct allocator_variant variant;
        char reason[256] = "";
        assert_true(allocator_parse(bad[i], &variant, reason, sizeof reason));
        assert_false(allocator_locate(&variant, reason, sizeof reason));
        assert_non_null(strstr(reason, bad[i]));
    }
}

static struct allocator_environment started(const char *spec)
{
    struct allocator_variant variant;
    struct allocator_environment environment;
    char reason[256] = "";
    assert_true(allocator_parse(spec, &variant, reason, sizeof reason));
    if (variant.allocator->objects != NULL)
        strcpy(variant.object, "/lib/x.so");
    assert_true(allocator_start(&variant, &environment, reason, sizeof reason));
    return environment;
}

static void test_start_gives_the_variables(void **state)
{
    (void)state;
    struct allocator_environment environment = started("glibc");
    assert_int_equal(environment.count, 0);
    environment = started("glibc:arena_max=1:tcache_count=0");
    assert_int_equal(environment.count, 1);
    assert_string_equal(environment.entry[0],
                        "GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.tcache_count=0");
    environment = started("jemalloc:narenas=1:dirty_decay_ms=-1");
    assert_int_equal(environment.count, 2);
    assert_string_equal(environment.entry[0], "LD_PRELOAD=/lib/x.so");
    assert_string_equal(environment.entry[1], "MALLOC_CONF=abort_conf:true,narenas:1,dirty_decay_ms:-1");
    environment = started("mimalloc:decommit_delay=0");
    assert_int_equal(environment.count, 2);
    assert_string_equal(environment.entry[1], "MIMALLOC_DECOMMIT_DELAY=0");
    environment = started("tcmalloc:aggressive_decommit=1:release_rate=0");
    assert_int_equal(environment.count, 3);
    assert_string_equal(environment.entry[2], "TCMALLOC_RELEASE_RATE=0");
    environment = started("./lib.so");
    assert_int_equal(environment.count, 1);
    assert_string_equal(environment.entry[0], "LD_PRELOAD=./lib.so");
}

static void test_an_environment_is_bounded(void **state)
{
    (void)state;
    static struct allocator_environment environment;
    char reason[256], text[ALLOCATOR_ENV_BYTES + 1];
    memset(text, 'x', sizeof text);
    text[ALLOCATOR_ENV_BYTES - 3] = '\0';
    assert_false(environment_extend(&environment, reason, sizeof reason, "y"));
    assert_true(environment_add(&environment, reason, sizeof reason, "A=%s", text));
    assert_false(environment_extend(&environment, reason, sizeof reason, "y"));
    text[ALLOCATOR_ENV_BYTES - 3] = 'x';
    text[ALLOCATOR_ENV_BYTES - 2] = '\0';
    assert_false(environment_add(&environment, reason, sizeof reason, "A=%s", text));
    assert_int_equal(environment.count, 1);
    while (environment.count < ALLOCATOR_ENV_MAX)
        assert_true(environment_add(&environment, reason, sizeof reason, "A=%zu", environment.count));
    assert_false(environment_add(&environment, reason, sizeof reason, "A=1"));
    assert_int_equal(environment.count, ALLOCATOR_ENV_MAX);
}

static void test_foreign_variables_are_told_apart(void **state)
{
    (void)state;
    static const char *const foreign[] = {"LD_PRELOAD=/x.so",        "MALLOC_CONF=",     "MALLOC_ARENA_MAX=1",
                                          "MALLOC_CHECK_=3",         "GLIBC_TUNABLES=a", "MIMALLOC_VERBOSE=1",
                                          "TCMALLOC_RELEASE_RATE=1", "HEAPPROFILE=/x",   "LD_PRELOAD"};
    static const char *const own[] = {
        "PATH=/bin", "LD_LIBRARY_PATH=/x", "LD_PRELOADED=1", "MALLOC=1", "X=MALLOC_CONF=1", "", "="};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        assert_true(allocator_variable_foreign(foreign[i]));
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        assert_false(allocator_variable_foreign(own[i]));
    for (size_t i = 0; i < started("jemalloc:narenas=1").count; i++)
        assert_true(allocator_variable_foreign(started("jemalloc:narenas=1").entry[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry_names_the_five_in_order),
        cmocka_unit_test(test_parse_reads_name_and_knobs),
        cmocka_unit_test(test_parse_refuses_and_says_what_is_known),
        cmocka_unit_test(test_parse_bounds_what_is_long),
        cmocka_unit_test(test_parse_survives_random_specs),
        cmocka_unit_test(test_a_knob_number_has_one_spelling),
        cmocka_unit_test(test_locate_gives_a_library),
        cmocka_unit_test(test_locate_names_the_package),
        cmocka_unit_test(test_locate_refuses_what_is_no_library),
        cmocka_unit_test(test_start_gives_the_variables),
        cmocka_unit_test(test_an_environment_is_bounded),
        cmocka_unit_test(test_foreign_variables_are_told_apart),
    };
    return cmocka_run_group_tests_name("allocator specs", tests, NULL, NULL);
}
