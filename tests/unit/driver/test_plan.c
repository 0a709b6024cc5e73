/* test_plan.c - the matrix, the order of rounds, the budget, and the hash that tells plans apart. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/limits.h"
#include "harness/driver/plan.h"
#include "harness/driver/random.h"
#include "tests/support/fault.h"
#include "tests/support/worker_json.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct catalogue catalogue;
    struct run_options options;
    struct run_plan plan;
};

/* Plans a line split at its blanks. */
static bool plan_line(struct fixture *fixture, const char *line, struct error *error)
{
    char copy[8192], *words[32];
    int count = 0;
    bool help;
    *fixture = (struct fixture){0};
    assert_true(strlen(line) < sizeof copy);
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    return catalogue_add(&fixture->catalogue, WORKER_JSON, NULL, error) &&
           options_read(&fixture->options, count, words, &help, error) &&
           options_complete(&fixture->options, &fixture->catalogue, 2, 42, error) &&
           plan_make(&fixture->options, &fixture->catalogue, &fixture->plan, error);
}

static void fixture_free(struct fixture *fixture)
{
    plan_free(&fixture->plan);
    options_free(&fixture->options);
    catalogue_free(&fixture->catalogue);
}

static void planned(struct fixture *fixture, const char *line)
{
    struct error error;
    if (!plan_line(fixture, line, &error))
        fail_msg("%s: %s", line, error.text);
}

static void two_strategies_four_allocators_three_rounds(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture,
            "--alloc all --strategy sequential,thread-local --workload facts --batch 1000 --threads 2 "
            "--rounds 3");
    assert_int_equal(fixture.plan.cell_count, 8);
    assert_int_equal(plan_trials(&fixture.plan), 24);
    assert_true(fixture.plan.serial_once);
    fixture_free(&fixture);
}

static void threads_multiply_parallel_strategies_alone(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture, "--strategy sequential,thread-local --workload facts --batch 10 --threads 1,2,18");
    assert_int_equal(fixture.plan.cell_count, 4);
    assert_int_equal(fixture.plan.cells[0].threads, 1);
    assert_string_equal(fixture.plan.cells[0].strategy, "sequential");
    assert_int_equal(fixture.plan.cells[3].threads, 18);
    fixture_free(&fixture);
}

static void every_axis_multiplies(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture,
            "--strategy sequential --workload facts,wordnet --batch 1,2,3 --symbols interned,inline "
            "--keys encoded,expressions --bind core,none");
    assert_int_equal(fixture.plan.cell_count, 2 * 3 * 2 * 2 * 2);
    for (size_t i = 0; i < fixture.plan.cell_count; i++) {
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(&fixture.plan.cells[i], &fixture.plan.cells[j], sizeof(struct cell));
    }
    fixture_free(&fixture);
}

static void the_twin_comes_only_when_asked_for(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture, "--aa --strategy sequential,thread-local --workload facts --batch 1,2");
    assert_int_equal(fixture.plan.cell_count, 6);
    assert_false(fixture.plan.cells[0].twin);
    assert_true(fixture.plan.cells[1].twin);
    assert_string_equal(fixture.plan.cells[1].strategy, "sequential");
    fixture_free(&fixture);
    planned(&fixture, "--aa --strategy thread-local --workload facts --batch 1,2");
    assert_int_equal(fixture.plan.cell_count, 2);
    fixture_free(&fixture);
}

static void an_order_is_a_permutation_fixed_by_the_seed(void **state)
{
    (void)state;
    struct fixture one, two;
    planned(&one, "--strategy sequential --workload facts --batch 1,2,3,4,5,6,7,8,9,10 --seed 5");
    planned(&two, "--strategy sequential --workload facts --batch 1,2,3,4,5,6,7,8,9,10 --seed 6");
    uint32_t first[10], again[10], next[10], other[10];
    plan_order(&one.plan, 0, first);
    plan_order(&one.plan, 0, again);
    plan_order(&one.plan, 1, next);
    plan_order(&two.plan, 0, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, next, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    unsigned seen = 0;
    for (size_t i = 0; i < 10; i++)
        seen |= 1u << next[i];
    assert_int_equal(seen, 0x3ff);
    fixture_free(&one);
    fixture_free(&two);
}

/* What a square of n cells gave: how often each stood at each position, and each right behind each. */
struct square {
    unsigned at[12][12], behind[12][12];
};

/* The square that begins at a round, of the plan's cells or, with builds, of its pairs. */
static void square_read(const struct run_plan *plan, uint64_t first, size_t n, struct square *square)
{
    size_t width = plan->cell_count / n;
    *square = (struct square){0};
    for (uint64_t round = first; round < first + n; round++) {
        uint32_t order[24];
        assert_true(plan_order(plan, round, order));
        for (size_t i = 0; i < n; i++) {
            square->at[order[i * width] / width][i]++;
            if (i > 0)
                square->behind[order[(i - 1) * width] / width][order[i * width] / width]++;
        }
    }
}

static void square_check(const struct run_plan *plan, uint64_t first, size_t n)
{
    struct square square;
    square_read(plan, first, n, &square);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            if (square.at[i][j] != 1)
                fail_msg("%zu cells: cell %zu stood at %zu %u times", n, i, j, square.at[i][j]);
            if (n % 2 == 0 && square.behind[i][j] != (i != j))
                fail_msg("%zu cells: cell %zu came behind %zu %u times", n, j, i, square.behind[i][j]);
        }
    }
}

