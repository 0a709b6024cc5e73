/*
 * test_workload.c - every workload, in every order and with repeats: slices, texts, keys, and what is
 * expected of them.
 */
#include "harness/worker/workload.h"
#include "tests/support/fault.h"
#include "trie/expr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { TEXT_BYTES = 512, KEY_BYTES = 4096, BATCH = 7 };

static const char *const specs[] = {"facts",   "rules",  "words",
                                    "wordnet", "random", "file:tests/data/family.metta"};
enum { SPECS = sizeof specs / sizeof specs[0] };

/* A machine without the package of a workload cannot test it. */
static bool available(const char *spec)
{
    if (strcmp(spec, "words") == 0)
        return access("/usr/share/dict/american-english-huge", R_OK) == 0;
    return strcmp(spec, "wordnet") != 0 || access("/usr/share/wordnet/data.noun", R_OK) == 0;
}

static struct workload *open_or_fail(const char *spec, const struct workload_need *need)
{
    struct error error = {""};
    struct workload *workload = NULL;
    if (!workload_open(spec, need, &workload, &error))
        fail_msg("%s: %s", spec, error.text);
    return workload;
}

static void assert_refused(const char *spec, const struct workload_need *need, const char *part)
{
    struct error error = {""};
    struct workload *workload = NULL;
    assert_false(workload_open(spec, need, &workload, &error));
    assert_null(workload);
    if (strstr(error.text, part) == NULL)
        fail_msg("%s: \"%s\" does not hold \"%s\"", spec, error.text, part);
}

static const char *text_of(const struct item *item)
{
    static char text[TEXT_BYTES];
    size_t length = 0;
    assert_int_equal(expr_write(item->terms, item->term_count, text, sizeof text - 1, &length), TRIE_OK);
    text[length] = '\0';
    return text;
}

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    size_t shorter = a->key_length < b->key_length ? a->key_length : b->key_length;
    int order = memcmp(a->key, b->key, shorter);
    return order != 0 ? order : (a->key_length > b->key_length) - (a->key_length < b->key_length);
}

/* The expectation of a slice once more, from its keys in order. Returns the sum of all hashes. */
static uint64_t assert_expected(const struct batch *batch, const struct workload_expectation *expected)
{
    struct item *sorted = malloc((batch->count + 1) * sizeof *sorted);
    assert_non_null(sorted);
    memcpy(sorted, batch->items, batch->count * sizeof *sorted);
    qsort(sorted, batch->count, sizeof *sorted, compare_items);
    uint64_t keys = 0, digest = 0, all = 0;
    for (size_t i = 0; i < batch->count; i++) {
        uint64_t hash = workload_hash(sorted[i].key, sorted[i].key_length);
        all += hash;
        if (i > 0 && compare_items(&sorted[i - 1], &sorted[i]) == 0)
            continue;
        keys++;
        digest += hash;
    }
    free(sorted);
    assert_int_equal(expected->keys, keys);
    assert_int_equal(expected->digest, digest);
    return all;
}

/* Terms must be whole and print to a text that reads back to the same inline key. */
static void assert_survives_text(const struct item *item, bool interned)
{
    struct term terms[64];
    uint8_t direct[KEY_BYTES], again[KEY_BYTES];
    size_t count = 0, direct_length = 0, again_length = 0;
    const char *text = text_of(item);
    struct expr_reader reader;
    struct expr_error bad;
    expr_reader_init(&reader, text, strlen(text));
    assert_int_equal(expr_read(&reader, terms, 64, &count, &bad), TRIE_OK);
    assert_int_equal(expr_encode(terms, count, again, sizeof again, &again_length), TRIE_OK);
    assert_int_equal(expr_read(&reader, terms, 64, &count, &bad), TRIE_END);
    assert_int_equal(expr_encode(item->terms, item->term_count, direct, sizeof direct, &direct_length),
                     TRIE_OK);
    assert_int_equal(direct_length, again_length);
    assert_memory_equal(direct, again, direct_length);
    if (interned)
        return;
    assert_int_equal(item->key_length, direct_length);
    assert_memory_equal(item->key, direct, direct_length);
}

/* Items, terms and keys lie in memory in the order of the items. */
static void assert_laid_out(const struct batch *batch)
{
    for (size_t i = 1; i < batch->count; i++) {
        const struct item *before = &batch->items[i - 1], *item = &batch->items[i];
        bool same_chunk = llabs((intptr_t)item->key - (intptr_t)before->key) < 4096;
        if (same_chunk)
            assert_ptr_equal(item->key, before->key + before->key_length);
    }
}

