/* judge.c - see claims.h: a claim against what was measured. */
#include "harness/driver/repro/claims.h"

#include "harness/driver/options.h"
#include "harness/stats/rates.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static void say(struct claim_finding *finding, enum claim_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Behind what is already said. */
static void say(struct claim_finding *finding, enum claim_verdict verdict, const char *format, ...)
{
    size_t used = strlen(finding->measured);
    va_list arguments;
    finding->verdict = verdict;
    va_start(arguments, format);
    vsnprintf(finding->measured + used, sizeof finding->measured - used, format, arguments);
    va_end(arguments);
}

static void remark(struct claim_finding *finding, const char *text)
{
    if (text != NULL)
        say(finding, finding->verdict, "; %s", text);
}

/* Reproduced if all that cannot be ruled out lies inside, refuted if all of it lies outside. */
static enum claim_verdict inside(double low, double high, const struct claim *claim)
{
    if (isnan(low) || isnan(high))
        return CLAIM_UNDECIDED;
    if (claim->low <= low && high <= claim->high)
        return CLAIM_REPRODUCED;
    return high < claim->low || low > claim->high ? CLAIM_REFUTED : CLAIM_UNDECIDED;
}

static const char *pick_name(const struct repro_pick *pick)
{
    return pick->strategy != NULL ? pick->strategy : "any";
}

static void judge_ratio(const struct claim *claim, const struct repro_runs *runs,
                        struct claim_finding *finding)
{
    struct repro_ratio found = repro_ratio(runs, &claim->a, &claim->b);
    if (!found.known) {
        say(finding, CLAIM_NOT_TESTABLE, "not measured");
        return;
    }
    say(finding, inside(found.low, found.high, claim), "%s over %s%s%s", pick_name(&claim->a),
        pick_name(&claim->b), claim->a.workload != NULL ? ", " : "",
        claim->a.workload != NULL ? claim->a.workload : "");
    if (claim->a.batch == claim->b.batch)
        say(finding, finding->verdict, ", %" PRIu64, claim->a.batch);
    else
        say(finding, finding->verdict, ", %" PRIu64 " over %" PRIu64 ", an item", claim->a.batch,
            claim->b.batch);
    say(finding, finding->verdict, ": %.2f of the time", found.ratio);
    if (!isnan(found.low))
        say(finding, finding->verdict, " (%.2f .. %.2f)", found.low, found.high);
    /* A gain beyond the number of cores cannot be had, so that it is missed here says nothing. */
    if (strcmp(pick_name(&claim->b), "sequential") == 0 && claim->high < 1 / (double)runs->cores &&
        finding->verdict != CLAIM_REPRODUCED)
        say(finding, CLAIM_NOT_TESTABLE, "; what is claimed takes more than this machine's %" PRIu64 " cores",
            runs->cores);
    remark(finding, claim->detail);
}

static void say_endings(struct claim_finding *finding, const struct repro_endings *endings)
{
    say(finding, finding->verdict, "%" PRIu64 " of %" PRIu64 " trials crashed", endings->bad,
        endings->trials);
    if (endings->at_0x10 > 0)
        say(finding, finding->verdict, ", %" PRIu64 " at null+0x10", endings->at_0x10);
    if (endings->interning > 0)
        say(finding, finding->verdict, ", %" PRIu64 " in the interning functions", endings->interning);
    if (endings->corrupt > 0)
        say(finding, finding->verdict, "; %" PRIu64 " of %" PRIu64 " samples silently wrong",
            endings->corrupt, endings->samples);
    if (endings->bad == 0 && endings->corrupt == 0)
        say(finding, finding->verdict, " in %" PRIu64 " checked samples (rate a sample at most %.2g)",
            endings->samples, endings->high);
}

static void judge_crashes(const struct claim *claim, const struct repro_runs *runs,
                          struct claim_finding *finding)
{
    struct repro_endings endings = repro_endings(runs, &claim->a);
    bool bad = endings.bad > 0 || (claim->kind == CLAIM_BREAKS && endings.corrupt > 0);
    if (endings.trials == 0) {
        say(finding, CLAIM_NOT_TESTABLE, "not measured");
        return;
    }
    finding->verdict = bad ? CLAIM_REPRODUCED : CLAIM_REFUTED;
    say_endings(finding, &endings);
    remark(finding, claim->detail);
}

/* Refuted by one crash under another allocator; reproduced where it crashes under jemalloc surely more often
 * than under all others together, which do not crash at all. */
static enum claim_verdict follows_jemalloc(const struct repro_endings *jemalloc,
                                           const struct repro_endings *others)
{
    if (others->bad > 0)
        return CLAIM_REFUTED;
    double p = fisher_two_sided(jemalloc->bad, jemalloc->trials, others->bad, others->trials);
    return jemalloc->bad > 0 && p < 0.05 ? CLAIM_REPRODUCED : CLAIM_UNDECIDED;
}

