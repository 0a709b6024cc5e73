/* test_region.c - nodes cut out of blocks: where they lie, how long a block lives, and that counts are right.
 */
#include "tests/support/fault.h"
#include "tests/support/model.h"
#include "trie/huge.h"
#include "trie/region.h"
#include "trie/trie.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 20000, KEY_BYTES = 24 };

static uint8_t bytes[KEYS][KEY_BYTES];
static struct trie_key keys[KEYS];

/* Ascending: big-endian numbers behind a stem, then a rest too long to lie in a link. */
static int make_keys(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++) {
        memset(bytes[i], 'k', KEY_BYTES);
        for (unsigned byte = 0; byte < 4; byte++)
            bytes[i][4 + byte] = (uint8_t)(i >> (24 - 8 * byte));
        keys[i] = (struct trie_key){bytes[i], KEY_BYTES};
    }
    return 0;
}

static void build(struct trie *t, size_t from, size_t count)
{
    struct trie_region region;
    trie_init(t);
    trie_region_open(&region, trie_build_bytes(keys + from, count));
    assert_int_equal(trie_build_in(t, &region, keys + from, count), TRIE_OK);
    trie_region_close(&region);
}

static void a_build_asks_seldom(void **state)
{
    (void)state;
    struct trie t, copy;
    struct trie_stats stats;
    long before = fault_live();
    build(&t, 0, KEYS);
    assert_int_equal(trie_measure(&t, &stats), TRIE_OK);
    assert_int_equal(stats.keys, KEYS);
    assert_true(stats.leaves + stats.branches > KEYS);
    /* Those of 256 children lie by themselves. */
    long blocks = fault_live() - before - (long)stats.branches_by_kind[TRIE_BRANCH_KINDS - 1];
    assert_in_range(blocks, 1, 8);
    assert_int_equal(stats.shared, 0);
    trie_snapshot(&t, &copy);
    assert_int_equal(trie_measure(&t, &stats), TRIE_OK);
    assert_int_equal(stats.shared, 1);
    trie_clear(&copy);
    assert_int_equal(trie_measure(&t, &stats), TRIE_OK);
    assert_int_equal(stats.shared, 0);
    trie_clear(&t);
    assert_int_equal(fault_live(), before);
}

static void blocks_outlive_their_region_and_mix(void **state)
{
    (void)state;
    struct trie left, right, copy;
    struct model model = {0};
    long before = fault_live();
    build(&left, 0, 600);
    build(&right, 300, 600);
    trie_snapshot(&right, &copy);
    assert_int_equal(trie_absorb(&left, &right), TRIE_OK);
    long models = fault_live();
    for (size_t i = 0; i < 900; i++)
        model_insert(&model, keys[i].bytes, keys[i].length);
    assert_null(model_difference(&model, &left));
    trie_clear(&left);
    model_clear(&model);
    for (size_t i = 300; i < 900; i++)
        model_insert(&model, keys[i].bytes, keys[i].length);
    assert_null(model_difference(&model, &copy));
    model_clear(&model);
    assert_true(fault_live() < models);
    trie_clear(&copy);
    assert_int_equal(fault_live(), before);
}

static void an_empty_region_costs_nothing(void **state)
{
    (void)state;
    long before = fault_live();
    struct trie_region region;
    trie_region_open(&region, SIZE_MAX);
    assert_int_equal(fault_live(), before);
    trie_region_close(&region);
    trie_region_close(&region);
}

/* A region of which so much is expected that its blocks are huge pages: nodes like any other. */
static void huge_blocks_hold_nodes(void **state)
{
    (void)state;
    long before = fault_live();
    struct trie_region region;
    struct trie trie;
    trie_init(&trie);
    trie_region_open(&region, HUGE_FROM_BYTES);
    for (size_t k = 0; k < 3; k++) { /* the two stacks of a build, and the block */
        fault_arm(k, false);
        assert_int_equal(trie_build_in(&trie, &region, keys, KEYS), TRIE_NO_MEMORY);
        assert_true(fault_disarm());
        assert_int_equal(fault_live(), before);
    }
    assert_int_equal(trie_build_in(&trie, &region, keys, KEYS), TRIE_OK);
    trie_region_close(&region);
    for (size_t i = 0; i < KEYS; i++)
        assert_true(trie_contains(&trie, keys[i].bytes, keys[i].length));
    trie_clear(&trie);
    assert_int_equal(fault_live(), before);
}

static void huge_memory_is_aligned_and_written(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 4096, HUGE_PAGE_BYTES - 65, HUGE_PAGE_BYTES - 64,
                            3 * (size_t)HUGE_PAGE_BYTES + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *memory = huge_alloc(sizes[i]);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % (sizes[i] < HUGE_PAGE_BYTES - 64 ? 4096 : HUGE_PAGE_BYTES), 0);
        memset(memory, 0xA5, sizes[i]);
        assert_int_equal(memory[sizes[i] - 1], 0xA5);
        free(memory);
    }
    fault_arm(0, false);
    assert_null(huge_alloc(HUGE_PAGE_BYTES));
    assert_true(fault_disarm());
}

/* Several threads give up nodes of the same blocks. */
static void *drop_copy(void *argument)
{
    trie_clear(argument);
    return NULL;
}

static void threads_give_up_nodes_of_one_block(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    long before = fault_live();
    struct trie parts[THREADS];
    pthread_t threads[THREADS];
    struct trie_region region;
    trie_region_open(&region, 1 << 20);
    for (size_t i = 0; i < THREADS; i++) {
        trie_init(&parts[i]);
        assert_int_equal(trie_build_in(&parts[i], &region, keys + i * 1000, 1000), TRIE_OK);
    }
    trie_region_close(&region);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, drop_copy, &parts[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(fault_live(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_asks_seldom),
        cmocka_unit_test(blocks_outlive_their_region_and_mix),
        cmocka_unit_test(an_empty_region_costs_nothing),
        cmocka_unit_test(huge_blocks_hold_nodes),
        cmocka_unit_test(huge_memory_is_aligned_and_written),
        cmocka_unit_test(threads_give_up_nodes_of_one_block),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