static void check_universe(const char *spec, const struct workload_need *need)
{
    struct workload *workload = open_or_fail(spec, need);
    struct workload_info info;
    workload_describe(workload, &info);
    assert_int_equal(info.items, info.slices * need->batch);
    assert_true(info.mapped_bytes > 0);
    uint64_t digest = 0;
    const struct item *next = NULL;
    for (uint64_t i = 0; i < info.slices; i++) {
        struct batch batch;
        struct workload_expectation expected;
        workload_slice(workload, i, &batch, &expected);
        assert_int_equal(batch.count, need->batch);
        if (next != NULL)
            assert_ptr_equal(batch.items, next);
        next = batch.items + batch.count;
        digest += assert_expected(&batch, &expected);
        assert_laid_out(&batch);
        for (size_t k = 0; k < batch.count; k++)
            assert_survives_text(&batch.items[k], need->interned && need->encoded);
    }
    assert_int_equal(info.digest, digest);
    workload_close(workload);
}

static void test_all_combinations(void **state)
{
    (void)state;
    static const char *const options[] = {"",
                                          ":order=given",
                                          ":order=shuffled",
                                          ":duplicates=30",
                                          ":order=shuffled:duplicates=99",
                                          ":duplicates=1:order=shuffled"};
    for (size_t i = 0; i < SPECS; i++)
        for (size_t k = 0; k < sizeof options / sizeof options[0] && available(specs[i]); k++)
            for (unsigned mode = 0; mode < 8; mode++) {
                char spec[TEXT_BYTES];
                snprintf(spec, sizeof spec, "%s%s", specs[i], options[k]);
                const struct workload_need need = {.batch = BATCH,
                                                   .interned = mode & 1,
                                                   .encoded = mode & 2,
                                                   .replay = mode & 4,
                                                   .seed = mode + 1};
                long live = fault_live();
                check_universe(spec, &need);
                assert_int_equal(fault_live(), live);
            }
}

