/* test_trie.c - the corners of the trie that random scripts do not reach: sizes, depth, sharing, exact
 * memory. */
#include "tests/support/fault.h"
#include "tests/support/model.h"
#include "trie/trie.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static void insert(struct trie *t, const void *key, size_t length)
{
    assert_int_equal(trie_insert(t, key, length, NULL), TRIE_OK);
}

static void empty_set(void **unused)
{
    (void)unused;
    struct trie t, copy;
    trie_init(&t);
    assert_true(trie_is_empty(&t));
    assert_false(trie_contains(&t, (const uint8_t *)"", 0));
    trie_snapshot(&t, &copy);
    assert_int_equal(trie_union(&t, &copy), TRIE_OK);
    size_t count = 7;
    assert_int_equal(trie_count(&t, &count), TRIE_OK);
    assert_int_equal(count, 0);
    assert_int_equal(trie_build(&t, NULL, 0), TRIE_OK);
    assert_null(trie_fault(&t));
    trie_clear(&t);
}

static void keys_of_any_kind(void **unused)
{
    (void)unused;
    static const uint8_t long_key[65536] = {1, 2, 3};
    struct model m = {0};
    struct trie t = {0};
    const struct trie_key keys[] = {
        {(const uint8_t *)"", 0},
        {(const uint8_t *)"\0", 1},
        {(const uint8_t *)"\0\0", 2},
        {(const uint8_t *)"abc", 3},
        {(const uint8_t *)"abcdefghij", 10},
        {(const uint8_t *)"abcdefghijk", 11},
        {long_key, sizeof long_key},
        {long_key, sizeof long_key - 1},
        {long_key + 1, sizeof long_key - 1},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        bool added = false;
        assert_int_equal(trie_insert(&t, keys[i].bytes, keys[i].length, &added), TRIE_OK);
        assert_true(added);
        model_insert(&m, keys[i].bytes, keys[i].length);
        assert_null(model_difference(&m, &t));
    }
    bool added = true;
    assert_int_equal(trie_insert(&t, long_key, sizeof long_key, &added), TRIE_OK);
    assert_false(added);
    trie_clear(&t);
    model_clear(&m);
}

static void too_long_a_key(void **unused)
{
    (void)unused;
    uint8_t *key = calloc(1, TRIE_KEY_BYTES_MAX + 1);
    assert_non_null(key);
    struct trie t = {0};
    assert_int_equal(trie_insert(&t, key, TRIE_KEY_BYTES_MAX, NULL), TRIE_OK);
    assert_int_equal(trie_insert(&t, key, TRIE_KEY_BYTES_MAX + 1, NULL), TRIE_KEY_TOO_LONG);
    assert_true(trie_contains(&t, key, TRIE_KEY_BYTES_MAX));
    struct trie sub = {0};
    insert(&sub, key, TRIE_KEY_BYTES_MAX);
    assert_int_equal(trie_graft(&t, key, TRIE_KEY_BYTES_MAX, &sub), TRIE_OK);
    trie_snapshot(&t, &sub);
    assert_int_equal(trie_graft(&t, key, TRIE_KEY_BYTES_MAX + 1, &sub), TRIE_KEY_TOO_LONG);
    trie_clear(&sub);
    trie_clear(&t);
    free(key);
}

/* Every prefix of one long key: a branch at each byte, as deep as a trie can be made. */
enum { DEPTH = 8000 };

static void *deep_body(void *unused)
{
    (void)unused;
    static uint8_t key[DEPTH];
    memset(key, 'd', sizeof key);
    struct trie t = {0}, copy = {0}, other = {0};
    for (size_t i = 1; i <= DEPTH; i++)
        insert(&t, key, i);
    trie_snapshot(&t, &copy);
    insert(&other, key, DEPTH / 2);
    key[DEPTH - 1] = 'e';
    insert(&other, key, DEPTH);
    assert_int_equal(trie_union(&t, &other), TRIE_OK);
    assert_int_equal(trie_absorb(&copy, &other), TRIE_OK);
    size_t count = 0;
    assert_int_equal(trie_count(&t, &count), TRIE_OK);
    assert_int_equal(count, DEPTH + 1);
    struct trie_stats stats;
    assert_int_equal(trie_measure(&t, &stats), TRIE_OK);
    assert_in_range(stats.depth_max, DEPTH - 1, DEPTH + 1);
    assert_null(trie_fault(&t));
    trie_clear(&t);
    trie_clear(&copy);
    return NULL;
}

