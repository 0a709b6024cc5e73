/* print.c - see print.h. */
#include "harness/driver/arenas/print.h"

#include "harness/stats/rates.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static bool starts_table(const struct arenas_doses *doses, size_t i)
{
    const struct arenas_dose *dose = &doses->items[i];
    return i == 0 || dose[-1].base != dose->base || strcmp(dose[-1].strategy, dose->strategy) != 0;
}

static void print_head(const struct arenas_dose *dose, FILE *out)
{
    const struct arenas_base *base = dose->base;
    fprintf(out, "\n%s on %s, %" PRIu64 " a sample\n  threads ", dose->strategy, base->spec, dose->batch);
    for (size_t i = 0; i < base->limit_count; i++) {
        if (base->limits[i] == ARENAS_NO_LIMIT)
            fprintf(out, "%9s", base->limit_count == 1 ? "ns" : "no limit");
        else
            fprintf(out, "%9" PRIu64, base->limits[i]);
    }
    fputs("   fewest/none   90 % interval        p  a arena  waits   p99 ns  KiB/thr  verdict\n", out);
}

/* A figure under the lowest limit and under none: "12/3". */
static void print_both(FILE *out, int width, double few, double none)
{
    char text[48] = "-";
    if (few >= 0 && none >= 0)
        snprintf(text, sizeof text, "%.0f/%.0f", few, none);
    fprintf(out, " %*s", width, text);
}

static void print_effect(const struct arenas_dose *dose, FILE *out)
{
    if (dose->base->limit_count < 2 || dose->pairs == 0)
        fprintf(out, "  %12s  %16s %8s", "-", "-", "-");
    else if (isnan(dose->effect_low))
        fprintf(out, "  %+11.1f%%  %16s %8s", 100 * dose->effect, "-", "-");
    else
        fprintf(out, "  %+11.1f%%  %+7.1f .. %+5.1f %8.2g", 100 * dose->effect, 100 * dose->effect_low,
                100 * dose->effect_high, dose->p);
}

/* What a thread more costs in resident memory, against one thread under the same limit. */
static double bytes_per_thread(const struct arenas_doses *doses, const struct arenas_dose *dose, size_t limit)
{
    for (size_t i = 0; i < doses->count; i++) {
        const struct arenas_dose *one = &doses->items[i];
        if (one->base == dose->base && strcmp(one->strategy, dose->strategy) == 0 && one->threads == 1 &&
            dose->threads > 1 && one->levels[limit].rss_bytes >= 0 && dose->levels[limit].rss_bytes >= 0)
            return fmax(0, (dose->levels[limit].rss_bytes - one->levels[limit].rss_bytes) /
                               (double)(dose->threads - 1));
    }
    return -1;
}

static void print_dose(const struct arenas_doses *doses, const struct arenas_dose *dose, FILE *out)
{
    size_t last = dose->base->limit_count - 1;
    const struct arenas_level *few = &dose->levels[0], *none = &dose->levels[last];
    uint64_t crashes = 0;
    fprintf(out, "  %7" PRIu64 " ", dose->threads);
    for (size_t i = 0; i <= last; i++) {
        crashes += dose->levels[i].crashes;
        if (dose->levels[i].median_ns < 0)
            fprintf(out, "%9s", dose->levels[i].trials == 0 ? "-" : "failed");
        else
            fprintf(out, "%9.2f", dose->levels[i].median_ns / (double)dose->batch);
    }
    print_effect(dose, out);
    print_both(out, 8, (double)few->threads_per_arena, (double)none->threads_per_arena);
    print_both(out, 6, (double)few->lock_waits, (double)none->lock_waits);
    print_both(out, 8, few->p99_ns, none->p99_ns);
    print_both(out, 8, bytes_per_thread(doses, dose, 0) / 1024, bytes_per_thread(doses, dose, last) / 1024);
    fprintf(out, "  %s", dose->threads == 1 ? "control" : arenas_verdict_name(dose->verdict));
    if (crashes > 0)
        fprintf(out, ", %" PRIu64 " crashed", crashes);
    fputc('\n', out);
}

