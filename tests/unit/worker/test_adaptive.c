/* test_adaptive.c - which strategies `adaptive` tries with batches of a size, and that it settles on one. */
#include "strategies/registry.h"
#include "tests/support/clock.h"
#include "trie/bytes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

enum { ITEMS_MAX = 70000, KEY_BYTES = 8, WORKERS_MAX = 2, TRIES = 2, SETTLED = 4 };

enum tried { PARTITION = 1 << 0, SEQUENTIAL = 1 << 1, SORTED = 1 << 2 };

static uint8_t keys[ITEMS_MAX][KEY_BYTES];
static struct item items[ITEMS_MAX];

static int make_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < ITEMS_MAX; i++) {
        bytes_store_be64(keys[i], i);
        items[i] = (struct item){.key = keys[i], .key_length = KEY_BYTES};
    }
    return 0;
}

/* Told by the phases that it went through: one sorts, one gives work to others. */
static enum tried who_was_it(const uint64_t *phase_ns)
{
    if (phase_ns[PHASE_SORT] > 0)
        return SORTED;
    return phase_ns[PHASE_HANDOFF] > 0 ? PARTITION : SEQUENTIAL;
}

static enum tried insert_one(const struct strategy *adaptive, void *state, size_t count)
{
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    uint64_t phase_ns[PHASE_COUNT] = {0};
    struct strategy_run run = {.progress = progress, .phase_ns = phase_ns};
    struct batch batch = {.items = items, .count = count};
    void *space;
    assert_int_equal(adaptive->create(state, &space), STRATEGY_OK);
    assert_int_equal(adaptive->insert(state, space, &batch, &run), STRATEGY_OK);
    adaptive->destroy(state, space);
    return who_was_it(phase_ns);
}

static void check_where(unsigned workers, size_t count, unsigned expected, struct strategy_alone *alone)
{
    const struct strategy *adaptive = strategy_find("adaptive");
    int64_t options[8];
    for (size_t i = 0; i < adaptive->option_count; i++) {
        options[i] = adaptive->options[i].preset;
        if (strcmp(adaptive->options[i].name, "tries") == 0)
            options[i] = TRIES;
    }
    struct strategy_setup setup = {.workers = workers,
                                   .encoded = true,
                                   .batch_max = ITEMS_MAX,
                                   .options = options,
                                   .now_ns = clock_ns,
                                   .alone = alone};
    void *state;
    unsigned tried = 0;
    assert_int_equal(adaptive->open(&setup, &state), STRATEGY_OK);
    for (unsigned i = 0; i < TRIES * (unsigned)__builtin_popcount(expected); i++)
        tried |= insert_one(adaptive, state, count);
    assert_int_equal(tried, expected);
    enum tried chosen = insert_one(adaptive, state, count);
    assert_true((chosen & expected) != 0);
    for (unsigned i = 0; i < SETTLED; i++)
        assert_int_equal(insert_one(adaptive, state, count), chosen);
    adaptive->close(state);
}

static void check(unsigned workers, size_t count, unsigned expected)
{
    check_where(workers, count, expected, NULL);
}

static void small_batches_go_to_all(void **state)
{
    (void)state;
    check(2, 1, PARTITION | SEQUENTIAL | SORTED);
    check(2, 1000, PARTITION | SEQUENTIAL | SORTED);
    check(2, 65535, PARTITION | SEQUENTIAL | SORTED);
    check(1, 1000, SEQUENTIAL | SORTED);
}

static void large_ones_of_several_are_parallel(void **state)
{
    (void)state;
    check(2, 65536, PARTITION);
    check(2, ITEMS_MAX, PARTITION);
    check(1, ITEMS_MAX, SEQUENTIAL | SORTED);
}

/* Parts that run one after the other take longer than sequential does, which says nothing. */
static void parts_that_run_alone_are_not_compared(void **state)
{
    (void)state;
    struct strategy_alone alone = {.jobs = 0};
    check_where(2, 1000, PARTITION, &alone);
    assert_true(alone.jobs > 0);
    check_where(1, 1000, SEQUENTIAL | SORTED, &alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_batches_go_to_all),
        cmocka_unit_test(large_ones_of_several_are_parallel),
        cmocka_unit_test(parts_that_run_alone_are_not_compared),
    };
    return cmocka_run_group_tests_name("adaptive", tests, make_items, NULL);
}
