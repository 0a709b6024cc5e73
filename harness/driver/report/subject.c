/* subject.c - see subject.h: from the cells of runs to subjects. */
#include "harness/driver/report/subject.h"

#include "harness/driver/ordering.h"
#include "harness/driver/limits.h"
#include "harness/stats/rates.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

/* A cell on its way into a subject. */
struct candidate {
    const struct report_run *run;
    size_t run_number;
    const struct cell_summary *cell;
};

static int strategy_compare(const struct result_row *a, const struct result_row *b)
{
    int by = strcmp(a->strategy, b->strategy);
    return by != 0 ? by : strcmp(a->options, b->options);
}

/* Of one subject: all but the batch is equal. */
static int subject_compare(const struct candidate *a, const struct candidate *b)
{
    const struct result_row *left = a->cell->row, *right = b->cell->row;
    const int by[] = {strategy_compare(left, right),           numbers_compare(a->run_number, b->run_number),
                      strcmp(left->workload, right->workload), strcmp(left->allocator, right->allocator),
                      strcmp(left->knobs, right->knobs),       numbers_compare(left->threads, right->threads),
                      strcmp(left->symbols, right->symbols),   strcmp(left->keys, right->keys),
                      strcmp(left->bind, right->bind),         strcmp(left->build, right->build)};
    return first_difference(by, sizeof by / sizeof by[0]);
}

static int candidate_order(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int by = subject_compare(left, right);
    return by != 0 ? by : numbers_compare(left->cell->row->batch, right->cell->row->batch);
}

static bool is_reference(const struct cell_summary *cell, const char *reference)
{
    char name[NAME_BYTES];
    summary_strategy(cell, name, sizeof name);
    return strcmp(name, reference) == 0;
}

/* Those to be judged; candidates[] has room for all cells. */
static size_t candidates_find(const struct report_run *runs, size_t count, const char *reference,
                              struct candidate *candidates)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < runs[i].summary.count; j++) {
            const struct cell_summary *cell = &runs[i].summary.cells[j];
            if (!cell->row->twin && !cell->control && !is_reference(cell, reference))
                candidates[found++] = (struct candidate){&runs[i], i, cell};
        }
    }
    if (found > 0)
        qsort(candidates, found, sizeof *candidates, candidate_order);
    return found;
}

/* The reference of the cell's group and batch: on as many threads if there is one, else on the fewest. */
static const struct cell_summary *reference_find(const struct candidate *of, const char *reference)
{
    const struct cell_summary *best = NULL;
    uint64_t threads = of->cell->row->threads;
    for (size_t i = 0; i < of->run->summary.count; i++) {
        const struct cell_summary *cell = &of->run->summary.cells[i];
        if (cell->row->batch != of->cell->row->batch || cell->row->twin ||
            !summary_same_group(cell, of->cell) || !is_reference(cell, reference))
            continue;
        if (best == NULL || cell->row->threads == threads ||
            (best->row->threads != threads && cell->row->threads < best->row->threads))
            best = cell;
    }
    return best;
}

/* Of the A/A pairs of this batch in the run, the largest difference: share, the larger over the smaller. */
static double floor_of(const struct report_run *run, uint64_t batch)
{
    double floor = -1;
    for (size_t i = 0; i < run->summary.count; i++) {
        const struct cell_summary *cell = &run->summary.cells[i];
        if (cell->row->twin && cell->row->batch == batch && cell->speedup > 0)
            floor = fmax(floor, fmax(cell->speedup, 1 / cell->speedup) - 1);
    }
    return floor;
}

/* The time of the first trial of a round that ended well and was timed; -1 where there is none. *at moves on.
 */
static double round_time(struct cell_rows rows, size_t *at, uint64_t round)
{
    double time = -1;
    for (; *at < rows.count && rows.rows[*at]->round <= round; ++*at) {
        const struct result_row *row = rows.rows[*at];
        if (row->round == round && time < 0 && row->outcome == OUTCOME_OK && row->median_ns > 0)
            time = row->median_ns;
    }
    return time;
}

/* log_ratios[rounds]; room for the pairs alone is in pairs[rounds]. */
static bool ratios_make(struct subject_cell *cell, struct cell_rows rows, struct cell_rows reference,
                        double *log_ratios, double *pairs, size_t rounds, double alpha)
{
    size_t at = 0, reference_at = 0, count = 0;
    for (size_t round = 0; round < rounds; round++) {
        double time = round_time(rows, &at, round),
               reference_time = round_time(reference, &reference_at, round);
        log_ratios[round] = time > 0 && reference_time > 0 ? log(time / reference_time) : (double)NAN;
        if (!isnan(log_ratios[round]))
            pairs[count++] = log_ratios[round];
    }
    cell->log_ratios = log_ratios;
    if (count == 0)
        return true;
    return change_of(pairs, count, 0, alpha, &cell->change);
}

/* By what the allocator counted where both have it, else by the kernel's peak. */
static void memory_make(struct subject_cell *cell, struct cell_rows rows, struct cell_rows reference)
{
    static const char *const names[] = {"heap_peak_bytes", "rss_peak_bytes"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && cell->memory_name == NULL; i++) {
        double bytes = cell_rows_median(rows, "memory", names[i]),
               reference_bytes = cell_rows_median(reference, "memory", names[i]);
        if (bytes > 0 && reference_bytes > 0) {
            cell->memory_name = names[i];
            cell->memory_factor = bytes / reference_bytes;
        }
    }
}