/* In as many rounds as cells every cell stands everywhere once, and of an even number behind every other
 * once. */
static void rounds_are_rows_of_latin_squares(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t cells;
    } plans[] = {{"--strategy sequential --workload facts --batch 1 --seed 1", 1},
                 {"--strategy sequential --workload facts --batch 1,2 --seed 1", 2},
                 {"--strategy sequential --workload facts --batch 1,2,3,4,5,6,7 --seed 1", 7},
                 {"--strategy sequential --workload facts --batch 1,2,3,4,5,6,7,8,9,10 --seed 5", 10},
                 {"--strategy sequential --workload facts --batch 1,2,3,4,5,6 --seed 5 --build old,new", 6}};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        struct fixture fixture;
        planned(&fixture, plans[i].line);
        square_check(&fixture.plan, 0, plans[i].cells);
        square_check(&fixture.plan, 3 * plans[i].cells, plans[i].cells);
        fixture_free(&fixture);
    }
}

/* The next square is drawn anew: its neighbours in its first rows are not those of the first. */
static void every_square_is_drawn_anew(void **state)
{
    (void)state;
    struct fixture fixture;
    unsigned same = 0;
    planned(&fixture, "--strategy sequential --workload facts --batch 1,2,3,4,5,6,7,8,9,10 --seed 1");
    for (uint64_t square = 0; square < 100; square++) {
        uint32_t one[10], other[10];
        assert_true(plan_order(&fixture.plan, square * 10, one));
        assert_true(plan_order(&fixture.plan, (square + 1) * 10, other));
        same += memcmp(one, other, sizeof one) == 0;
    }
    assert_in_range(same, 0, 1);
    fixture_free(&fixture);
}

/* What is compared takes as many samples; but there is an end to it. */
static void builds_of_a_cell_take_as_many_samples(void **state)
{
    (void)state;
    struct fixture fixture;
    struct trial_request request;
    planned(&fixture, "--strategy sequential --workload facts --batch 10 --build old,new --precision 1");
    plan_request(&fixture.plan, 1, 0, 1, &request);
    plan_pace(&fixture.plan, 0, &request);
    assert_true(request.args.samples_max > 1000 && request.args.precision > 0);
    plan_pace(&fixture.plan, 77, &request);
    assert_int_equal(request.args.samples_max, 77);
    assert_int_equal(request.args.samples_min, fixture.plan.samples_min);
    assert_int_equal(request.args.time_ns, 4 * fixture.plan.time_ns);
    assert_true(request.args.precision == 0);
    plan_pace(&fixture.plan, 2, &request);
    assert_int_equal(request.args.samples_min, 2);
    fixture_free(&fixture);
    planned(&fixture, "--strategy sequential --workload facts --batch 10 --build old,new --samples 9");
    plan_request(&fixture.plan, 1, 0, 1, &request);
    plan_pace(&fixture.plan, 3, &request);
    assert_int_equal(request.args.samples_min, 9);
    assert_int_equal(request.args.samples_max, 9);
    fixture_free(&fixture);
}

/* Two builds of five cells: always beside each other, in either order about as often (of 5000 within four
 * standard deviations), and the pairs are shuffled too. */