static void judge_follows(const struct claim *claim, const struct repro_runs *runs,
                          struct claim_finding *finding)
{
    struct repro_endings jemalloc = {.trials = 0}, others = {.trials = 0};
    for (const char *const *allocator = options_allocators_all; *allocator != NULL; allocator++) {
        struct repro_pick pick = claim->a;
        pick.allocator = *allocator;
        struct repro_endings endings = repro_endings(runs, &pick);
        struct repro_endings *sum = strcmp(*allocator, "jemalloc") == 0 ? &jemalloc : &others;
        sum->trials += endings.trials;
        sum->bad += endings.bad;
        if (endings.trials > 0)
            say(finding, CLAIM_UNDECIDED, "%s%s %" PRIu64 " of %" PRIu64,
                finding->measured[0] != '\0' ? ", " : "", *allocator, endings.bad, endings.trials);
    }
    if (jemalloc.trials == 0 || others.trials == 0)
        say(finding, CLAIM_NOT_TESTABLE, "%sfewer than two allocators were measured",
            finding->measured[0] != '\0' ? "; " : "");
    else
        say(finding, follows_jemalloc(&jemalloc, &others), " trials crashed%s",
            others.bad > 0 ? ": also under others" : "");
    remark(finding, claim->detail);
}

static void judge_share(const struct claim *claim, const struct repro_runs *runs,
                        struct claim_finding *finding)
{
    double share = repro_phase_share(runs, &claim->a, claim->detail);
    if (share < 0)
        say(finding, CLAIM_NOT_TESTABLE, "not measured");
    else
        say(finding, inside(share, share, claim), "%s, %s, %" PRIu64 ": %.1f %% of the time is %s",
            pick_name(&claim->a), claim->a.workload, claim->a.batch, 100 * share, claim->detail);
}

static void judge_figure(const struct claim *claim, const struct repro_runs *runs,
                         struct claim_finding *finding)
{
    char object[64], name[64];
    double figure = -1;
    if (sscanf(claim->detail, "%63s %63s", object, name) == 2)
        figure = repro_figure(runs, &claim->a, object, name);
    if (figure < 0)
        say(finding, CLAIM_NOT_TESTABLE, "not measured");
    else
        say(finding, inside(figure, figure, claim), "%s with %" PRIu64 " threads: %.0f %s",
            pick_name(&claim->a), claim->a.threads, figure, name);
}

static void judge_start(const struct claim *claim, const struct repro_runs *runs,
                        struct claim_finding *finding)
{
    double spawned = repro_time_ns(runs, &claim->a), ready = repro_time_ns(runs, &claim->b);
    if (spawned < 0 || ready < 0) {
        say(finding, CLAIM_NOT_TESTABLE, "not measured");
        return;
    }
    double each_us = (spawned - ready) / 1e3 / (double)(claim->a.threads - 1);
    say(finding, inside(each_us, each_us, claim),
        "%.1f us a thread, started and joined; handing a job to %" PRIu64 " that are there: %.1f us in all",
        each_us, claim->a.threads, ready / 1e3);
}

static void judge_arithmetic(const struct claim *claim, struct claim_finding *finding)
{
    bool same = fabs(claim->low - claim->high) <= 0.001 * fabs(claim->high);
    say(finding, same ? CLAIM_REPRODUCED : CLAIM_REFUTED, "%.4g by its own figures, %.4g said", claim->low,
        claim->high);
    remark(finding, claim->detail);
}

void claim_judge(const struct claim *claim, const struct repro_runs *runs, struct claim_finding *finding)
{
    *finding = (struct claim_finding){.verdict = CLAIM_NOT_TESTABLE, .measured = ""};
    switch (claim->kind) {
    case CLAIM_RATIO:
        judge_ratio(claim, runs, finding);
        break;
    case CLAIM_CRASHES:
    case CLAIM_BREAKS:
        judge_crashes(claim, runs, finding);
        break;
    case CLAIM_FOLLOWS:
        judge_follows(claim, runs, finding);
        break;
    case CLAIM_SHARE:
        judge_share(claim, runs, finding);
        break;
    case CLAIM_FIGURE:
        judge_figure(claim, runs, finding);
        break;
    case CLAIM_START:
        judge_start(claim, runs, finding);
        break;
    case CLAIM_ARITHMETIC:
        judge_arithmetic(claim, finding);
        return;
    case CLAIM_OUTSIDE:
        say(finding, CLAIM_NOT_TESTABLE, "%s", claim->detail);
        return;
    }
    finding->replay = repro_replay(runs, &claim->a);
}

const char *claim_verdict_name(enum claim_verdict verdict)
{
    static const char *const names[] = {"reproduced", "refuted", "undecided", "not testable here"};
    return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "unknown";
}