static void test_universe_size(void **state)
{
    (void)state;
    static const struct {
        uint64_t batch;
        bool replay;
        uint64_t slices;
    } cases[] = {{0, false, 1},     {0, true, 1},       {1, false, 64},    {10, false, 64},
                 {1000, false, 64}, {1000, true, 1},    {2049, false, 63}, {65536, false, 2},
                 {70000, false, 1}, {131072, false, 1}, {140000, false, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct workload_need need = {.batch = cases[i].batch, .replay = cases[i].replay};
        struct workload *workload = open_or_fail("facts", &need);
        struct workload_info info;
        workload_describe(workload, &info);
        assert_int_equal(info.slices, cases[i].slices);
        assert_int_equal(info.items, cases[i].slices * cases[i].batch);
        workload_close(workload);
    }
}

static void test_study_texts(void **state)
{
    (void)state;
    const struct workload_need need = {.batch = 10};
    struct workload *facts = open_or_fail("facts", &need), *rules = open_or_fail("rules", &need);
    for (size_t i = 0; i < 20; i++) {
        struct batch batch;
        struct workload_expectation expected;
        char text[TEXT_BYTES];
        workload_slice(facts, i / 10, &batch, &expected);
        snprintf(text, sizeof text, "(fact %zu value-%zu)", i, i);
        assert_string_equal(text_of(&batch.items[i % 10]), text);
        workload_slice(rules, i / 10, &batch, &expected);
        snprintf(text, sizeof text, "(= (rule %zu) result-%zu)", i, i);
        assert_string_equal(text_of(&batch.items[i % 10]), text);
    }
    workload_close(facts);
    workload_close(rules);
}

/* The worked example of the encoding: (fact 7 value-7). */
static void test_study_keys(void **state)
{
    (void)state;
    static const uint8_t plain[] = {0x03, 0xc4, 'f', 'a', 'c', 't', 0xc1, '7',
                                    0xc7, 'v',  'a', 'l', 'u', 'e', '-',  '7'};
    static const uint8_t first[] = {0x03, 0xc8, 0, 0, 0, 0,    0, 0, 0, 1, 0xc8, 0, 0, 0,
                                    0,    0,    0, 0, 2, 0xc8, 0, 0, 0, 0, 0,    0, 0, 3};
    struct batch batch;
    struct workload_expectation expected;
    const struct workload_need inline_need = {.batch = 10, .interned = true};
    struct workload *workload = open_or_fail("facts", &inline_need);
    workload_slice(workload, 0, &batch, &expected);
    assert_int_equal(batch.items[7].key_length, sizeof plain);
    assert_memory_equal(batch.items[7].key, plain, sizeof plain);
    workload_close(workload);
    const struct workload_need interned_need = {.batch = 10, .interned = true, .encoded = true};
    workload = open_or_fail("facts", &interned_need);
    workload_slice(workload, 0, &batch, &expected);
    assert_int_equal(batch.items[0].key_length, sizeof first);
    assert_memory_equal(batch.items[0].key, first, sizeof first);
    assert_string_equal(text_of(&batch.items[7]), "(fact 7 value-7)");
    workload_close(workload);
}

static uint64_t first_hash(const char *spec, uint64_t seed, uint64_t *digest)
{
    const struct workload_need need = {.batch = 100, .seed = seed};
    struct workload *workload = open_or_fail(spec, &need);
    struct batch batch;
    struct workload_expectation expected;
    struct workload_info info;
    workload_slice(workload, 0, &batch, &expected);
    workload_describe(workload, &info);
    *digest = info.digest;
    uint64_t mixed = 0;
    for (size_t i = 0; i < batch.count; i++)
        mixed = mixed * 31 + workload_hash(batch.items[i].key, batch.items[i].key_length);
    workload_close(workload);
    return mixed;
}

static void test_seed(void **state)
{
    (void)state;
    uint64_t given, digest, other;
    uint64_t in_order = first_hash("facts", 1, &given);
    assert_int_equal(first_hash("facts", 2, &digest), in_order);
    assert_int_equal(digest, given);

    uint64_t shuffled = first_hash("facts:order=shuffled", 1, &digest);
    assert_int_equal(digest, given);
    assert_int_not_equal(shuffled, in_order);
    assert_int_equal(first_hash("facts:order=shuffled", 1, &digest), shuffled);
    assert_int_not_equal(first_hash("facts:order=shuffled", 2, &digest), shuffled);

    uint64_t random = first_hash("random", 1, &digest);
    assert_int_equal(first_hash("random", 1, &other), random);
    assert_int_equal(other, digest);
    assert_int_not_equal(first_hash("random", 2, &other), random);
    assert_int_not_equal(other, digest);
}

/* Slices of a source without repeats share no item: what is expected of them adds up to all. */
static void test_slices_disjoint(void **state)
{
    (void)state;
    const struct workload_need need = {.batch = 64, .seed = 5};
    static const char *const distinct[] = {"facts", "rules:order=shuffled", "random:order=shuffled"};
    for (size_t i = 0; i < 3; i++) {
        struct workload *workload = open_or_fail(distinct[i], &need);
        struct workload_info info;
        struct batch universe;
        struct workload_expectation expected;
        workload_describe(workload, &info);
        workload_slice(workload, 0, &universe, &expected);
        universe.count = info.items;
        expected = (struct workload_expectation){info.items, info.digest};
        assert_expected(&universe, &expected);
        workload_slice(workload, info.slices, &universe, &expected);
        const struct item *first = universe.items;
        workload_slice(workload, 0, &universe, &expected);
        assert_ptr_equal(universe.items, first);
        workload_close(workload);
    }
}

static void test_duplicates(void **state)
{
    (void)state;
    static const unsigned shares[] = {0, 1, 30, 50, 99};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        char spec[TEXT_BYTES];
        snprintf(spec, sizeof spec, "facts:order=shuffled:duplicates=%u", shares[i]);
        const struct workload_need need = {.batch = 200, .seed = 9};
        struct workload *workload = open_or_fail(spec, &need);
        for (uint64_t slice = 0; slice < 64; slice++) {
            struct batch batch;
            struct workload_expectation expected;
            workload_slice(workload, slice, &batch, &expected);
            assert_int_equal(expected.keys, 200 - 200 * shares[i] / 100);
        }
        workload_close(workload);
    }
}

