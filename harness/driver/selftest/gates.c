/* gates.c - see selftest_gates.h. */
#include "harness/driver/selftest/gates.h"

#include "harness/driver/limits.h"
#include "harness/driver/random.h"

#include <stdlib.h>
#include <string.h>

static bool same_cell(const struct result_row *a, const struct result_row *b)
{
    return a->batch == b->batch && a->threads == b->threads && strcmp(a->strategy, b->strategy) == 0 &&
           strcmp(a->options, b->options) == 0 && strcmp(a->workload, b->workload) == 0 &&
           strcmp(a->allocator, b->allocator) == 0 && strcmp(a->knobs, b->knobs) == 0 &&
           strcmp(a->symbols, b->symbols) == 0 && strcmp(a->keys, b->keys) == 0 &&
           strcmp(a->bind, b->bind) == 0;
}

/* The cell of a row, added if it is new; SIZE_MAX where there are too many. */
static size_t cell_of(struct gate_rounds *rounds, const struct result_row *row)
{
    for (size_t i = 0; i < rounds->cells; i++) {
        if (same_cell(rounds->rows[i], row))
            return i;
    }
    if (rounds->cells == LIMIT_CELLS)
        return SIZE_MAX;
    rounds->rows[rounds->cells] = row;
    return rounds->cells++;
}

static bool usable(const struct result_row *row)
{
    return !row->twin && row->outcome == OUTCOME_OK && row->median_ns > 0 && row->round < LIMIT_ROUNDS;
}

/* Cells and rounds that there are, and the first build's name. */
static const char *measure(const struct results *results, struct gate_rounds *rounds)
{
    const char *first = NULL;
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (!usable(row) || cell_of(rounds, row) == SIZE_MAX)
            continue;
        first = first == NULL ? row->build : first;
        if (row->round >= rounds->rounds)
            rounds->rounds = (size_t)row->round + 1;
    }
    return first;
}

static void slots_fill(const struct results *results, const char *first, struct gate_rounds *rounds)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        size_t cell = usable(row) ? cell_of(rounds, row) : SIZE_MAX;
        if (cell != SIZE_MAX)
            rounds->slots[cell * rounds->rounds + row->round].sides[strcmp(row->build, first) != 0] = row;
    }
}

static bool round_whole(const struct gate_rounds *rounds, size_t round)
{
    for (size_t cell = 0; cell < rounds->cells; cell++) {
        const struct gate_slot *slot = &rounds->slots[cell * rounds->rounds + round];
        if (slot->sides[0] == NULL || slot->sides[1] == NULL)
            return false;
    }
    return true;
}

/* Moves whole rounds to the front, and the slots together. */
static void rounds_pack(struct gate_rounds *rounds)
{
    size_t kept = 0, was = rounds->rounds;
    for (size_t round = 0; round < was; round++) {
        if (!round_whole(rounds, round))
            continue;
        for (size_t cell = 0; cell < rounds->cells; cell++)
            rounds->slots[cell * was + kept] = rounds->slots[cell * was + round];
        kept++;
    }
    for (size_t cell = 1; cell < rounds->cells; cell++)
        memmove(rounds->slots + cell * kept, rounds->slots + cell * was, kept * sizeof *rounds->slots);
    rounds->rounds = kept;
}

bool gate_rounds_make(const struct results *results, struct gate_rounds *rounds, struct error *error)
{
    *rounds = (struct gate_rounds){.rows = calloc(LIMIT_CELLS, sizeof(struct result_row *))};
    if (rounds->rows == NULL)
        return error_set(error, "no memory");
    const char *first = measure(results, rounds);
    rounds->slots = calloc(rounds->cells * rounds->rounds + 1, sizeof *rounds->slots);
    bool good = rounds->slots != NULL || error_set(error, "no memory");
    if (good && first != NULL) {
        slots_fill(results, first, rounds);
        rounds_pack(rounds);
    }
    good = good && (rounds->rounds > 0 ||
                    error_set(error, "there is no round in which every cell went well in two builds"));
    if (!good)
        gate_rounds_free(rounds);
    return good;
}

void gate_rounds_free(struct gate_rounds *rounds)
{
    free(rounds->slots);
    free(rounds->rows);
    *rounds = (struct gate_rounds){0};
}

/* What a gate is made in. */
struct bench {
    struct result_row *before, *after; /* copies, with the round and the options that they stand for */
    const struct result_row **before_rows, **after_rows;
    uint32_t *order;
    size_t count;
};