static void builds_of_a_cell_stay_beside_each_other(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture, "--strategy sequential --workload facts --batch 1,2,3,4,5 --seed 1 --build old,new");
    assert_int_equal(fixture.plan.cell_count, 10);
    assert_string_equal(fixture.plan.cells[0].build, "old");
    assert_string_equal(fixture.plan.cells[1].build, "new");
    assert_int_equal(fixture.plan.cells[0].batch, fixture.plan.cells[1].batch);
    unsigned turned = 0, firsts = 0;
    for (uint64_t round = 0; round < 1000; round++) {
        uint32_t order[10];
        plan_order(&fixture.plan, round, order);
        for (size_t i = 0; i < 10; i += 2) {
            assert_int_equal(order[i] / 2, order[i + 1] / 2);
            assert_int_not_equal(order[i], order[i + 1]);
            turned += order[i] > order[i + 1];
        }
        firsts += order[0] / 2 == 0;
    }
    assert_int_equal(firsts, 200); /* 5 rounds a square, in which each comes first once */
    assert_in_range(turned, 2500 - 142, 2500 + 142);
    fixture_free(&fixture);
}

static void the_generator_is_splitmix64(void **state)
{
    (void)state;
    uint64_t seed = 1234567; /* the reference implementation's first outputs for it */
    assert_int_equal(random_next(&seed), UINT64_C(6457827717110365317));
    assert_int_equal(random_next(&seed), UINT64_C(3203168211198807973));
}

static void the_budget_is_shared_out(void **state)
{
    (void)state;
    struct fixture fixture;
    /* 100 s * 0.8 / (10 cells * 10 rounds) - 40 ms */
    planned(&fixture,
            "--budget 100 --rounds 10 --strategy sequential --workload facts --batch 1,2,3,4,5,6,7,8,9,10");
    assert_int_equal(fixture.plan.time_ns, 760000000);
    assert_int_equal(fixture.plan.round_count, 10);
    fixture_free(&fixture);
    planned(&fixture, "--budget 100000 --rounds 1 --strategy sequential --workload facts --batch 1");
    assert_int_equal(fixture.plan.time_ns, 2000000000);
    fixture_free(&fixture);
}

/* 10 s * 0.8 / (4 cells * 2 rounds) - 40 ms - 2 s / 4: 2 s a million items of one cell in four. */
static void large_batches_have_their_share(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture,
            "--budget 10 --rounds 2 --strategy sequential --workload facts --batch 1,10,100,1000000");
    assert_int_equal(fixture.plan.time_ns, 460000000);
    assert_int_equal(fixture.plan.round_count, 2);
    fixture_free(&fixture);
    planned(&fixture, "--budget 10 --rounds 7 --strategy sequential --workload facts --batch 1000000");
    assert_int_equal(fixture.plan.round_count, 3); /* 8 s / (2 s + 60 ms) */
    fixture_free(&fixture);
}

static void rounds_are_cut_before_samples(void **state)
{
    (void)state;
    struct fixture fixture;
    planned(&fixture, "--budget 1 --rounds 5 --strategy sequential --workload facts --batch 1,2,3,4");
    assert_int_equal(fixture.plan.rounds_asked, 5);
    assert_int_equal(fixture.plan.round_count, 3); /* 0.8 s / (4 * 60 ms) */
    assert_in_range(fixture.plan.time_ns, 20000000, 40000000);
    fixture_free(&fixture);
    planned(&fixture, "--budget 1 --rounds 5 --strategy sequential --workload facts,wordnet --bind core,none "
                      "--batch 1,2,3,4,5,6,7,8,9");
    assert_int_equal(fixture.plan.round_count, 1);
    assert_int_equal(fixture.plan.time_ns, 20000000);
    fixture_free(&fixture);
}

static void one_round_alone_with_exact_samples(void **state)
{
    (void)state;
    struct fixture fixture;
    struct trial_request request;
    planned(&fixture, "--only-round 7 --samples 33 --seed 9 --replay --strategy thread-local --threads 2 "
                      "--workload facts --batch 5 --symbols inline");
    assert_int_equal(plan_trials(&fixture.plan), 1);
    plan_request(&fixture.plan, 0, fixture.plan.round_first, 0, &request);
    assert_int_equal(request.args.round, 7);
    assert_int_equal(request.args.seed, 9);
    assert_int_equal(request.args.samples_min, 33);
    assert_int_equal(request.args.samples_max, 33);
    assert_int_equal(request.args.batch, 5);
    assert_int_equal(request.args.threads, 2);
    assert_false(request.args.interned);
    assert_true(request.args.replay);
    assert_string_equal(request.args.strategy, "thread-local");
    assert_int_equal(request.args.page_fd, -1);
    fixture_free(&fixture);
}