/* On a stack too small for a frame a level. */
static void deep_tries_need_no_stack(void **unused)
{
    (void)unused;
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    assert_int_equal(pthread_create(&thread, &attributes, deep_body, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

static void snapshot_costs_nothing_and_shares(void **unused)
{
    (void)unused;
    struct trie t = {0}, copy;
    uint8_t key[DRAWN_KEY_BYTES_MAX];
    uint64_t state = 1;
    for (size_t i = 0; i < 500; i++)
        insert(&t, key, draw_key(KEYS_TEXT, &state, key));
    long live = fault_live();
    trie_snapshot(&t, &copy);
    assert_int_equal(fault_live(), live);
    /* A key that is there copies nothing either. */
    bool added = true;
    uint64_t again = 1;
    assert_int_equal(trie_insert(&copy, key, draw_key(KEYS_TEXT, &again, key), &added), TRIE_OK);
    assert_false(added);
    assert_int_equal(fault_live(), live);
    insert(&copy, "(fact new)", 10);
    assert_true(fault_live() > live);
    assert_false(trie_contains(&t, (const uint8_t *)"(fact new)", 10));
    trie_clear(&copy);
    assert_int_equal(fault_live(), live);
    trie_clear(&t);
}

static void union_with_what_is_disjoint_shares(void **unused)
{
    (void)unused;
    struct trie left = {0}, right = {0};
    char key[32];
    for (int i = 0; i < 1000; i++) {
        insert(&left, key, (size_t)snprintf(key, sizeof key, "left %d and its rest", i));
        insert(&right, key, (size_t)snprintf(key, sizeof key, "right %d and its rest", i));
    }
    long live = fault_live();
    assert_int_equal(trie_union(&left, &right), TRIE_OK);
    assert_in_range(fault_live() - live, 0, 3);
    long before_absorb = fault_live();
    assert_int_equal(trie_absorb(&left, &right), TRIE_OK);
    assert_true(fault_live() <= before_absorb);
    size_t count;
    assert_int_equal(trie_count(&left, &count), TRIE_OK);
    assert_int_equal(count, 2000);
    trie_clear(&left);
}

static void unsorted_keys_are_refused(void **unused)
{
    (void)unused;
    const struct trie_key keys[] = {{(const uint8_t *)"b", 1},
                                    {(const uint8_t *)"c", 1},
                                    {(const uint8_t *)"ca", 2},
                                    {(const uint8_t *)"c", 1}};
    struct trie t = {0};
    assert_int_equal(trie_build(&t, keys, 4), TRIE_NOT_SORTED);
    assert_true(trie_is_empty(&t));
    assert_int_equal(trie_build(&t, keys, 3), TRIE_OK);
    trie_clear(&t);
}

/* The same keys, inserted or built, in any order, take nodes of the same shape; and the bytes are the
 * mallocs'. */
static void statistics_are_exact(void **unused)
{
    (void)unused;
    struct trie t = {0};
    insert(&t, "a longer first key", 18);
    insert(&t, "a longer second key", 19);
    insert(&t, "a longer", 8);
    struct trie_stats s;
    assert_int_equal(trie_measure(&t, &s), TRIE_OK);
    assert_int_equal(s.keys, 3);
    assert_int_equal(s.branches, 2);
    assert_int_equal(s.leaves + s.leaves_inline, 2);
    assert_int_equal(s.shared, 0);
    assert_int_equal(s.depth_max, 3);
    /* "a longer" | ' ' -> "" | 'f' -> "irst key", 's' -> "econd key" */
    assert_int_equal(s.prefix_bytes, 8);
    assert_int_equal(s.rest_bytes, 8 + 9);
    assert_int_equal(s.bytes, 56 + 56 + 24 + 24);
    trie_clear(&t);
}

struct writer {
    struct trie trie;
    unsigned number;
    size_t count;
};

static void *write_into_snapshot(void *context)
{
    struct writer *w = context;
    char key[64];
    for (int i = 0; i < 3000; i++) {
        int length = snprintf(key, sizeof key, "key %d of writer %u", i, i % 3 == 0 ? 0 : w->number);
        if (trie_insert(&w->trie, (const uint8_t *)key, (size_t)length, NULL) != TRIE_OK)
            return NULL;
    }
    if (trie_count(&w->trie, &w->count) != TRIE_OK)
        w->count = 0;
    trie_clear(&w->trie);
    return NULL;
}

/* Handles of several threads share nodes while all of them write, and give them up in any order. */
static void threads_share_nodes(void **unused)
{
    (void)unused;
    enum { WRITERS = 4 };
    struct trie base = {0};
    char key[64];
    for (int i = 0; i < 1000; i++)
        insert(&base, key, (size_t)snprintf(key, sizeof key, "key %d of base", i));
    struct writer writers[WRITERS] = {0};
    pthread_t threads[WRITERS];
    for (unsigned i = 0; i < WRITERS; i++) {
        trie_snapshot(&base, &writers[i].trie);
        writers[i].number = i + 1;
        assert_int_equal(pthread_create(&threads[i], NULL, write_into_snapshot, &writers[i]), 0);
    }
    trie_clear(&base);
    for (unsigned i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(writers[i].count, 4000);
    }
}

static void words_for_every_status(void **unused)
{
    (void)unused;
    assert_string_equal(trie_status_id(TRIE_OK), "ok");
    assert_string_equal(trie_status_id(TRIE_UNKNOWN_SYMBOL), "unknown-symbol");
    assert_string_equal(trie_status_id((enum trie_status)999), "unknown");
    assert_string_equal(trie_status_sentence((enum trie_status) - 1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_set),
        cmocka_unit_test(keys_of_any_kind),
        cmocka_unit_test(too_long_a_key),
        cmocka_unit_test(deep_tries_need_no_stack),
        cmocka_unit_test(snapshot_costs_nothing_and_shares),
        cmocka_unit_test(union_with_what_is_disjoint_shares),
        cmocka_unit_test(unsorted_keys_are_refused),
        cmocka_unit_test(statistics_are_exact),
        cmocka_unit_test(threads_share_nodes),
        cmocka_unit_test(words_for_every_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
