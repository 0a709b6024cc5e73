/* judge.c - see compare_judge.h. */
#include "harness/driver/compare/judge.h"

#include "harness/stats/family.h"
#include "harness/stats/holm.h"
#include "harness/stats/signed_rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What draws the ways to swap rounds: any number will do, but the same one each time. */
#define FAMILY_SEED 20261124

/* The pairs of a cell without the rounds that have none. */
static size_t dense(const struct pair *pair, size_t rounds, double *out)
{
    size_t count = 0;
    for (size_t i = 0; i < rounds; i++) {
        if (!isnan(pair->log_ratios[i]))
            out[count++] = pair->log_ratios[i];
    }
    return count;
}

static bool is_reference(const struct result_row *row)
{
    return strcmp(row->strategy, "sequential") == 0 && row->options[0] == '\0';
}

/* Adds the floors of one side: `sequential` against its twin. scratch has room for LIMIT_ROUNDS. */
static bool floors_add(struct comparison *comparison, const struct result_row *const *rows, size_t count,
                       struct error *error)
{
    struct sided_row *sided = calloc(count + 1, sizeof *sided);
    size_t taken = 0;
    for (size_t i = 0; sided != NULL && i < count; i++) {
        if (is_reference(rows[i]))
            sided[taken++] = (struct sided_row){rows[i], rows[i]->build, rows[i]->twin};
    }
    struct pairs pairs = {0};
    bool good = (sided != NULL || error_set(error, "no memory")) && pairs_make(sided, taken, &pairs, error);
    free(sided);
    if (!good)
        return false;
    double *ratios = calloc(pairs.rounds + 1, sizeof *ratios);
    struct compare_floor *grown =
        realloc(comparison->floors, (comparison->floor_count + pairs.count + 1) * sizeof *grown);
    good = ratios != NULL && grown != NULL;
    comparison->floors = grown != NULL ? grown : comparison->floors;
    for (size_t i = 0; good && i < pairs.count; i++) {
        struct shift shift;
        size_t known = dense(&pairs.items[i], pairs.rounds, ratios);
        if (known == 0)
            continue;
        good = shift_estimate(ratios, known, comparison->criteria.level, &shift);
        comparison->floors[comparison->floor_count++] = (struct compare_floor){
            .batch = pairs.items[i].row->batch, .share = good ? expm1(fabs(shift.estimate)) : 0};
    }
    free(ratios);
    pairs_free(&pairs);
    return good || error_set(error, "no memory for the A/A pairs");
}

/* The floors that an earlier look found. */
static bool floors_take(struct comparison *comparison, const struct comparison *first, struct error *error)
{
    comparison->floors = calloc(first->floor_count + 1, sizeof *comparison->floors);
    if (comparison->floors == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < first->floor_count; i++)
        comparison->floors[i] = first->floors[i];
    comparison->floor_count = first->floor_count;
    return true;
}

/* The largest floor of this batch size, or of all where there is none of it; 0 without any. */
static double floor_of(const struct comparison *comparison, uint64_t batch)
{
    double share = -1;
    for (size_t i = 0; i < comparison->floor_count; i++) {
        if (comparison->floors[i].batch == batch)
            share = fmax(share, comparison->floors[i].share);
    }
    return share >= 0 ? share : fmax(0, comparison->floor);
}

static bool changes_make(struct comparison *comparison, struct error *error)
{
    struct pairs *pairs = &comparison->pairs;
    double *ratios = calloc(pairs->rounds + 1, sizeof *ratios);
    bool good = ratios != NULL;
    for (size_t i = 0; good && i < pairs->count; i++) {
        struct pair *pair = &pairs->items[i];
        pair->margin = fmax(comparison->criteria.margin, floor_of(comparison, pair->row->batch));
        pair->p = NAN;
        if (pair->status != PAIR_TIMES)
            continue;
        size_t known = dense(pair, pairs->rounds, ratios);
        good = change_of(ratios, known, pair->margin, comparison->criteria.level, &pair->change);
        pair->p = pair->change.p;
        comparison->rounds = known > comparison->rounds ? known : comparison->rounds;
    }
    free(ratios);
    return good || error_set(error, "no memory to compare");
}

