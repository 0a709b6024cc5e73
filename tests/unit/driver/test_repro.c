/* test_repro.c - claims against figures that were made up, and the table of claims itself. */
#include "harness/driver/options.h"
#include "harness/driver/replay.h"
#include "harness/driver/repro/claims.h"
#include "harness/driver/repro/write.h"
#include "tests/support/made_results.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A run that is made up, as the first of the experiments. */
struct made {
    struct made_results run;
    struct repro_runs *runs;
};

static void made_begin(struct made *made)
{
    made_results_begin(&made->run);
    made->runs = calloc(1, sizeof *made->runs);
    if (made->runs == NULL)
        abort();
    made->runs->cores = 2;
}

/* rest is what stands behind: more fields, each with a comma before it. */
static void trial(struct made *made, unsigned round, const char *strategy, const char *options,
                  const char *allocator, double ns, const char *outcome, const char *rest)
{
    fprintf(
        made->run.file,
        "{\"type\":\"trial\",\"round\":%u,\"position\":0,\"cell\":{\"workload\":\"facts\",\"batch\":10,"
        "\"strategy\":\"%s\",\"options\":\"%s\",\"allocator\":\"%s\",\"knobs\":\"\",\"threads\":18,"
        "\"bind\":\"core\",\"symbols\":\"interned\",\"keys\":\"expressions\",\"build\":\"\","
        "\"twin\":false},\"outcome\":\"%s\",\"reason\":null,\"replay\":\"again\",\"oversubscribed\":false,"
        "\"samples_ns\":[%.0f]%s,\"disturbance\":null}\n",
        round, strategy, options, allocator, outcome, ns, rest);
}

static void made_read(struct made *made)
{
    made_results_read(&made->run);
    made->runs->results[0] = made->run.results;
    made->runs->ran[0] = true;
}

static void made_free(struct made *made)
{
    free(made->runs);
    made_results_free(&made->run);
}

static void judged(const struct made *made, const struct claim *claim, enum claim_verdict verdict,
                   const char *says)
{
    struct claim_finding finding;
    claim_judge(claim, made->runs, &finding);
    if (finding.verdict != verdict || strstr(finding.measured, says) == NULL)
        fail_msg("%s: %s, not %s with '%s'", finding.measured, claim_verdict_name(finding.verdict),
                 claim_verdict_name(verdict), says);
}

#define PICK(name)                                                                                           \
    {                                                                                                        \
        .experiment = 0, .strategy = name, .batch = 10                                                       \
    }

static void a_ratio_is_held_against_its_bounds(void **unused)
{
    (void)unused;
    struct made made;
    made_begin(&made);
    for (unsigned round = 0; round < 8; round++) {
        trial(&made, round, "sequential", "", "glibc", 1000 * (1 + round), "ok", "");
        trial(&made, round, "thread-local", "merge=tree", "glibc", (600 + round) * (1 + round), "ok", "");
        trial(&made, round, "thread-local", "", "glibc", 9, "ok", ""); /* another cell */
    }
    trial(&made, 8, "sequential", "", "glibc", 1, "ok", ""); /* a round without its pair */
    made_read(&made);
    struct claim claim = {.kind = CLAIM_RATIO,
                          .a = PICK("thread-local:merge=tree"),
                          .b = PICK("sequential"),
                          .low = 0.55,
                          .high = 0.65,
                          .detail = "remarkable"};
    judged(&made, &claim, CLAIM_REPRODUCED,
           "thread-local:merge=tree over sequential, 10: 0.60 of the time (0.60 .. 0.61)");
    judged(&made, &claim, CLAIM_REPRODUCED, "; remarkable");
    claim.low = 0.9, claim.high = INFINITY;
    judged(&made, &claim, CLAIM_REFUTED, "0.60");
    claim.low = 0.6034, claim.high = 0.7; /* inside the interval */
    judged(&made, &claim, CLAIM_UNDECIDED, "0.60");
    claim.low = 0.1, claim.high = 0.2; /* five times as fast, on two cores */
    judged(&made, &claim, CLAIM_NOT_TESTABLE, "2 cores");
    claim.b = claim.a;
    claim.a.strategy = "individual";
    judged(&made, &claim, CLAIM_NOT_TESTABLE, "not measured");
    made_free(&made);
}

static void few_rounds_decide_nothing(void **unused)
{
    (void)unused;
    struct made made;
    made_begin(&made);
    for (unsigned round = 0; round < 5; round++) {
        trial(&made, round, "a", "", "glibc", 100, "ok", "");
        trial(&made, round, "b", "", "glibc", 200, "ok", "");
    }
    made_read(&made);
    const struct claim claim = {.kind = CLAIM_RATIO, .a = PICK("a"), .b = PICK("b"), .low = 0.4, .high = 0.6};
    judged(&made, &claim, CLAIM_UNDECIDED, "0.50 of the time");
    made_free(&made);
}