static void test_random_symbols(void **state)
{
    (void)state;
    const struct workload_need need = {.batch = 131072, .seed = 3};
    struct workload *workload = open_or_fail("random", &need);
    struct batch batch;
    struct workload_expectation expected;
    workload_slice(workload, 0, &batch, &expected);
    assert_int_equal(expected.keys, need.batch);
    bool sizes[25] = {false}, first_bytes[256] = {false};
    for (size_t i = 0; i < batch.count; i++) {
        const struct term *term = batch.items[i].terms;
        assert_int_equal(batch.items[i].term_count, 1);
        assert_int_equal(term->kind, TERM_SYMBOL);
        assert_in_range(term->size, 8, 24);
        sizes[term->size] = true;
        first_bytes[(unsigned char)term->text[0]] = true;
        for (uint32_t k = 0; k < term->size; k++) {
            unsigned char byte = (unsigned char)term->text[k];
            assert_true(byte > 0x20 && byte != 0x7f && strchr("();\"$", byte) == NULL);
        }
    }
    unsigned size_kinds = 0, byte_kinds = 0;
    for (size_t i = 0; i < 256; i++) {
        size_kinds += i < 25 && sizes[i];
        byte_kinds += first_bytes[i];
    }
    assert_int_equal(size_kinds, 17);
    assert_int_equal(byte_kinds, 94 - 5 + 128);
    workload_close(workload);
}

static void test_bad_specs(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *part;
    } cases[] = {
        {"", "unknown workload"},
        {"nonsense", "known: facts, rules"},
        {"facts:", "unknown option \"\""},
        {"facts:order", "unknown option \"order\""},
        {"facts:order=", "no such order"},
        {"facts:order=sorted", "known: given, shuffled"},
        {"facts:size=3", "known: order="},
        {"facts:order=given:order=given", "twice"},
        {"facts:duplicates=", "0 to 99"},
        {"facts:duplicates=100", "0 to 99"},
        {"facts:duplicates=-1", "0 to 99"},
        {"facts:duplicates=+1", "0 to 99"},
        {"facts:duplicates=1x", "0 to 99"},
        {"facts:duplicates=18446744073709551617", "0 to 99"},
        {"file", "no path"},
        {"file:", "no path"},
        {"file::order=given", "no path"},
        {"file:tests/data/family.metta:duplicates=x", "0 to 99"},
        {"file:tests/data/family.metta:colour=red", "No such file"},
        {"a-name-that-is-far-longer-than-any-name-of-a-workload", "too long"},
    };
    const struct workload_need need = {.batch = 1};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(cases[i].spec, &need, cases[i].part);
    static char endless[10000];
    memset(endless, 'a', sizeof endless - 1);
    assert_refused(endless, &need, "too long");
    memcpy(endless, "file:", 5);
    assert_refused(endless, &need, "too long");
}

static void test_no_memory(void **state)
{
    (void)state;
    const struct workload_need huge = {.batch = UINT64_MAX};
    assert_refused("facts", &huge, "batch");
    /* The sanitizers cannot live under such a limit. */
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    const struct workload_need large = {.batch = 10000000, .interned = true, .encoded = true};
    for (rlim_t limit = 64; limit <= 512; limit *= 2) {
        struct rlimit now = {limit << 20, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
        struct error error = {""};
        struct workload *workload = NULL;
        bool opened = workload_open("facts:order=shuffled", &large, &workload, &error);
        assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
        assert_false(opened);
        assert_non_null(strstr(error.text, "no memory for items"));
    }
#endif
}

/* Only the symbol table takes memory from malloc; whichever piece it lacks, nothing is left behind. */
static void test_every_allocation_fails(void **state)
{
    (void)state;
    const struct workload_need need = {.batch = 300, .interned = true, .encoded = true};
    size_t failures = 0;
    for (bool fired = true; fired; failures++) {
        struct error error = {""};
        struct workload *workload = NULL;
        long live = fault_live();
        fault_arm(failures, false);
        bool opened = workload_open("rules", &need, &workload, &error);
        fired = fault_disarm();
        assert_int_equal(opened, !fired);
        workload_close(workload);
        assert_int_equal(fault_live(), live);
    }
    assert_true(failures > 3);
}

static void test_entries(void **state)
{
    (void)state;
    size_t count;
    const struct workload_entry *entries = workload_entries(&count);
    assert_int_equal(count, SPECS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strncmp(entries[i].name, specs[i], strlen(entries[i].name)), 0);
        assert_true(strlen(entries[i].sentence) > 10);
    }
    assert_string_equal(entries[2].package, "wamerican-huge");
    assert_string_equal(entries[3].package, "wordnet-base");
}

int main(void)
{
    unsetenv("TRIEBENCH_WORDS");
    unsetenv("TRIEBENCH_WORDNET");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_combinations),
        cmocka_unit_test(test_universe_size),
        cmocka_unit_test(test_study_texts),
        cmocka_unit_test(test_study_keys),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_slices_disjoint),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_random_symbols),
        cmocka_unit_test(test_bad_specs),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_every_allocation_fails),
        cmocka_unit_test(test_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
