/* test_options.c - how a strategy is found, vetted, given its options, and described. */
#include "harness/worker/describe.h"
#include "harness/worker/json.h"
#include "harness/worker/options.h"
#include "harness/worker/plugin.h"
#include "strategies/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const colours[] = {"red", "green", NULL};
static const char *const no_colours[] = {NULL};
static const struct strategy_option options[] = {
    {.name = "colour", .choices = colours, .preset = 1, .sentence = "a choice"},
    {.name = "depth", .min = -5, .max = 64, .preset = 8, .sentence = "a number"},
};

/* A whole strategy: the control's calls under another name, with options. */
static struct strategy whole(void)
{
    struct strategy strategy = *strategy_find("nothing");
    strategy.name = "painted";
    strategy.options = options;
    strategy.option_count = 2;
    return strategy;
}

static void options_are_read(void **unused)
{
    (void)unused;
    struct strategy strategy = whole();
    struct error error;
    int64_t values[STRATEGY_OPTIONS_MAX];
    assert_true(options_read(&strategy, "painted", values, &error));
    assert_int_equal(values[0], 1);
    assert_int_equal(values[1], 8);
    assert_true(options_read(&strategy, "./painted.so:depth=-5:colour=red", values, &error));
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1], -5);
}

static void bad_options_are_named(void **unused)
{
    (void)unused;
    static const struct {
        const char *spec, *sentence;
    } cases[] = {
        {"p:shape=round", "no option 'shape'; it has colour=red|green, depth=-5..64"},
        {"p:colour=blue", "colour takes red|green, not 'blue'"},
        {"p:colour=", "colour takes red|green, not ''"},
        {"p:depth=65", "depth takes -5..64"},
        {"p:depth=-6", "depth takes -5..64"},
        {"p:depth=7x", "depth takes -5..64"},
        {"p:depth= 7", "depth takes -5..64"},
        {"p:depth=+7", "depth takes -5..64"},
        {"p:depth=-", "depth takes -5..64"},
        {"p:depth=99999999999999999999", "depth takes -5..64"},
        {"p:depth=1:depth=2", "depth stands twice"},
        {"p:depth", "'depth' is no option=value"},
        {"p:", "'' is no option=value"},
        {"p:=3", "no option ''"},
    };
    struct strategy strategy = whole();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        int64_t values[STRATEGY_OPTIONS_MAX];
        assert_false(options_read(&strategy, cases[i].spec, values, &error));
        assert_non_null(strstr(error.text, cases[i].sentence));
    }
}

static void a_long_option_is_refused(void **unused)
{
    (void)unused;
    char spec[1000] = "p:colour=";
    memset(spec + strlen(spec), 'x', sizeof spec - strlen(spec) - 1);
    spec[sizeof spec - 1] = '\0';
    struct strategy strategy = whole();
    struct error error;
    int64_t values[STRATEGY_OPTIONS_MAX];
    assert_false(options_read(&strategy, spec, values, &error));
    assert_non_null(strstr(error.text, "too long"));
}

static void built_in_strategies_are_sane(void **unused)
{
    (void)unused;
    size_t count;
    const struct strategy *const *table = strategy_registry(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        struct error error;
        const struct strategy *found;
        assert_true(plugin_vet(table[i], &error));
        assert_true(plugin_find(table[i]->name, &found, &error));
        assert_ptr_equal(found, table[i]);
    }
}

static void assert_unfit(const struct strategy *strategy, const char *sentence)
{
    struct error error;
    assert_false(plugin_vet(strategy, &error));
    assert_non_null(strstr(error.text, sentence));
}