#define CRASH                                                                                                \
    ",\"samples_checked\":3,\"samples_corrupt\":1,\"crash\":{\"address_class\":\"null+0x10\","               \
    "\"signature\":\"SIGSEGV null+0x10 intern_eagerly build\"}"
#define FINE ",\"samples_checked\":50,\"samples_corrupt\":0"

static void endings_are_counted(void **unused)
{
    (void)unused;
    struct made made;
    made_begin(&made);
    trial(&made, 0, "leaky", "", "glibc", 0, "crash", CRASH);
    trial(&made, 1, "leaky", "", "jemalloc", 0, "crash", CRASH);
    trial(&made, 0, "sound", "", "glibc", 1, "ok", FINE);
    trial(&made, 1, "sound", "", "jemalloc", 0, "refused", "");
    trial(&made, 0, "quiet", "", "glibc", 0, "corrupt", ",\"samples_checked\":9,\"samples_corrupt\":1");
    trial(&made, 0, "some", "", "glibc", 0, "crash", CRASH);
    trial(&made, 0, "some", "", "jemalloc", 1, "ok", FINE);
    for (unsigned i = 0; i < 4; i++) {
        trial(&made, i, "alone", "", "jemalloc", 0, "crash", CRASH);
        trial(&made, i, "alone", "", "glibc", 1, "ok", FINE);
    }
    trial(&made, 0, "rarely", "", "jemalloc", 0, "crash", CRASH);
    trial(&made, 0, "rarely", "", "glibc", 1, "ok", FINE);
    made_read(&made);
    struct claim claim = {.kind = CLAIM_CRASHES, .a = PICK("leaky")};
    judged(
        &made, &claim, CLAIM_REPRODUCED,
        "2 of 2 trials crashed, 2 at null+0x10, 2 in the interning functions; 2 of 8 samples silently wrong");
    claim.a.strategy = "sound";
    judged(&made, &claim, CLAIM_REFUTED, "0 of 1 trials crashed in 50 checked samples");
    claim.a.strategy = "quiet";
    judged(&made, &claim, CLAIM_REFUTED, "1 of 10 samples silently wrong");
    claim.kind = CLAIM_BREAKS; /* a lost key counts as well */
    judged(&made, &claim, CLAIM_REPRODUCED, "1 of 10 samples");
    claim.a.strategy = "nobody";
    judged(&made, &claim, CLAIM_NOT_TESTABLE, "not measured");

    claim.kind = CLAIM_FOLLOWS;
    claim.a.strategy = "leaky";
    judged(&made, &claim, CLAIM_REFUTED, "glibc 1 of 1, jemalloc 1 of 1 trials crashed: also under others");
    claim.a.strategy = "some";
    judged(&made, &claim, CLAIM_REFUTED, "glibc 1 of 1, jemalloc 0 of 1");
    claim.a.strategy = "alone";
    judged(&made, &claim, CLAIM_REPRODUCED, "glibc 0 of 4, jemalloc 4 of 4 trials crashed");
    claim.a.strategy = "rarely";
    judged(&made, &claim, CLAIM_UNDECIDED, "glibc 0 of 1, jemalloc 1 of 1 trials crashed");
    claim.a.strategy = "sound";
    judged(&made, &claim, CLAIM_NOT_TESTABLE, "fewer than two allocators");
    made_free(&made);
}

static void shares_and_figures_are_medians(void **unused)
{
    (void)unused;
    struct made made;
    made_begin(&made);
    static const char *const phases[] = {"\"print\":10,\"parse\":30,\"merge\":60",
                                         "\"print\":20,\"merge\":80", "\"print\":70,\"merge\":30"};
    for (unsigned i = 0; i < 3; i++) {
        char rest[160];
        snprintf(rest, sizeof rest, ",\"phases_ns\":{%s},\"contention\":{\"arenas\":%u}", phases[i], 4 + i);
        trial(&made, i, "text", "", "glibc", 1, "ok", rest);
    }
    made_read(&made);
    struct claim claim = {
        .kind = CLAIM_SHARE, .a = PICK("text"), .low = 0.3, .high = 0.5, .detail = "print parse"};
    claim.a.workload = "facts";
    judged(&made, &claim, CLAIM_REPRODUCED, "40.0 % of the time is print parse");
    claim.detail = "arse"; /* part of a name is no name */
    judged(&made, &claim, CLAIM_REFUTED, " 0.0 %");
    claim = (struct claim){
        .kind = CLAIM_FIGURE, .a = PICK("text"), .low = 0, .high = 5, .detail = "contention arenas"};
    judged(&made, &claim, CLAIM_REPRODUCED, "5 arenas");
    claim.high = 4;
    judged(&made, &claim, CLAIM_REFUTED, "5 arenas");
    claim.detail = "contention waits";
    judged(&made, &claim, CLAIM_NOT_TESTABLE, "not measured");
    made_free(&made);
}

