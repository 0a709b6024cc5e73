/* test_selftest.c - gates made of recorded rounds: what they must find, and what they must not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/selftest/gates.h"
#include "tests/support/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 24, CELLS = 4, TEXT_BYTES = 1 << 18 };

/* Lehmer's generator, -0.5 .. 0.5. */
static double noise(uint64_t *state)
{
    *state = *state * 48271 % 2147483647;
    return (double)*state / 2147483647 - 0.5;
}

/*
 * Cells 0 .. 3 in two builds. Cell 3 takes `by` times as long, the second build `favour` times; one trial of
 * round 7 ends as `broken` says.
 */
static void recorded(double by, double favour, const char *broken, struct results *results)
{
    char *text = malloc(TEXT_BYTES);
    uint64_t state = 5;
    assert_non_null(text);
    size_t length = (size_t)snprintf(text, TEXT_BYTES, "{\"type\":\"run\",\"schema\":1}\n");
    for (int round = 0; round < ROUNDS; round++) {
        double drift = 1 + 0.2 * noise(&state);
        for (int cell = 0; cell < CELLS; cell++) {
            for (int build = 0; build < 2; build++) {
                double ns =
                    1e6 * drift * (cell == 3 ? by : 1) * (build ? favour : 1) * (1 + 0.02 * noise(&state));
                const char *outcome = round == 7 && cell == 1 && build == 1 ? broken : "ok";
                length += (size_t)snprintf(
                    text + length, TEXT_BYTES - length,
                    "{\"type\":\"trial\",\"round\":%d,\"position\":0,\"cell\":{\"workload\":\"facts\","
                    "\"batch\":10,"
                    "\"strategy\":\"s\",\"options\":\"n=%d\",\"allocator\":\"glibc\",\"threads\":1,\"bind\":"
                    "\"core\","
                    "\"symbols\":\"inline\",\"keys\":\"encoded\",\"build\":\"%s\"},\"outcome\":\"%s\","
                    "\"samples_ns\":[%.0f]}\n",
                    round, cell, build ? "b" : "a", outcome, ns);
            }
        }
    }
    struct error error;
    FILE *file = fmemopen(text, length, "r");
    assert_non_null(file);
    if (!results_read_stream(file, results, &error))
        fail_msg("%s", error.text);
    fclose(file);
    free(text);
}

static const bool last_left_out[CELLS] = {false, false, false, true};

static void count(double by, double margin, bool change, struct gate_counts *counts)
{
    struct results results;
    struct gate_rounds rounds;
    struct error error;
    recorded(by, 1, "ok", &results);
    assert_true(gate_rounds_make(&results, &rounds, &error));
    const struct gate_plan plan = {.gates = 300,
                                   .rounds = 12,
                                   .seed = 1,
                                   .criteria = {.margin = margin, .level = 0.05},
                                   .changed = change ? 2 : SIZE_MAX,
                                   .changed_into = 3,
                                   .left_out = last_left_out};
    assert_true(gates_run(&rounds, &plan, counts, &error));
    assert_int_equal(counts->gates, 300);
    gate_rounds_free(&rounds);
    results_free(&results);
}

/* At 5 %, 300 gates give 4 to 29 alarms (99.9 % of the time). */
static void false_alarms_are_as_many_as_the_level_allows(void **state)
{
    (void)state;
    struct gate_counts counts;
    count(1, 0, false, &counts);
    assert_in_range(counts.alarms, 4, 29);
    assert_int_equal(counts.found, 0);
    count(1, 0.03, false, &counts);
    assert_int_equal(counts.alarms, 0);
}

static void what_changed_is_found_and_nothing_else(void **state)
{
    (void)state;
    struct gate_counts counts;
    count(1.10, 0.01, true, &counts);
    assert_int_equal(counts.found, 300);
    assert_int_equal(counts.alarms, 0);
    count(0.90, 0.01, true, &counts);
    assert_int_equal(counts.improved, 300);
    count(1, 0.05, true, &counts);
    assert_int_equal(counts.found, 0);
    assert_int_equal(counts.equivalent, 300);
}

static void sides_are_drawn(void **state)
{
    (void)state;
    struct results results;
    struct gate_rounds rounds;
    struct gate_counts counts;
    struct error error;
    recorded(1, 1.5, "ok", &results); /* the second build is half as fast again, which drawing must hide */
    assert_true(gate_rounds_make(&results, &rounds, &error));
    const struct gate_plan plan = {.gates = 100,
                                   .rounds = 12,
                                   .seed = 1,
                                   .criteria = {.margin = 0, .level = 0.05},
                                   .changed = SIZE_MAX,
                                   .left_out = last_left_out};
    assert_true(gates_run(&rounds, &plan, &counts, &error));
    assert_in_range(counts.alarms, 0, 15);
    gate_rounds_free(&rounds);
    results_free(&results);
}

static void a_round_with_a_failure_is_left_out(void **state)
{
    (void)state;
    struct results results;
    struct gate_rounds rounds;
    struct error error;
    recorded(1, 1, "crash", &results);
    assert_true(gate_rounds_make(&results, &rounds, &error));
    assert_int_equal(rounds.cells, CELLS);
    assert_int_equal(rounds.rounds, ROUNDS - 1);
    for (size_t cell = 0; cell < CELLS; cell++) {
        for (size_t round = 0; round < ROUNDS - 1; round++) {
            const struct gate_slot *slot = &rounds.slots[cell * (ROUNDS - 1) + round];
            assert_int_equal(slot->sides[0]->round, round < 7 ? round : round + 1);
            assert_string_equal(slot->sides[0]->options, rounds.rows[cell]->options);
            assert_string_equal(slot->sides[1]->options, rounds.rows[cell]->options);
            assert_string_equal(slot->sides[0]->build, "a");
            assert_string_equal(slot->sides[1]->build, "b");
        }
    }
    gate_rounds_free(&rounds);
    results_free(&results);
}

static void want_of_memory_is_told(void **state)
{
    (void)state;
    struct results results;
    struct error error;
    bool fired = true;
    size_t failures = 0;
    recorded(1, 1, "ok", &results);
    for (size_t after = 0; fired; after++) {
        struct gate_rounds rounds = {0};
        struct gate_counts counts;
        const struct gate_plan plan = {.gates = 1,
                                       .rounds = 6,
                                       .changed = SIZE_MAX,
                                       .left_out = last_left_out,
                                       .criteria = {.margin = 0, .level = 0.05}};
        long live = fault_live();
        fault_arm(after, false);
        bool good = gate_rounds_make(&results, &rounds, &error) && gates_run(&rounds, &plan, &counts, &error);
        fired = fault_disarm();
        failures += !good;
        gate_rounds_free(&rounds);
        assert_int_equal(fault_live(), live);
    }
    assert_true(failures > 5);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(false_alarms_are_as_many_as_the_level_allows),
        cmocka_unit_test(what_changed_is_found_and_nothing_else),
        cmocka_unit_test(sides_are_drawn),
        cmocka_unit_test(a_round_with_a_failure_is_left_out),
        cmocka_unit_test(want_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