void arenas_print_doses(const struct arenas_doses *doses, FILE *out)
{
    for (size_t i = 0; i < doses->count; i++) {
        if (starts_table(doses, i))
            print_head(&doses->items[i], out);
        print_dose(doses, &doses->items[i], out);
    }
    fputs(
        "\nTimes are ns an item, medians of the rounds. fewest/none: by how much the lowest limit is slower "
        "than none.\np: Jonckheere and Terpstra's trend over the limits, one-sided, after Holm. a arena: "
        "threads on the fullest arena,\nas the allocator counts; waits: for its locks; p99: of one "
        "allocation; KiB/thr: resident, a thread more;\neach under the fewest arenas and under no limit.\n",
        out);
}

/* The number of threads at which a base and strategy showed it most. */
static const struct arenas_dose *strongest(const struct arenas_doses *doses, const struct arenas_dose *of)
{
    const struct arenas_dose *found = NULL;
    for (size_t i = 0; i < doses->count; i++) {
        const struct arenas_dose *dose = &doses->items[i];
        if (dose->base == of->base && strcmp(dose->strategy, of->strategy) == 0 &&
            dose->verdict != ARENAS_NOT_TESTED && (found == NULL || dose->effect > found->effect))
            found = dose;
    }
    return found;
}

static void print_speed(const struct arenas_doses *doses, const struct arenas_dose *first, FILE *out)
{
    enum arenas_verdict verdict = arenas_verdict_of(doses, first->base, first->strategy);
    const struct arenas_dose *most = strongest(doses, first);
    if (first->base->limit_count < 2)
        return;
    fprintf(out, "  %-13s %-24s %s", first->strategy, first->base->spec,
            verdict == ARENAS_NOT_TESTED ? "not tested: no sharing was counted"
                                         : arenas_verdict_name(verdict));
    if (most != NULL)
        fprintf(out, "; at most %+.1f %% (%+.1f .. %+.1f), with %" PRIu64 " threads", 100 * most->effect,
                100 * most->effect_low, 100 * most->effect_high, most->threads);
    fputc('\n', out);
}

static void print_crashes(const struct arenas_doses *doses, FILE *out)
{
    double low, high;
    if (doses->trials == 0)
        return;
    rate_interval(doses->crashes, doses->trials, &low, &high);
    fprintf(out, "Sharing an arena crashes: ");
    if (doses->crashes == 0)
        fputs("refuted", out);
    else
        fputs(doses->crash_p < 0.05 ? "supported" : "inconclusive", out);
    fprintf(out,
            "; %" PRIu64 " of %" PRIu64 " trials on two threads or more crashed, hung, or lost a key "
            "(95 %% interval %.2g .. %.2g)",
            doses->crashes, doses->trials, low, high);
    if (doses->crashes > 0)
        fprintf(out, ", trend over the limits p = %.2g (Cochran-Armitage)", doses->crash_p);
    fputs(".\n", out);
}

void arenas_print_verdict(const struct arenas_doses *doses, FILE *out)
{
    fprintf(out, "\nSharing an arena slows by more than %.0f %%:\n", 100 * ARENAS_MARGIN);
    for (size_t i = 0; i < doses->count; i++) {
        if (starts_table(doses, i))
            print_speed(doses, &doses->items[i], out);
    }
    print_crashes(doses, out);
}

enum arenas_verdict arenas_worst(const struct arenas_doses *doses)
{
    enum arenas_verdict worst = ARENAS_NOT_TESTED;
    for (size_t i = 0; i < doses->count; i++) {
        enum arenas_verdict verdict = doses->items[i].verdict;
        if (verdict == ARENAS_INCONCLUSIVE)
            return verdict;
        if (verdict != ARENAS_NOT_TESTED && worst != ARENAS_SUPPORTED)
            worst = verdict;
    }
    return worst;
}