static void a_threads_start_is_what_it_adds(void **unused)
{
    (void)unused;
    struct made made;
    made_begin(&made);
    trial(&made, 0, "churn", "pool=spawn", "glibc", 181000, "ok", "");
    trial(&made, 0, "churn", "pool=spin", "glibc", 11000, "ok", "");
    made_read(&made);
    struct claim claim = {.kind = CLAIM_START,
                          .a = PICK("churn:pool=spawn"),
                          .b = PICK("churn:pool=spin"),
                          .low = 5,
                          .high = 20};
    claim.a.threads = 18;
    judged(&made, &claim, CLAIM_REPRODUCED, "10.0 us a thread");
    claim.low = 11;
    judged(&made, &claim, CLAIM_REFUTED, "11.0 us in all");
    made_free(&made);
}

static const struct claim *claim_of(const char *id)
{
    for (size_t i = 0; i < claim_count; i++) {
        if (strcmp(claims[i].id, id) == 0)
            return &claims[i];
    }
    return NULL;
}

static void no_claim_is_missing(void **unused)
{
    (void)unused;
    for (unsigned i = 1; i <= 47; i++) {
        char id[8];
        snprintf(id, sizeof id, "C%u", i);
        assert_non_null(claim_of(id));
        snprintf(id, sizeof id, "D%u", i);
        assert_true((claim_of(id) != NULL) == (i <= 22));
    }
}

/* Every strategy and allocator that a claim looks for stands in the options of its experiment. */
static void every_claim_is_measured(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < claim_count; i++) {
        const struct claim *claim = &claims[i];
        if (claim->kind == CLAIM_OUTSIDE || claim->kind == CLAIM_ARITHMETIC) {
            assert_non_null(claim->detail);
            continue;
        }
        const struct repro_pick *const picks[] = {&claim->a, &claim->b};
        for (size_t j = 0; j < (claim->kind == CLAIM_RATIO || claim->kind == CLAIM_START ? 2 : 1); j++) {
            const char *options = repro_experiments[picks[j]->experiment].experiment.options;
            if ((picks[j]->strategy != NULL && strstr(options, picks[j]->strategy) == NULL) ||
                (picks[j]->allocator != NULL && strstr(options, picks[j]->allocator) == NULL))
                fail_msg("%s looks for what '%s' does not run", claim->id, options);
        }
        if (claim->kind == CLAIM_RATIO)
            assert_true(claim->low < claim->high);
    }
}

static void every_experiment_can_be_asked_for(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < REPRO_EXPERIMENTS; i++) {
        struct run_options options;
        struct error error = {.text = ""};
        char **words;
        int count;
        bool help;
        options_init(&options);
        assert_true(replay_words(repro_experiments[i].experiment.options, &words, &count, &error));
        if (!options_read(&options, count, words, &help, &error))
            fail_msg("%s: %s", repro_experiments[i].experiment.folder, error.text);
        free(words);
        options_free(&options);
    }
}

static void the_table_counts_its_verdicts(void **unused)
{
    (void)unused;
    struct claim_finding *findings = calloc(claim_count, sizeof *findings);
    const struct host host = {.cpu = "a processor", .cores = 2};
    char *text = NULL, end[80];
    size_t size = 0;
    assert_non_null(findings);
    for (size_t i = 0; i < claim_count; i++)
        findings[i].verdict = i == 0 ? CLAIM_REPRODUCED : i < 3 ? CLAIM_REFUTED : CLAIM_NOT_TESTABLE;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    repro_write_table(findings, &host, out);
    fclose(out);
    snprintf(end, sizeof end, "\n1 reproduced, 2 refuted, 0 undecided, %zu not testable here.\n",
             claim_count - 3);
    assert_non_null(strstr(text, end));
    free(text);
    free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_is_held_against_its_bounds),
        cmocka_unit_test(few_rounds_decide_nothing),
        cmocka_unit_test(endings_are_counted),
        cmocka_unit_test(shares_and_figures_are_medians),
        cmocka_unit_test(a_threads_start_is_what_it_adds),
        cmocka_unit_test(no_claim_is_missing),
        cmocka_unit_test(every_claim_is_measured),
        cmocka_unit_test(every_experiment_can_be_asked_for),
        cmocka_unit_test(the_table_counts_its_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