static void bench_free(struct bench *bench)
{
    free(bench->before);
    free(bench->after);
    free(bench->before_rows);
    free(bench->after_rows);
    free(bench->order);
}

static bool bench_make(const struct gate_rounds *rounds, struct bench *bench, struct error *error)
{
    size_t room = rounds->cells * rounds->rounds + 1;
    *bench = (struct bench){.before = calloc(room, sizeof *bench->before),
                            .after = calloc(room, sizeof *bench->after),
                            .before_rows = calloc(room, sizeof(struct result_row *)),
                            .after_rows = calloc(room, sizeof(struct result_row *)),
                            .order = calloc(rounds->rounds + 1, sizeof *bench->order)};
    if (bench->before != NULL && bench->after != NULL && bench->before_rows != NULL &&
        bench->after_rows != NULL && bench->order != NULL)
        return true;
    bench_free(bench);
    return error_set(error, "no memory");
}

/* The first `count` of order become a draw of all rounds without putting back. */
static void rounds_draw(uint32_t *order, size_t all, size_t count, uint64_t *state)
{
    for (size_t i = 0; i < all; i++)
        order[i] = (uint32_t)i;
    for (size_t i = 0; i < count && i < all; i++) {
        size_t other = i + random_below(state, all - i);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static void bench_put(struct bench *bench, const struct result_row *before, const struct result_row *after,
                      uint64_t round)
{
    bench->before[bench->count] = *before;
    bench->after[bench->count] = *after;
    bench->before[bench->count].round = bench->after[bench->count].round = round;
    bench->after[bench->count].options = before->options;
    bench->before_rows[bench->count] = &bench->before[bench->count];
    bench->after_rows[bench->count] = &bench->after[bench->count];
    bench->count++;
}

static void gate_make(const struct gate_rounds *rounds, const struct gate_plan *plan, struct bench *bench,
                      uint64_t *state)
{
    size_t count = plan->rounds < rounds->rounds ? plan->rounds : rounds->rounds;
    bench->count = 0;
    rounds_draw(bench->order, rounds->rounds, count, state);
    for (size_t cell = 0; cell < rounds->cells; cell++) {
        for (size_t i = 0; !plan->left_out[cell] && i < count; i++) {
            size_t side = random_next(state) & 1, into = cell == plan->changed ? plan->changed_into : cell;
            const struct gate_slot *before = &rounds->slots[cell * rounds->rounds + bench->order[i]],
                                   *after = &rounds->slots[into * rounds->rounds + bench->order[i]];
            bench_put(bench, before->sides[side], after->sides[!side], i);
        }
    }
}

/* Whether a pair is that of the changed cell. */
static bool is_changed(const struct pair *pair, const struct gate_rounds *rounds,
                       const struct gate_plan *plan)
{
    return plan->changed < rounds->cells && same_cell(pair->row, rounds->rows[plan->changed]);
}

static void gate_count(const struct comparison *comparison, const struct gate_rounds *rounds,
                       const struct gate_plan *plan, struct gate_counts *counts)
{
    bool alarm = false;
    for (size_t i = 0; i < comparison->pairs.count; i++) {
        const struct pair *pair = &comparison->pairs.items[i];
        if (!is_changed(pair, rounds, plan)) {
            alarm = alarm || pair->verdict == VERDICT_REGRESSED || pair->verdict == VERDICT_IMPROVED;
            continue;
        }
        counts->found += pair->verdict == VERDICT_REGRESSED;
        counts->equivalent += pair->verdict == VERDICT_EQUIVALENT;
        counts->inconclusive += pair->verdict == VERDICT_INCONCLUSIVE;
        counts->improved += pair->verdict == VERDICT_IMPROVED;
    }
    counts->alarms += alarm;
    counts->gates++;
}

bool gates_run(const struct gate_rounds *rounds, const struct gate_plan *plan, struct gate_counts *counts,
               struct error *error)
{
    struct bench bench;
    uint64_t state = plan->seed;
    *counts = (struct gate_counts){0};
    if (!bench_make(rounds, &bench, error))
        return false;
    bool good = true;
    for (size_t gate = 0; good && gate < plan->gates; gate++) {
        struct comparison comparison;
        gate_make(rounds, plan, &bench, &state);
        good = compare_judge(bench.before_rows, bench.count, bench.after_rows, bench.count, true,
                             &plan->criteria, &comparison, error);
        if (good) {
            gate_count(&comparison, rounds, plan, counts);
            comparison_free(&comparison);
        }
    }
    bench_free(&bench);
    return good;
}