static void a_broken_struct_is_refused(void **unused)
{
    (void)unused;
    struct error error;
    struct strategy strategy = whole();
    assert_true(plugin_vet(&strategy, &error));
#define ASSERT_UNFIT(field, value, sentence)                                                                 \
    do {                                                                                                     \
        strategy = whole();                                                                                  \
        strategy.field = (value);                                                                            \
        assert_unfit(&strategy, sentence);                                                                   \
    } while (0)
    ASSERT_UNFIT(abi, STRATEGY_ABI + 1, "version");
    ASSERT_UNFIT(name, NULL, "name");
    ASSERT_UNFIT(name, "", "name");
    ASSERT_UNFIT(name, "Upper", "name");
    ASSERT_UNFIT(name, "a-name-of-thirty-two-characters-", "name");
    ASSERT_UNFIT(idea, NULL, "idea");
    ASSERT_UNFIT(source, NULL, "source");
    ASSERT_UNFIT(claims, UINT32_C(1) << 31, "claim");
    ASSERT_UNFIT(options, NULL, "options");
    ASSERT_UNFIT(option_count, STRATEGY_OPTIONS_MAX + 1, "options");
    ASSERT_UNFIT(open, NULL, "open()");
    ASSERT_UNFIT(close, NULL, "close()");
    ASSERT_UNFIT(create, NULL, "create()");
    ASSERT_UNFIT(insert, NULL, "insert()");
    ASSERT_UNFIT(walk, NULL, "walk()");
    ASSERT_UNFIT(destroy, NULL, "destroy()");
#undef ASSERT_UNFIT
}

static void a_broken_option_is_refused(void **unused)
{
    (void)unused;
    const struct strategy_option broken[] = {
        {.name = NULL, .max = 1, .sentence = "s"},
        {.name = "a=b", .max = 1, .sentence = "s"},
        {.name = "a", .max = 1, .sentence = NULL},
        {.name = "a", .min = 2, .max = 1, .preset = 2, .sentence = "s"},
        {.name = "a", .choices = colours, .preset = 2, .sentence = "s"},
        {.name = "a", .choices = colours, .preset = -1, .sentence = "s"},
        {.name = "a", .choices = no_colours, .preset = 0, .sentence = "s"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct strategy strategy = whole();
        strategy.options = &broken[i];
        strategy.option_count = 1;
        assert_unfit(&strategy, "option");
    }
}

static void what_is_no_strategy_is_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *spec, *sentence;
    } cases[] = {
        {"no-such", "there are nothing, "}, {"", "no strategy ''"},
        {"./no-such.so", "cannot find it"}, {"no-such.so:a=b", "'./no-such.so'"},
        {"/dev/null", "it is no file"},     {"/", "it is no file"},
        {"/etc/passwd", "/etc/passwd"},     {"/proc/self/exe/x", "cannot find it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error;
        const struct strategy *strategy = NULL;
        assert_false(plugin_find(cases[i].spec, &strategy, &error));
        assert_non_null(strstr(error.text, cases[i].sentence));
    }
}

static void assert_json(const char *text, const char *expected)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    json_string(out, text);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(written, expected);
    free(written);
}

static void strings_are_escaped(void **unused)
{
    (void)unused;
    assert_json(NULL, "null");
    assert_json("", "\"\"");
    assert_json("a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"");
    assert_json("\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\"");
    assert_json("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8c\xb2", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8c\xb2\"");
    assert_json("\xc3", "\"\\ufffd\"");                                    /* cut short */
    assert_json("\xc0\xaf", "\"\\ufffd\\ufffd\"");                         /* overlong */
    assert_json("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");              /* surrogate */
    assert_json("\xf4\x90\x80\x80x", "\"\\ufffd\\ufffd\\ufffd\\ufffdx\""); /* above the last character */
}

static void a_full_disk_is_noticed(void **unused)
{
    (void)unused;
    struct error error;
    FILE *out = fopen("/dev/full", "w");
    if (out == NULL)
        skip();
    assert_false(describe_all(out, &error));
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read),
        cmocka_unit_test(bad_options_are_named),
        cmocka_unit_test(a_long_option_is_refused),
        cmocka_unit_test(built_in_strategies_are_sane),
        cmocka_unit_test(a_broken_struct_is_refused),
        cmocka_unit_test(a_broken_option_is_refused),
        cmocka_unit_test(what_is_no_strategy_is_refused),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(a_full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
