/* test_order.c - sorting keys: every kind of keys, in and out of order, repeats, and ranges within ranges. */
#include "strategies/order.h"
#include "tests/support/fault.h"
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS_MAX = 3000, ROUNDS = 40 };

static uint8_t bytes[KEYS_MAX][DRAWN_KEY_BYTES_MAX];
static struct trie_key drawn[KEYS_MAX];

static int compare(const void *left, const void *right)
{
    const struct trie_key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static void check_sorted(struct order *order, size_t count)
{
    memcpy(order->keys, drawn, count * sizeof drawn[0]);
    assert_int_equal(order_sort(order, count), STRATEGY_OK);
    qsort(drawn, count, sizeof drawn[0], compare);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(compare(&order->keys[i], &drawn[i]), 0);
    size_t stem = 0;
    if (count > 0)
        assert_true(order_holds(order, count, &stem));
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(order->keys[i].bytes, order->keys[0].bytes, stem);
}

static void keys_of_every_kind(void **state)
{
    (void)state;
    struct order order;
    uint64_t seed = 7;
    assert_int_equal(order_open(&order, KEYS_MAX), STRATEGY_OK);
    for (unsigned kind = 0; kind < KEY_KINDS; kind++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            size_t count = draw_below(&seed, round % 4 == 0 ? KEYS_MAX : 60);
            for (size_t i = 0; i < count; i++)
                drawn[i] = (struct trie_key){bytes[i], draw_key((enum key_kind)kind, &seed, bytes[i])};
            check_sorted(&order, count);
            check_sorted(&order, count); /* in order already */
        }
    order_close(&order);
}

/* Keys that agree for long, part for one byte, and agree again: ties of many levels, and zeros at ends. */
static void ties_within_ties(void **state)
{
    (void)state;
    struct order order;
    assert_int_equal(order_open(&order, KEYS_MAX), STRATEGY_OK);
    for (size_t i = 0; i < KEYS_MAX; i++) {
        size_t number = i * 1861 % KEYS_MAX;
        memset(bytes[i], 0, 64);
        for (unsigned level = 0; level < 5; level++, number /= 4)
            bytes[i][11 * level + 10] = (uint8_t)(number % 4);
        drawn[i] = (struct trie_key){bytes[i], 20 + i % 40};
    }
    check_sorted(&order, KEYS_MAX);
    order_close(&order);
}

static void numbers_that_sort_as_keys_do(void **state)
{
    (void)state;
    const struct trie_key shorter = {(const uint8_t *)"stem\x01", 5},
                          longer = {(const uint8_t *)"stem\x01\x02", 6};
    assert_true(order_prefix(&shorter, 4) < order_prefix(&longer, 4));
    assert_int_equal(order_prefix(&shorter, 4), UINT64_C(0x0100000000000000));
    assert_int_equal(order_prefix(&shorter, 5), 0);
    assert_int_equal(order_common(&shorter, &longer), 5);
    assert_true(order_compare(&shorter, &longer) < 0);
    assert_true(order_compare(&longer, &shorter) > 0);
    assert_int_equal(order_compare(&longer, &longer), 0);
}

static void room_grows(void **state)
{
    (void)state;
    struct order order;
    assert_int_equal(order_open(&order, 2), STRATEGY_OK);
    const struct trie_key *before = order.keys;
    assert_int_equal(order_reserve(&order, 2), STRATEGY_OK);
    assert_ptr_equal(order.keys, before);
    long live = fault_live();
    fault_arm(0, false);
    assert_int_equal(order_reserve(&order, KEYS_MAX), STRATEGY_NO_MEMORY);
    assert_true(fault_disarm());
    assert_ptr_equal(order.keys, before);
    assert_int_equal(fault_live(), live);
    assert_int_equal(order_reserve(&order, KEYS_MAX), STRATEGY_OK);
    assert_true(order.count_max >= KEYS_MAX);
    order_close(&order);
}

/* Sorting needs room beside the keys, but not for keys that are in order. */
static void scratch_is_for_disorder(void **state)
{
    (void)state;
    struct order order;
    assert_int_equal(order_open(&order, KEYS_MAX), STRATEGY_OK);
    for (size_t i = 0; i < KEYS_MAX; i++) {
        bytes[i][0] = (uint8_t)(i >> 8);
        bytes[i][1] = (uint8_t)i;
        order.keys[i] = (struct trie_key){bytes[i], 2};
    }
    long live = fault_live();
    assert_int_equal(order_sort(&order, KEYS_MAX), STRATEGY_OK);
    assert_int_equal(fault_live(), live);
    order.keys[7] = order.keys[8];
    order.keys[8] = (struct trie_key){bytes[7], 2};
    for (size_t k = 0; k < 4; k++) { /* each of its arrays */
        fault_arm(k, false);
        assert_int_equal(order_sort(&order, KEYS_MAX), STRATEGY_NO_MEMORY);
        assert_true(fault_disarm());
        assert_int_equal(fault_live(), live);
    }
    assert_int_equal(order_sort(&order, KEYS_MAX), STRATEGY_OK);
    size_t stem;
    assert_true(order_holds(&order, KEYS_MAX, &stem));
    order_close(&order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_every_kind),           cmocka_unit_test(ties_within_ties),
        cmocka_unit_test(numbers_that_sort_as_keys_do), cmocka_unit_test(room_grows),
        cmocka_unit_test(scratch_is_for_disorder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
