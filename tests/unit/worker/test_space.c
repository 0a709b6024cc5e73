/*
 * test_space.c - what a space counts of its symbol table's damage as it is destroyed, summed over a trial.
 */
#include "strategies/space.h"
#include "trie/symbols_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_summed),
        cmocka_unit_test(nobody_need_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
