/*
 * test_space.c - what a space counts of its symbol table's damage as it is destroyed, summed over a trial;
 * and what malloc is shown of large batches.
 */
#include "strategies/space.h"
#include "tests/support/fault.h"
#include "trie/symbols_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A space with two texts, of which the first is written over if asked for, is made and destroyed. */
static void make_and_destroy(struct trie_state *state, bool torn)
{
    void *made = NULL;
    struct symbols_writer writer;
    uint64_t id, other;
    assert_int_equal(space_create(state, &made), STRATEGY_OK);
    struct symbols *symbols = ((struct space *)made)->symbols;
    assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
    assert_int_equal(symbols_intern(symbols, &writer, "first", 5, &id), TRIE_OK);
    assert_int_equal(symbols_intern(symbols, &writer, "second", 6, &other), TRIE_OK);
    symbols_writer_release(symbols, &writer);
    if (torn)
        symbols->slots[id >> SYMBOLS_SLOT_SHIFT].first->data[1] = 'F';
    space_destroy(state, made);
}

static void damage_is_summed(void **unused)
{
    (void)unused;
    struct strategy_damage damage = {0};
    struct strategy_setup setup = {.workers = 1, .interned = true, .damage = &damage};
    struct trie_state state = trie_state_with(&setup, (const int64_t[]){1, 0});
    make_and_destroy(&state, false);
    assert_int_equal(damage.texts_wrong, 0);
    make_and_destroy(&state, true);
    make_and_destroy(&state, true);
    assert_int_equal(damage.texts_wrong, 2);
    assert_int_equal(damage.slabs_lost, 0);
}

static void nobody_need_ask(void **unused)
{
    (void)unused;
    struct strategy_setup setup = {.workers = 1, .interned = true};
    struct trie_state state = trie_state_with(&setup, (const int64_t[]){1, 1});
    make_and_destroy(&state, true);
}

static void malloc_sees_what_batches_need(void **state)
{
    (void)state;
    long live = fault_live();
    void *lid;
    assert_int_equal(space_announce(0, &lid), STRATEGY_OK);
    assert_null(lid);
    assert_int_equal(space_announce(1000, &lid), STRATEGY_OK);
    assert_null(lid);
    assert_int_equal(fault_live(), live);
    for (size_t count = 200000; count < (size_t)1 << 62; count *= 100) {
        assert_int_equal(space_announce(count, &lid), STRATEGY_OK);
        assert_non_null(lid);
        assert_int_equal(fault_live(), live + 1);
        free(lid);
    }
}

/* It is a hint: without room for all of it there is less of it, and without any there is none. */
static void malloc_has_less_to_show(void **state)
{
    (void)state;
    long live = fault_live();
    for (size_t k = 0; k < 4; k++) {
        void *lid;
        fault_arm(k, true);
        enum strategy_status status = space_announce(1000000, &lid);
        assert_true(fault_disarm());
        assert_int_equal(status, k == 0 ? STRATEGY_NO_MEMORY : STRATEGY_OK);
        assert_int_equal(lid != NULL, k > 1);
        assert_int_equal(fault_live(), live + (k > 1));
        free(lid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_summed),
        cmocka_unit_test(nobody_need_ask),
        cmocka_unit_test(malloc_sees_what_batches_need),
        cmocka_unit_test(malloc_has_less_to_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