/* The p of a family, and its cells' p corrected within it; pairs[count] are the family. scratch[count]. */
static bool family_judge(struct comparison *comparison, struct pair *items, size_t count, double *scratch,
                         struct compare_family *family, struct error *error)
{
    size_t rounds = comparison->pairs.rounds;
    *family = (struct compare_family){.first = items, .p = NAN};
    double *ratios = calloc(count * rounds + 1, sizeof *ratios);
    if (ratios == NULL)
        return error_set(error, "no memory to compare");
    for (size_t i = 0; i < count; i++) {
        items[i].family = comparison->family_count;
        scratch[i] = items[i].p;
        if (items[i].status != PAIR_TIMES)
            continue;
        memcpy(ratios + family->pairs * rounds, items[i].log_ratios, rounds * sizeof *ratios);
        family->pairs++;
    }
    bool good = family->pairs == 0 || family_p(ratios, family->pairs, rounds, FAMILY_SEED, &family->p);
    free(ratios);
    holm_correct(scratch, count);
    for (size_t i = 0; i < count; i++)
        items[i].p = scratch[i];
    return good || error_set(error, "no memory to compare");
}

static bool families_judge(struct comparison *comparison, struct error *error)
{
    struct pairs *pairs = &comparison->pairs;
    double *scratch = calloc(pairs->count + 1, sizeof *scratch);
    comparison->families = calloc(pairs->count + 1, sizeof *comparison->families);
    bool good = (scratch != NULL && comparison->families != NULL) || error_set(error, "no memory to compare");
    size_t most = 1;
    for (size_t from = 0; good && from < pairs->count;) {
        size_t to = from + 1;
        while (to < pairs->count && pairs_same_family(&pairs->items[from], &pairs->items[to]))
            to++;
        struct compare_family *family = &comparison->families[comparison->family_count];
        good = family_judge(comparison, &pairs->items[from], to - from, scratch, family, error);
        most = family->pairs > most ? family->pairs : most;
        comparison->family_count++;
        from = to;
    }
    size_t tested = 0;
    for (size_t i = 0; good && i < comparison->family_count; i++) {
        scratch[i] = comparison->families[i].p;
        tested += !isnan(scratch[i]);
    }
    if (good)
        holm_correct(scratch, comparison->family_count);
    for (size_t i = 0; good && i < comparison->family_count; i++)
        comparison->families[i].p = scratch[i];
    free(scratch);
    most = tested > most ? tested : most;
    comparison->rounds_needed = signed_rank_needed(comparison->criteria.level / (double)most);
    return good;
}

bool pair_is_crash(const struct pair *pair)
{
    return pair->status == PAIR_CRASH_NEW || pair->status == PAIR_SIGNATURE_NEW ||
           pair->status == PAIR_CRASH_MORE;
}

/* How much a pair weighs for the status; 0: nothing. */
bool pair_is_open(const struct pair *pair)
{
    return pair->status == PAIR_TIMES && pair->verdict == VERDICT_INCONCLUSIVE;
}

static int weight(const struct pair *pair)
{
    if (pair_is_crash(pair))
        return 4;
    if (pair->status == PAIR_TIMES && pair->verdict == VERDICT_REGRESSED)
        return pair->waiver == NULL ? 3 : 0;
    if (pair->status == PAIR_REFUSED)
        return 2;
    return pair_is_open(pair);
}

static bool worse(const struct pair *pair, const struct pair *than)
{
    if (than == NULL || weight(pair) != weight(than))
        return than == NULL || weight(pair) > weight(than);
    if (weight(pair) == 3)
        return pair->change.ratio > than->change.ratio;
    return weight(pair) == 1 && pair->change.detectable > than->change.detectable;
}

static void verdicts_give(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->pairs.count; i++) {
        struct pair *pair = &comparison->pairs.items[i];
        if (pair->status != PAIR_TIMES)
            continue;
        pair->p = fmax(pair->p, comparison->families[pair->family].p);
        pair->verdict = change_verdict(&pair->change, pair->p, pair->margin, comparison->criteria.level);
        if (pair->verdict == VERDICT_REGRESSED && comparison->criteria.waivers != NULL)
            pair->waiver = waivers_find(comparison->criteria.waivers, pair->row);
    }
}

