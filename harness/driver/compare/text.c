/* text.c - the part of compare_judge.h that puts pairs and the outcome into words. */
#include "harness/driver/compare/judge.h"

#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <stdio.h>

int pair_text(const struct pair *pair, char *text, size_t size)
{
    const struct result_row *row = pair->row;
    return snprintf(text, size, "%s, batch %" PRIu64 ", %" PRIu64 " thread%s, %s, %s, %s", row->workload,
                    row->batch, row->threads, row->threads == 1 ? "" : "s", row->symbols, row->keys,
                    row->bind);
}

int pair_family_text(const struct pair *pair, char *text, size_t size)
{
    const struct result_row *row = pair->row;
    return snprintf(text, size, "%s%s%s on %s%s%s", row->strategy, row->options[0] == '\0' ? "" : ":",
                    row->options, row->allocator, row->knobs[0] == '\0' ? "" : ":", row->knobs);
}

double pair_detects(const struct pair *pair)
{
    double detectable = pair->change.detectable;
    return detectable < 0 ? -1 : (1 + pair->margin) * (1 + detectable) - 1;
}

const char *pair_verdict(const struct pair *pair)
{
    static const char *const names[] = {
        [PAIR_TIMES] = "",
        [PAIR_CRASH_NEW] = "crash appeared",
        [PAIR_SIGNATURE_NEW] = "crash of a new kind",
        [PAIR_CRASH_MORE] = "crashes more often",
        [PAIR_CRASH_SAME] = "crashes as before",
        [PAIR_CRASH_GONE] = "crash gone",
        [PAIR_REFUSED] = "refused",
        [PAIR_ONLY_BEFORE] = "only before",
        [PAIR_ONLY_AFTER] = "only after",
    };
    return pair->status == PAIR_TIMES ? verdict_name(pair->verdict) : names[pair->status];
}

static void why_times(const struct pair *pair, char *text, size_t size)
{
    const struct change *change = &pair->change;
    if (change->interval)
        snprintf(text, size, "%.3fx the time (%.3f .. %.3f), p %.2g", change->ratio, change->low,
                 change->high, pair->p);
    else
        snprintf(text, size, "%zu pairs are too few for an interval", change->pairs);
}

static void why_detail(const struct comparison *comparison, char *text, size_t size)
{
    const struct pair *pair = comparison->worst;
    char times[128];
    why_times(pair, times, sizeof times);
    if (pair->status != PAIR_TIMES) {
        const struct result_row *told = pair->told;
        const char *cause = told->reason[0] != '\0' ? told->reason : outcome_name(told->outcome);
        snprintf(text, size, "%.200s; %zu of %zu trials failed, before %zu of %zu", cause, pair->after.failed,
                 pair->after.trials, pair->before.failed, pair->before.trials);
    } else if (pair->verdict == VERDICT_INCONCLUSIVE && pair_detects(pair) >= 0) {
        snprintf(text, size, "%s; the least regression it would show is %.1f %%", times,
                 100 * pair_detects(pair));
    } else {
        snprintf(text, size, "%s, margin %.1f %%", times, 100 * pair->margin);
    }
}

void comparison_why(const struct comparison *comparison, char *text, size_t size)
{
    const struct pair *worst = comparison->worst;
    if (worst == NULL) {
        int used = snprintf(text, size,
                            "pass: no crash appeared and no cell regressed: %zu equivalent, %zu improved",
                            comparison->verdicts[VERDICT_EQUIVALENT], comparison->verdicts[VERDICT_IMPROVED]);
        if (comparison->waived > 0 && used >= 0 && (size_t)used < size)
            snprintf(text + used, size - (size_t)used, ", %zu regressed and waived", comparison->waived);
        return;
    }
    size_t same = pair_is_crash(worst)            ? comparison->crashes
                  : worst->status == PAIR_REFUSED ? comparison->refused
                                                  : comparison->verdicts[worst->verdict];
    if (worst->status == PAIR_TIMES && worst->verdict == VERDICT_REGRESSED)
        same -= comparison->waived;
    char family[512], cell[512], detail[512], more[64] = "";
    pair_family_text(worst, family, sizeof family);
    pair_text(worst, cell, sizeof cell);
    why_detail(comparison, detail, sizeof detail);
    if (same > 1)
        snprintf(more, sizeof more, "; and %zu more", same - 1);
    snprintf(text, size, "%s: %s, %s: %s%s", pair_verdict(worst), family, cell, detail, more);
}