bool row_failed(const struct result_row *row)
{
    return row->outcome != OUTCOME_OK && row->outcome != OUTCOME_REFUSED;
}

static void trials_count(struct subject_cell *cell, struct cell_rows rows)
{
    for (size_t i = 0; i < rows.count; i++) {
        if (rows.rows[i]->outcome == OUTCOME_REFUSED)
            continue;
        cell->trials++;
        cell->failed += row_failed(rows.rows[i]);
        if (row_failed(rows.rows[i]) && cell->first_failed == NULL)
            cell->first_failed = rows.rows[i];
        cell->timed += !json_is_object(json_object_get(rows.rows[i]->json, "search"));
    }
}

static bool cell_make(const struct candidate *of, const char *reference, double alpha, double *log_ratios,
                      double *pairs, size_t rounds, struct subject_cell *cell)
{
    struct cell_rows rows = cell_rows_of(of->run, of->cell);
    *cell = (struct subject_cell){.cell = of->cell,
                                  .reference = reference_find(of, reference),
                                  .floor = floor_of(of->run, of->cell->row->batch),
                                  .memory_factor = -1};
    trials_count(cell, rows);
    struct cell_rows none = {0};
    struct cell_rows beside = cell->reference == NULL ? none : cell_rows_of(of->run, cell->reference);
    memory_make(cell, rows, beside);
    return ratios_make(cell, rows, beside, log_ratios, pairs, rounds, alpha);
}

static size_t rounds_of(const struct report_run *runs, size_t count)
{
    size_t rounds = 1;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < runs[i].results.row_count; j++) {
            uint64_t round = runs[i].results.rows[j].round;
            if (round < LIMIT_ROUNDS && round >= rounds)
                rounds = (size_t)round + 1;
        }
    }
    return rounds;
}

/* A subject for each run of candidates that differ but in their batch. */
static bool subjects_fill(const struct candidate *candidates, size_t count, const char *reference,
                          double alpha, size_t rounds, double *pairs, struct subjects *subjects)
{
    for (size_t i = 0; i < count; i++) {
        bool fresh = i == 0 || subject_compare(&candidates[i - 1], &candidates[i]) != 0;
        struct subject *subject = &subjects->items[fresh ? subjects->count++ : subjects->count - 1];
        if (fresh)
            *subject = (struct subject){.run = candidates[i].run,
                                        .run_number = candidates[i].run_number,
                                        .cells = &subjects->cells[i],
                                        .rounds = rounds};
        struct subject_cell *cell = &subject->cells[subject->count++];
        if (!cell_make(&candidates[i], reference, alpha, subjects->log_ratios + i * rounds, pairs, rounds,
                       cell))
            return false;
        subject->trials += cell->trials;
        subject->failed += cell->failed;
    }
    for (size_t i = 0; i < subjects->count; i++) {
        struct subject *subject = &subjects->items[i];
        if (subject->trials > 0)
            rate_interval(subject->failed, subject->trials, &subject->rate_low, &subject->rate_high);
        if (!break_even_of(subject, &subject->even))
            return false;
    }
    return true;
}

bool subjects_make(const struct report_run *runs, size_t count, const char *reference, double alpha,
                   struct subjects *subjects, struct error *error)
{
    size_t cells = 1, rounds = rounds_of(runs, count);
    for (size_t i = 0; i < count; i++)
        cells += runs[i].summary.count;
    *subjects = (struct subjects){.items = calloc(cells, sizeof *subjects->items),
                                  .cells = calloc(cells, sizeof *subjects->cells),
                                  .log_ratios = calloc(cells, rounds * sizeof *subjects->log_ratios)};
    struct candidate *candidates = calloc(cells, sizeof *candidates);
    double *pairs = calloc(rounds, sizeof *pairs);
    bool good = subjects->items != NULL && subjects->cells != NULL && subjects->log_ratios != NULL &&
                candidates != NULL && pairs != NULL;
    if (good) {
        size_t found = candidates_find(runs, count, reference, candidates);
        good = subjects_fill(candidates, found, reference, alpha, rounds, pairs, subjects);
    }
    free(pairs);
    free(candidates);
    if (good)
        return true;
    subjects_free(subjects);
    return error_set(error, "no memory");
}

void subjects_free(struct subjects *subjects)
{
    free(subjects->items);
    free(subjects->cells);
    free(subjects->log_ratios);
    *subjects = (struct subjects){0};
}

bool subject_same_strategy(const struct subject *a, const struct subject *b)
{
    return strategy_compare(a->cells[0].cell->row, b->cells[0].cell->row) == 0;
}

size_t subject_strategy_count(const struct subject *first, size_t left)
{
    size_t count = 1;
    while (count < left && subject_same_strategy(first, &first[count]))
        count++;
    return count;
}

int subject_cell_text(const struct subject_cell *cell, char *text, size_t size)
{
    char allocator[NAME_BYTES];
    const struct result_row *row = cell->cell->row;
    summary_allocator(cell->cell, allocator, sizeof allocator);
    return snprintf(text, size, "%s, batch %" PRIu64 ", %" PRIu64 " thread%s on %s", row->workload,
                    row->batch, row->threads, row->threads == 1 ? "" : "s", allocator);
}