/* Counts the verdicts, and finds what stands out. */
static void status_settle(struct comparison *comparison)
{
    static const enum exit_status by_weight[] = {EXIT_PASS, EXIT_INCONCLUSIVE, EXIT_INCONCLUSIVE,
                                                 EXIT_REGRESSION, EXIT_CRASHED};
    memset(comparison->verdicts, 0, sizeof comparison->verdicts);
    comparison->crashes = comparison->refused = comparison->waived = 0;
    comparison->only_before = comparison->only_after = 0;
    comparison->worst = NULL;
    for (size_t i = 0; i < comparison->pairs.count; i++) {
        struct pair *pair = &comparison->pairs.items[i];
        comparison->crashes += pair_is_crash(pair);
        comparison->refused += pair->status == PAIR_REFUSED;
        comparison->only_before += pair->status == PAIR_ONLY_BEFORE;
        comparison->only_after += pair->status == PAIR_ONLY_AFTER;
        if (pair->status == PAIR_TIMES)
            comparison->verdicts[pair->verdict]++;
        comparison->waived += pair->waiver != NULL;
        if (weight(pair) > 0 && worse(pair, comparison->worst))
            comparison->worst = pair;
    }
    comparison->status = by_weight[comparison->worst == NULL ? 0 : weight(comparison->worst)];
}

static void side_add(struct sided_row *sided, size_t *taken, const struct result_row *const *rows,
                     size_t count, bool after, bool builds)
{
    for (size_t i = 0; i < count; i++) {
        if (!rows[i]->twin)
            sided[(*taken)++] = (struct sided_row){rows[i], builds ? "" : rows[i]->build, after};
    }
}

bool compare_judge(const struct result_row *const *before, size_t before_count,
                   const struct result_row *const *after, size_t after_count, bool builds,
                   const struct compare_criteria *criteria, struct comparison *comparison,
                   struct error *error)
{
    *comparison = (struct comparison){.criteria = *criteria, .floor = -1};
    struct sided_row *sided = calloc(before_count + after_count + 1, sizeof *sided);
    if (sided == NULL)
        return error_set(error, "no memory to compare");
    size_t taken = 0;
    side_add(sided, &taken, before, before_count, false, builds);
    side_add(sided, &taken, after, after_count, true, builds);
    bool good = pairs_make(sided, taken, &comparison->pairs, error);
    free(sided);
    if (good && criteria->first != NULL)
        good = floors_take(comparison, criteria->first, error);
    else
        good = good && floors_add(comparison, before, before_count, error) &&
               floors_add(comparison, after, after_count, error);
    for (size_t i = 0; good && i < comparison->floor_count; i++)
        comparison->floor = fmax(comparison->floor, comparison->floors[i].share);
    good = good && changes_make(comparison, error) && families_judge(comparison, error);
    if (!good) {
        comparison_free(comparison);
        return false;
    }
    verdicts_give(comparison);
    status_settle(comparison);
    return true;
}

static const struct pair *same_cell(const struct comparison *comparison, const struct pair *as)
{
    for (size_t i = 0; i < comparison->pairs.count; i++) {
        const struct pair *pair = &comparison->pairs.items[i];
        if (pairs_same_cell(pair, as))
            return pair->status == PAIR_ONLY_BEFORE || pair->status == PAIR_ONLY_AFTER ? NULL : pair;
    }
    return NULL;
}

void comparison_join(struct comparison *first, const struct comparison *second)
{
    for (size_t i = 0; i < first->pairs.count; i++) {
        struct pair *pair = &first->pairs.items[i];
        const struct pair *again = pair_is_open(pair) ? same_cell(second, pair) : NULL;
        if (again == NULL)
            continue;
        struct pair joined = *again;
        joined.family = pair->family;
        joined.first = pair->change;
        joined.looked_again = true;
        *pair = joined;
        first->second_cells++;
    }
    first->second_rounds = second->rounds;
    status_settle(first);
}

void comparison_free(struct comparison *comparison)
{
    pairs_free(&comparison->pairs);
    free(comparison->floors);
    free(comparison->families);
    *comparison = (struct comparison){0};
}
