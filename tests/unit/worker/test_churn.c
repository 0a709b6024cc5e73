/* test_churn.c - the control of allocation draws the trie's sizes, gives everything back, and counts right.
 */
#include "harness/worker/workload.h"
#include "strategies/churn.h"
#include "strategies/histogram.h"
#include "strategies/registry.h"
#include "tests/support/fault.h"
#include "trie/trie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Within a twentieth: what malloc is asked for by a trie of 1000 facts, and how often. */
static void sizes_are_those_of_the_trie(void **unused)
{
    (void)unused;
    const struct workload_need need = {.batch = 1000, .encoded = true, .seed = 1};
    struct workload *workload;
    struct error error;
    struct batch batch;
    struct workload_expectation expected;
    struct trie trie;
    struct trie_stats stats;
    assert_true(workload_open("facts", &need, &workload, &error));
    workload_slice(workload, 0, &batch, &expected);
    trie_init(&trie);
    for (size_t i = 0; i < batch.count; i++)
        assert_int_equal(trie_insert(&trie, batch.items[i].key, batch.items[i].key_length, NULL), TRIE_OK);
    assert_int_equal(trie_measure(&trie, &stats), TRIE_OK);
    size_t bytes = 0, nodes = 0;
    for (size_t i = 0; i < CHURN_SIZES; i++) {
        bytes += (size_t)churn_sizes[i].bytes * churn_sizes[i].count;
        nodes += churn_sizes[i].count;
    }
    assert_in_range(bytes, stats.bytes * 95 / 100, stats.bytes * 105 / 100);
    assert_in_range(nodes, (stats.leaves + stats.branches) * 95 / 100,
                    (stats.leaves + stats.branches) * 105 / 100);
    trie_clear(&trie);
    workload_close(workload);
}

/* Open to close, one insertion of count items. */
static enum strategy_status churn_once(unsigned workers, size_t count, int64_t live,
                                       struct strategy_counter *counters, size_t *counted)
{
    const struct strategy *churn = strategy_find("churn");
    const int64_t options[] = {0, live}; /* pool=spawn */
    const struct strategy_setup setup = {
        .workers = workers, .batch_max = count, .options = options, .now_ns = now_ns};
    static struct strategy_progress progress[8];
    struct strategy_run run = {.progress = progress};
    const struct batch batch = {.count = count};
    void *state = NULL, *space = NULL;
    enum strategy_status status = churn->open(&setup, &state);
    if (status != STRATEGY_OK)
        return status;
    status = churn->create(state, &space);
    if (status == STRATEGY_OK)
        status = churn->insert(state, space, &batch, &run);
    churn->destroy(state, space);
    if (counters != NULL)
        *counted = churn->count(state, counters);
    churn->close(state);
    return status;
}

static void everything_is_given_back(void **unused)
{
    (void)unused;
    static const struct {
        unsigned workers;
        size_t count;
        int64_t live;
    } cases[] = {{1, 0, 10}, {1, 1, 10}, {1, 10, 10}, {1, 1000, 7}, {3, 1000, 50}, {4, 3, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        long before = fault_live();
        assert_int_equal(churn_once(cases[i].workers, cases[i].count, cases[i].live, NULL, NULL),
                         STRATEGY_OK);
        assert_int_equal(fault_live(), before);
    }
}

static void an_allocator_that_refuses_ends_it(void **unused)
{
    (void)unused;
    long before = fault_live();
    for (size_t k = 0;; k++) {
        fault_arm(k, false);
        enum strategy_status status = churn_once(1, 40, 8, NULL, NULL);
        bool failed = fault_disarm();
        assert_int_equal(fault_live(), before);
        if (!failed) {
            assert_int_equal(status, STRATEGY_OK);
            assert_true(k > 40);
            return;
        }
        assert_int_equal(status, STRATEGY_NO_MEMORY);
    }
}

static void what_was_timed_is_counted(void **unused)
{
    (void)unused;
    struct strategy_counter counters[STRATEGY_COUNTERS_MAX] = {{"", 0}};
    size_t count = 0;
    assert_int_equal(churn_once(1, 6400, 100, counters, &count), STRATEGY_OK);
    assert_int_equal(count, 5);
    assert_string_equal(counters[0].name, "allocations_timed");
    assert_int_equal(counters[0].value, 100);
    assert_true(counters[1].value <= counters[2].value && counters[2].value <= counters[3].value &&
                counters[3].value <= counters[4].value);
}

/* A step holds its lowest value, and every value is less than an eighth above that. */
static void steps_hold_their_values(void **unused)
{
    (void)unused;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t power = UINT64_C(1) << bit;
        const uint64_t values[] = {power - 1, power, power + 1, power + power / 2, power + (power - 1)};
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            uint64_t low = histogram_value(histogram_step(values[i]));
            assert_true(histogram_step(values[i]) < HISTOGRAM_STEPS);
            assert_true(low <= values[i] && values[i] - low <= low / 8);
            assert_int_equal(histogram_step(low), histogram_step(values[i]));
        }
    }
}

static void quantiles_are_those_of_the_values(void **unused)
{
    (void)unused;
    static struct histogram low, high;
    assert_int_equal(histogram_quantile(&low, 990), 0);
    for (uint64_t i = 0; i < 989; i++)
        histogram_add(&low, 5);
    for (uint64_t i = 0; i < 11; i++)
        histogram_add(&high, 4096);
    histogram_join(&low, &high);
    assert_int_equal(histogram_quantile(&low, 500), 5);
    assert_int_equal(histogram_quantile(&low, 989), 5);
    assert_int_equal(histogram_quantile(&low, 990), 4096);
    assert_int_equal(histogram_quantile(&low, 1000), 4096);
    assert_int_equal(low.total, 1000);
    assert_int_equal(low.max, 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_those_of_the_trie),
        cmocka_unit_test(everything_is_given_back),
        cmocka_unit_test(an_allocator_that_refuses_ends_it),
        cmocka_unit_test(what_was_timed_is_counted),
        cmocka_unit_test(steps_hold_their_values),
        cmocka_unit_test(quantiles_are_those_of_the_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
