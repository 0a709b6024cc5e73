/* test_encoder.c - which symbols a look at a batch finds to come again: those, and never one that comes once.
 */
#include "strategies/encoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS_MAX = 4000, COUNT_FIRST = 128, COUNT_STEP = 61, TERMS = 3 };

static char numbers[ITEMS_MAX][8];
static struct term terms[ITEMS_MAX][TERMS];
static struct item items[ITEMS_MAX];

static int make_items(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ITEMS_MAX; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%u", i);
        terms[i][0] = (struct term){.size = 2, .kind = TERM_LIST};
        terms[i][1] = (struct term){.text = "fact", .size = 4, .kind = TERM_SYMBOL};
        terms[i][2] =
            (struct term){.text = numbers[i], .size = (uint32_t)strlen(numbers[i]), .kind = TERM_SYMBOL};
        items[i] = (struct item){.terms = terms[i], .term_count = TERMS};
    }
    return 0;
}

/* For many batches, since whether two symbols look alike at a glance is chance. */
static void only_what_repeats_is_interned(void **state)
{
    (void)state;
    for (size_t count = COUNT_FIRST; count <= ITEMS_MAX; count += COUNT_STEP) {
        struct space space = {.symbols = NULL};
        struct symbols_stats stats;
        uint64_t id;
        bool assume_new = count % 2;
        assert_int_equal(symbols_create(&space.symbols), TRIE_OK);
        assert_int_equal(encoder_expect_parts(&space, items, count, &assume_new), STRATEGY_OK);
        assert_int_equal(assume_new, count % 2);
        assert_true(symbols_find(space.symbols, "fact", 4, &id));
        symbols_measure(space.symbols, &stats);
        assert_int_equal(stats.symbols, 1);
        symbols_destroy(space.symbols);
    }
}

static void few_items_are_not_looked_at(void **state)
{
    (void)state;
    struct space space = {.symbols = NULL};
    struct symbols_stats stats;
    bool assume_new = false;
    assert_int_equal(symbols_create(&space.symbols), TRIE_OK);
    assert_int_equal(encoder_expect_parts(&space, items, COUNT_FIRST - 1, &assume_new), STRATEGY_OK);
    symbols_measure(space.symbols, &stats);
    assert_int_equal(stats.symbols, 0);
    symbols_destroy(space.symbols);
}

/* Each text would have to be looked for among them. */
static void nothing_is_assumed_where_many_are_there(void **state)
{
    (void)state;
    struct space space = {.symbols = NULL};
    struct symbols_writer writer;
    uint64_t id;
    bool assume_new = true;
    assert_int_equal(symbols_create(&space.symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(space.symbols, &writer), TRIE_OK);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(symbols_intern(space.symbols, &writer, numbers[i], strlen(numbers[i]), &id),
                         TRIE_OK);
    symbols_writer_release(space.symbols, &writer);
    assert_int_equal(encoder_expect_parts(&space, items, ITEMS_MAX, &assume_new), STRATEGY_OK);
    assert_false(assume_new);
    symbols_destroy(space.symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_repeats_is_interned),
        cmocka_unit_test(few_items_are_not_looked_at),
        cmocka_unit_test(nothing_is_assumed_where_many_are_there),
    };
    return cmocka_run_group_tests(tests, make_items, NULL);
}