static void the_hash_tells_plans_apart(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "--seed 1 --strategy sequential --workload facts --batch 1,2",
        "--seed 2 --strategy sequential --workload facts --batch 1,2",
        "--seed 1 --strategy sequential --workload facts --batch 1,3",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --rounds 6",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --aa",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --keys encoded",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --symbols inline",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --replay",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --precision 1",
        "--seed 1 --strategy sequential --workload facts --batch 1,2 --samples 9",
    };
    enum { LINES = sizeof lines / sizeof lines[0] };
    char hashes[LINES][17];
    for (size_t i = 0; i < LINES; i++) {
        struct fixture fixture;
        planned(&fixture, lines[i]);
        memcpy(hashes[i], fixture.plan.hash, sizeof hashes[i]);
        assert_int_equal(strlen(hashes[i]), 16);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hashes[i], hashes[j]);
        fixture_free(&fixture);
    }
    struct fixture again;
    planned(&again, lines[0]);
    assert_string_equal(again.plan.hash, hashes[0]);
    fixture_free(&again);
}

/* Numbers as the plan prints them; with two builds either number of a cell stands for both. */
static void cells_can_be_chosen_by_number(void **state)
{
    (void)state;
    struct fixture whole, fixture;
    struct error error;
    planned(&whole, "--strategy sequential --workload facts --batch 1,2,3 --build old,new");
    planned(&fixture, "--strategy sequential --workload facts --batch 1,2,3 --build old,new --cells 6,1");
    assert_int_equal(fixture.plan.cell_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(&fixture.plan.cells[i], &whole.plan.cells[i < 2 ? i : i + 2],
                            sizeof(struct cell));
    assert_int_equal(plan_trials(&fixture.plan), 4 * fixture.plan.round_count);
    assert_string_not_equal(fixture.plan.hash, whole.plan.hash);
    fixture_free(&whole);
    fixture_free(&fixture);
    assert_false(
        plan_line(&fixture, "--strategy sequential --workload facts --batch 1,2,3 --cells 4", &error));
    assert_non_null(strstr(error.text, "no more than 3 cells"));
    assert_null(fixture.plan.cells);
    fixture_free(&fixture);
}

static void too_large_a_matrix_is_refused(void **state)
{
    (void)state;
    char line[8192] =
        "--strategy sequential --symbols interned,inline --keys encoded,expressions --bind core,none "
        "--workload facts --batch 1";
    struct fixture fixture;
    struct error error;
    for (int i = 2; i <= LIMIT_CELLS / 8; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), ",%d", i);
    planned(&fixture, line);
    assert_int_equal(fixture.plan.cell_count, LIMIT_CELLS);
    fixture_free(&fixture);
    strcat(line, ",9999");
    assert_false(plan_line(&fixture, line, &error));
    assert_null(fixture.plan.cells);
    fixture_free(&fixture);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct fixture fixture;
    struct error error;
    planned(&fixture, "--alloc all --strategy all --workload facts,wordnet --aa --cells 3,4");
    long before = fault_live();
    for (size_t k = 0, failed = 1; failed; k++) {
        struct run_plan plan;
        fault_arm(k, false);
        bool good = plan_make(&fixture.options, &fixture.catalogue, &plan, &error);
        failed = fault_disarm();
        assert_true(good != (bool)failed);
        plan_free(&plan);
        assert_int_equal(fault_live(), before);
    }
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_strategies_four_allocators_three_rounds),
        cmocka_unit_test(threads_multiply_parallel_strategies_alone),
        cmocka_unit_test(every_axis_multiplies),
        cmocka_unit_test(the_twin_comes_only_when_asked_for),
        cmocka_unit_test(an_order_is_a_permutation_fixed_by_the_seed),
        cmocka_unit_test(rounds_are_rows_of_latin_squares),
        cmocka_unit_test(every_square_is_drawn_anew),
        cmocka_unit_test(builds_of_a_cell_take_as_many_samples),
        cmocka_unit_test(builds_of_a_cell_stay_beside_each_other),
        cmocka_unit_test(the_generator_is_splitmix64),
        cmocka_unit_test(the_budget_is_shared_out),
        cmocka_unit_test(large_batches_have_their_share),
        cmocka_unit_test(rounds_are_cut_before_samples),
        cmocka_unit_test(one_round_alone_with_exact_samples),
        cmocka_unit_test(the_hash_tells_plans_apart),
        cmocka_unit_test(cells_can_be_chosen_by_number),
        cmocka_unit_test(too_large_a_matrix_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
