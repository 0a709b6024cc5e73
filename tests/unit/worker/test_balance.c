/* test_balance.c - shares of a batch: whole, in order, and such that unlike workers end together. */
#include "strategies/balance.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORKERS = 3, ROUNDS = 200 };

static void check_bounds(const struct balance *balance, size_t count)
{
    size_t bounds[WORKERS + 1];
    balance_bounds(balance, count, bounds);
    assert_int_equal(bounds[0], 0);
    assert_int_equal(bounds[WORKERS], count);
    for (unsigned i = 0; i < WORKERS; i++)
        assert_true(bounds[i] <= bounds[i + 1]);
}

static void parts_make_the_whole(void **state)
{
    (void)state;
    struct balance *balance;
    assert_int_equal(balance_open(WORKERS, &balance), STRATEGY_OK);
    const size_t counts[] = {0, 1, 2, 3, 4, 999, 1000, 10000000, SIZE_MAX};
    const uint64_t ends_ns[] = {1, 5000, UINT64_C(1) << 60};
    for (unsigned round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            check_bounds(balance, counts[i]);
            balance_learn(balance, counts[i], ends_ns);
        }
    balance_close(balance);
}

/* Worker w takes costs_ns[w] an item, and begins begins_ns[w] after the first. */
static void work(const size_t *bounds, const uint64_t *costs_ns, const uint64_t *begins_ns, uint64_t *ends_ns)
{
    for (unsigned i = 0; i < WORKERS; i++)
        ends_ns[i] = begins_ns[i] + costs_ns[i] * (bounds[i + 1] - bounds[i]);
}

static void unlike_workers_end_together(void **state)
{
    (void)state;
    struct balance *balance;
    assert_int_equal(balance_open(WORKERS, &balance), STRATEGY_OK);
    const uint64_t costs_ns[] = {40, 50, 60}, begins_ns[] = {0, 900, 1500};
    uint64_t ends_ns[WORKERS];
    size_t bounds[WORKERS + 1];
    for (unsigned round = 0; round < ROUNDS; round++) {
        balance_bounds(balance, 1000, bounds);
        work(bounds, costs_ns, begins_ns, ends_ns);
        balance_learn(balance, 1000, ends_ns);
    }
    for (unsigned i = 1; i < WORKERS; i++)
        assert_in_range(ends_ns[i], ends_ns[0] - ends_ns[0] / 50, ends_ns[0] + ends_ns[0] / 50);

    /* Batches of another size have shares of their own. */
    balance_bounds(balance, 300000, bounds);
    assert_int_equal(bounds[1], 100000);
    balance_close(balance);
}

/* One that was very late once gets hardly less, and one that is always late still has work. */
static void one_late_batch_changes_little(void **state)
{
    (void)state;
    struct balance *balance;
    assert_int_equal(balance_open(WORKERS, &balance), STRATEGY_OK);
    const uint64_t ends_ns[] = {1000, 1000, 100000000}, none_ns[WORKERS] = {0};
    size_t bounds[WORKERS + 1];
    balance_learn(balance, 900, none_ns);
    balance_bounds(balance, 900, bounds);
    assert_int_equal(bounds[2], 600);
    balance_learn(balance, 900, ends_ns);
    balance_bounds(balance, 900, bounds);
    assert_in_range(bounds[2], 601, 640);
    for (unsigned round = 0; round < ROUNDS; round++)
        balance_learn(balance, 900, ends_ns);
    balance_bounds(balance, 900, bounds);
    assert_in_range(bounds[2], 640, 760);
    balance_close(balance);
}

static void no_memory(void **state)
{
    (void)state;
    struct balance *balance = NULL;
    fault_arm(0, false);
    assert_int_equal(balance_open(WORKERS, &balance), STRATEGY_NO_MEMORY);
    assert_true(fault_disarm());
    balance_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(unlike_workers_end_together),
        cmocka_unit_test(one_late_batch_changes_little),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
