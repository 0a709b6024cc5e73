/* test_report.c - verdicts of strategies that were made up for each of them, and the document about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/exit_status.h"
#include "harness/driver/report/plots.h"
#include "harness/driver/report/decision.h"
#include "harness/driver/report/sections.h"
#include "tests/support/fault.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 10, BATCHES = 4, TEXT_BYTES = 256 };

static const unsigned batches[BATCHES] = {10, 100, 1000, 10000};

/* A results file that is made up, and what is judged of it. */
struct made {
    char place[32];
    FILE *file;
    struct report_run run;
    struct subjects subjects;
    struct criteria criteria;
    unsigned threads; /* of the trials that follow */
    const char *allocator;
};

/* fields: more of the run line. */
static void made_begin_with(struct made *made, const char *fields)
{
    memset(made, 0, sizeof *made);
    strcpy(made->place, "/tmp/test_report.XXXXXX");
    int fd = mkstemp(made->place);
    assert_true(fd >= 0);
    made->file = fdopen(fd, "w");
    assert_non_null(made->file);
    criteria_defaults(&made->criteria);
    made->threads = 2;
    made->allocator = "jemalloc";
    fprintf(made->file, "{\"type\":\"run\",\"schema\":1,\"command\":\"triebench run --seed 7\"%s}\n", fields);
}

static void made_begin(struct made *made)
{
    made_begin_with(made, "");
}

/* heap: bytes; below 0 not measured. crash: what stands in its field. */
static void trial(struct made *made, unsigned round, unsigned batch, const char *strategy, bool twin,
                  double ns, double heap, const char *outcome, const char *crash)
{
    char memory[64] = "null", samples[32] = "";
    if (heap >= 0)
        snprintf(memory, sizeof memory, "{\"heap_peak_bytes\":%.0f}", heap);
    if (ns >= 0)
        snprintf(samples, sizeof samples, "%.0f", ns);
    fprintf(made->file,
            "{\"type\":\"trial\",\"round\":%u,\"position\":0,\"cell\":{\"workload\":\"facts\",\"batch\":%u,"
            "\"strategy\":\"%s\",\"options\":\"\",\"allocator\":\"%s\",\"knobs\":\"\",\"threads\":%u,"
            "\"bind\":\"core\",\"symbols\":\"interned\",\"keys\":\"expressions\",\"build\":\"\",\"twin\":%s},"
            "\"outcome\":\"%s\",\"reason\":%s,\"replay\":\"again %s %u %u\",\"control\":%s,"
            "\"oversubscribed\":false,"
            "\"samples_ns\":[%s],\"memory\":%s,\"disturbance\":null,\"crash\":%s,\"search\":null}\n",
            round, batch, strategy, made->allocator, made->threads, twin ? "true" : "false", outcome,
            strcmp(outcome, "ok") == 0 ? "null" : "\"so it ended\"", strategy, batch, round,
            strcmp(strategy, "twice") == 0 ? "true" : "false", samples, memory, crash);
}

/* The reference takes 100 ns an item, and is off by wobble (a share) in every other round. */
static double reference_ns(unsigned round, unsigned batch)
{
    return 100.0 * batch * (1 + 0.01 * (round % 3));
}

/* A strategy that takes ratios[i] times the reference at batches[i], give or take noise (a share). */
static void strategy(struct made *made, const char *name, const double ratios[BATCHES], double noise,
                     double heap)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < BATCHES; i++) {
            double off = 1 + noise * ((round * 7 + i) % ROUNDS - 4.5) / 4.5;
            trial(made, round, batches[i], name, false, reference_ns(round, batches[i]) * ratios[i] * off,
                  heap, "ok", "null");
        }
    }
}

static void reference(struct made *made)
{
    const double same[BATCHES] = {1, 1, 1, 1};
    strategy(made, "sequential", same, 0, 1000);
}

static void judge_all(struct made *made)
{
    struct error error = {.text = ""};
    fputs("{\"type\":\"end\",\"finished\":true,\"seconds\":8}\n", made->file);
    assert_int_equal(fclose(made->file), 0);
    if (!report_run_open(made->place, &made->run, &error))
        fail_msg("%s", error.text);
    assert_int_equal(made->run.results.problem_count, 0);
    if (!subjects_make(&made->run, 1, "sequential", made->criteria.alpha, &made->subjects, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < made->subjects.count; i++)
        subject_judge(&made->subjects.items[i], &made->criteria, "sequential");
}

static void made_free(struct made *made)
{
    subjects_free(&made->subjects);
    report_run_free(&made->run);
    unlink(made->place);
}

static const struct subject *subject_named(const struct made *made, const char *name)
{
    for (size_t i = 0; i < made->subjects.count; i++) {
        if (strcmp(made->subjects.items[i].cells[0].cell->row->strategy, name) == 0)
            return &made->subjects.items[i];
    }
    fail_msg("no subject %s", name);
    abort();
}

/* The verdict, the batch of the cell that shows it, and a part of its reason. */
static void judged(const struct made *made, const char *name, const char *verdict, unsigned batch,
                   const char *reason)
{
    char text[TEXT_BYTES], replay[TEXT_BYTES];
    const struct subject *subject = subject_named(made, name);
    subject_verdict_text(subject, text, sizeof text);
    if (strcmp(text, verdict) != 0 || strstr(subject->reason, reason) == NULL)
        fail_msg("%s: %s: %s; not %s with '%s'", name, text, subject->reason, verdict, reason);
    assert_int_equal(subject->told->cell->row->batch, batch);
    snprintf(replay, sizeof replay, "again %s %u ", name, batch);
    assert_memory_equal(subject->trial->replay, replay, strlen(replay));
}

static const double faster[BATCHES] = {0.9, 0.8, 0.7, 0.6}, later[BATCHES] = {1.5, 1.1, 0.7, 0.6},
                    slower[BATCHES] = {0.6, 0.9, 1.2, 1.5}, level[BATCHES] = {0.9, 0.9, 0.9, 0.9};

static void crasher(struct made *made)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        bool dead = round == 3;
        trial(made, round, 1000, "crasher", false, dead ? -1 : 50e3, 1000, dead ? "crash" : "ok",
              dead ? "{\"signature\":\"SIGSEGV null+0x10 intern\",\"phase\":\"encode\",\"frames\":"
                     "[{\"function\":\"intern\",\"file\":\"symbols.c\",\"line\":7}]}"
                   : "null");
    }
}

/* All five in one run. */
static void five(struct made *made)
{
    made_begin(made);
    reference(made);
    strategy(made, "good", faster, 0.01, 1100);
    strategy(made, "late", later, 0.01, 1100);
    crasher(made);
    strategy(made, "slow", slower, 0.01, 1100);
    strategy(made, "unsure", level, 0.4, 1100);
    judge_all(made);
}

static void each_verdict_with_its_cell(void **state)
{
    (void)state;
    struct made made;
    five(&made);
    assert_int_equal(made.subjects.count, 5);
    judged(&made, "good", "ACCEPTED", 10000, "1.67x");
    judged(&made, "late", "ACCEPTED FROM 1000", 1000, "at batch 100 slower, 0.91x");
    judged(&made, "crasher", "REJECTED", 1000,
           "SIGSEGV null+0x10 intern; 1 of 10 trials failed (0.253 .. 44.5 %)");
    assert_string_equal(subject_named(&made, "crasher")->trial->replay, "again crasher 1000 3");
    judged(&made, "slow", "REJECTED", 10000, "slower at facts, batch 10000, 2 threads on jemalloc: 0.67x");
    judged(&made, "unsure", "INCONCLUSIVE", 10000, "where 1.05x is asked");
    assert_true(subject_named(&made, "unsure")->settle_rounds > ROUNDS);
    assert_int_equal(subjects_status(&made.subjects), EXIT_CRASHED);
    made_free(&made);
}

static void status_of(const char *name, const double ratios[BATCHES], double noise, int status)
{
    struct made made;
    made_begin(&made);
    reference(&made);
    strategy(&made, "good", faster, 0.01, 1100);
    strategy(&made, name, ratios, noise, 1100);
    judge_all(&made);
    assert_int_equal(subjects_status(&made.subjects), status);
    made_free(&made);
}

static void the_status_follows(void **state)
{
    (void)state;
    status_of("late", later, 0.01, EXIT_PASS);
    status_of("slow", slower, 0.01, EXIT_REGRESSION);
    status_of("unsure", level, 0.4, EXIT_INCONCLUSIVE);
}

/* 1.1 at 100 and 0.7 at 1000: on the line between the logarithms, 1 lies at 10^(2 + ln 1.1 / ln(1.1 / 0.7)).
 */
static void breaks_even_between(void **state)
{
    (void)state;
    struct made made;
    made_begin(&made);
    reference(&made);
    strategy(&made, "good", faster, 0, 1100);
    strategy(&made, "late", later, 0, 1100);
    strategy(&made, "slow", slower, 0, 1100);
    judge_all(&made);
    const struct break_even *even = &subject_named(&made, "late")->even;
    assert_true(even->known && even->interval);
    double expected = pow(10, 2 + log(1.1) / log(1.1 / 0.7));
    assert_true(fabs(even->batch / expected - 1) < 1e-3);
    assert_true(fabs(even->low / expected - 1) < 1e-3 && fabs(even->high / expected - 1) < 1e-3);
    assert_true(subject_named(&made, "good")->even.batch == 0);
    assert_true(isinf(subject_named(&made, "slow")->even.batch) != 0);
    made_free(&made);
}

static void judged_alone(const char *name, const double ratios[BATCHES], double heap,
                         const struct criteria *criteria, const char *verdict, unsigned batch,
                         const char *reason)
{
    struct made made;
    made_begin(&made);
    made.criteria = *criteria;
    reference(&made);
    strategy(&made, name, ratios, 0.01, heap);
    judge_all(&made);
    judged(&made, name, verdict, batch, reason);
    made_free(&made);
}

static void each_criterion_counts(void **state)
{
    (void)state;
    struct criteria criteria;
    criteria_defaults(&criteria);
    judged_alone("fat", faster, 2100, &criteria, "REJECTED", 10, "2.10 times the memory");
    judged_alone("fat", later, 2100, &criteria, "REJECTED", 1000, "2.10 times the memory");
    judged_alone("blind", faster, -1, &criteria, "INCONCLUSIVE", 10, "memory was not measured");
    criteria.memory_factor_max = 0;
    judged_alone("fat", faster, 2100, &criteria, "ACCEPTED", 10000, "at batch 10000");
    criteria.speedup_min = 2;
    judged_alone("good", faster, 1000, &criteria, "REJECTED", 10000, "gains too little");
    criteria.speedup_min = 1.3;
    judged_alone("good", faster, 1000, &criteria, "ACCEPTED", 10000, "1.67x");
    criteria.speedup_from = 100;
    judged_alone("good", faster, 1000, &criteria, "ACCEPTED FROM 1000", 1000,
                 "at batch 100 not shown to be fast enough, 1.25x");
    criteria.speedup_from = 20000;
    judged_alone("good", faster, 1000, &criteria, "INCONCLUSIVE", 10000, "the largest batch is 10000");
    criteria.speedup_from = 1000;
    criteria.trials_min = 41;
    judged_alone("good", faster, 1000, &criteria, "INCONCLUSIVE", 10000, "and 41 are asked");
    criteria.trials_min = 40;
    criteria.margin = 0.6;
    judged_alone("late", later, 1000, &criteria, "ACCEPTED", 10000, "1.67x");
}

/* What the reference differs from itself by, 10 % here, is neither a gain nor a loss. */
static void below_the_floor_nothing_is_said(void **state)
{
    (void)state;
    const double gain[BATCHES] = {0.93, 0.93, 0.93, 0.93}, loss[BATCHES] = {1.07, 1.07, 1.07, 1.07};
    struct made made;
    made_begin(&made);
    reference(&made);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < BATCHES; i++)
            trial(&made, round, batches[i], "sequential", true, 1.1 * reference_ns(round, batches[i]), 1000,
                  "ok", "null");
    }
    strategy(&made, "gain", gain, 0.001, 1000);
    strategy(&made, "loss", loss, 0.001, 1000);
    judge_all(&made);
    judged(&made, "gain", "INCONCLUSIVE", 10000, "where 1.10x is asked");
    assert_non_null(strstr(subject_named(&made, "gain")->settle, "quieter machine"));
    judged(&made, "loss", "REJECTED", 10000, "gains too little");
    made_free(&made);
}

static void too_few_rounds_settle_nothing(void **state)
{
    (void)state;
    struct made made;
    made_begin(&made);
    for (unsigned round = 0; round < 5; round++) {
        trial(&made, round, 1000, "sequential", false, 100e3, 1000, "ok", "null");
        trial(&made, round, 1000, "good", false, 50e3, 1000, "ok", "null");
    }
    judge_all(&made);
    judged(&made, "good", "INCONCLUSIVE", 1000, "2.00x");
    assert_int_equal(subject_named(&made, "good")->settle_rounds, 6);
    made_free(&made);
}

/* Refused is no failure, and a failure beside refusals is the one that is told. */
static void refusals_are_no_failures(void **state)
{
    (void)state;
    struct made made;
    made_begin(&made);
    reference(&made);
    for (unsigned round = 0; round < 6; round++) {
        trial(&made, round, 1000, "picky", false, -1, -1, "refused", "null");
        trial(&made, round, 1000, "both", false, -1, -1, round < 5 ? "refused" : "corrupt", "null");
    }
    judge_all(&made);
    judged(&made, "picky", "INCONCLUSIVE", 1000, "refused: so it ended");
    judged(&made, "both", "REJECTED", 1000, "corrupt");
    assert_string_equal(subject_named(&made, "both")->trial->replay, "again both 1000 5");
    made_free(&made);
}

/* Of several references the one on as many threads. */
static void the_reference_has_as_many_threads(void **state)
{
    (void)state;
    const double half[BATCHES] = {0.5, 0.5, 0.5, 0.5}, same[BATCHES] = {1, 1, 1, 1};
    struct made made;
    made_begin(&made);
    made.threads = 1;
    reference(&made);
    made.threads = 4;
    strategy(&made, "sequential", same, 0, 1000);
    made.threads = 2;
    strategy(&made, "sequential", half, 0, 1000);
    strategy(&made, "even", half, 0.001, 1000);
    made.threads = 3;
    strategy(&made, "twice", same, 0, 1000); /* a control is not judged */
    strategy(&made, "odd", half, 0.001, 1000);
    judge_all(&made);
    assert_int_equal(made.subjects.count, 2);
    judged(&made, "even", "REJECTED", 10000, "1.00x");
    judged(&made, "odd", "ACCEPTED", 10000, "2.00x");
    made_free(&made);
}

static struct report report_of(const struct made *made)
{
    return (struct report){.runs = &made->run,
                           .run_count = 1,
                           .criteria = &made->criteria,
                           .reference = "sequential",
                           .subjects = &made->subjects};
}

static char *document_with(const struct made *made, const struct catalogue *catalogue,
                           void (*write)(const struct doc *, FILE *))
{
    char *text = NULL;
    size_t size = 0;
    struct doc doc = {.count = 0};
    struct report report = report_of(made);
    report.catalogue = catalogue;
    report_document(&report, &doc);
    assert_true(doc_good(&doc));
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(&doc, out);
    fclose(out);
    doc_free(&doc);
    return text;
}

static char *document(const struct made *made, void (*write)(const struct doc *, FILE *))
{
    return document_with(made, NULL, write);
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("there is no '%s' in\n%s", part, text);
}

static void the_document_tells_them(void **state)
{
    (void)state;
    struct made made;
    five(&made);
    char *text = document(&made, doc_markdown), *again = document(&made, doc_markdown);
    assert_string_equal(text, again);
    has(text, "| late | ACCEPTED FROM 1000 | 1 | facts | jemalloc | 2 | 1.67x (");
    has(text, "| SIGSEGV null+0x10 intern | crash | encode | 1 |");
    has(text, "#0 intern (symbols.c:7)\nagain crasher 1000 3\n```");
    has(text, "| 1 | facts | jemalloc | 2 | 1000 | 1 | 10 | 0.253 .. 44.5 % |");
    char line[TEXT_BYTES];
    size_t rounds = subject_named(&made, "unsure")->settle_rounds;
    snprintf(line, sizeof line, "triebench run --seed 7 --rounds %zu --budget %zu\n", rounds,
             (24 * rounds + 9) / 10); /* 10 took 8 s */
    has(text, line);
    free(again);
    free(text);
    made_free(&made);
}

/* That the parts stand in the text one behind the other. */
static void in_order(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(text, parts[i]);
        if (found == NULL) {
            fail_msg("there is no '%s', or not there, in\n%s", parts[i], text);
            return;
        }
        text = found + strlen(parts[i]);
    }
}

static void what_may_be_taken_stands_first(void **state)
{
    (void)state;
    struct made made;
    five(&made);
    char *text = document(&made, doc_markdown);
    static const char *const parts[] = {
        "## Verdicts",
        "| decision |",
        "| accepted | good (1 of 1), late (1 of 1) |\n",
        "| open | unsure (1 of 1) |\n",
        "| rejected | slow (1 of 1) |\n",
        "| rejected: a trial failed | crasher (1 of 1) |\n",
        "| strategy | run | workload | threads | batches | jemalloc |",
        "| good | 1 | facts | 2 | 10 .. 10000 | ACCEPTED |",
        "| late | 1 | facts | 2 | 10 .. 10000 | ACCEPTED FROM 1000 |",
        "| unsure | 1 | facts | 2 | 10 .. 10000 | INCONCLUSIVE |",
        "| crasher | 1 | facts | 2 | 1000 | REJECTED |",
        "| slow | 1 | facts | 2 | 10 .. 10000 | REJECTED |",
        "### Each verdict with its reason",
        "| good | ACCEPTED |",
        "| late | ACCEPTED FROM 1000 |",
        "| unsure | INCONCLUSIVE |",
        "| crasher | REJECTED |",
        "| slow | REJECTED |",
        "## What was run",
    };
    in_order(text, parts, sizeof parts / sizeof parts[0]);
    assert_null(strstr(text, "| accepted in part |"));
    free(text);
    made_free(&made);
}

/* A column an allocator as far as they fit, and "-" where a strategy was not run on it. */
static void allocators_stand_side_by_side(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    for (size_t count = 8; count <= 9; count++) {
        struct made made;
        made_begin(&made);
        for (size_t i = 0; i < count; i++) {
            made.allocator = names[i];
            reference(&made);
            strategy(&made, i == 1 ? "other" : "good", i % 2 == 0 ? faster : slower, 0.01, 1100);
        }
        judge_all(&made);
        char *text = document(&made, doc_markdown);
        if (count == 8) {
            has(text, "| strategy | run | workload | threads | batches | a | b | c | d | e | f | g | h |\n");
            has(text,
                "| good | 1 | facts | 2 | 10 .. 10000 | ACCEPTED | - | ACCEPTED | REJECTED | ACCEPTED | "
                "REJECTED | ACCEPTED | REJECTED |\n");
            has(text, "| accepted in part | good (4 of 7) |\n");
            has(text, "| rejected | other (1 of 1) |\n");
        } else {
            has(text, "There are more than 8 allocators");
            assert_null(strstr(text, "| threads | batches |"));
        }
        free(text);
        made_free(&made);
    }
}

/* What the verdicts of one strategy come to. */
static void a_decision_is_of_all_verdicts(void **state)
{
    (void)state;
    enum { ACCEPT = SUBJECT_ACCEPTED, FROM = SUBJECT_ACCEPTED_FROM, OUT = SUBJECT_REJECTED };
    enum { OPEN = SUBJECT_INCONCLUSIVE, SEARCHED = SUBJECT_SEARCHED, FAILED = SUBJECT_SEARCHED + 1 };
    static const struct {
        int verdicts[3];
        enum decision_kind kind;
        size_t carried;
    } cases[] = {
        {{ACCEPT, FROM, ACCEPT}, DECISION_ACCEPTED, 3},
        {{ACCEPT, OPEN, OUT}, DECISION_ACCEPTED_PART, 1},
        {{FROM, FROM, OPEN}, DECISION_ACCEPTED_PART, 2},
        {{ACCEPT, FROM, FAILED}, DECISION_FAILED, 1},
        {{OUT, OUT, OUT}, DECISION_REJECTED, 3},
        {{OUT, OPEN, OPEN}, DECISION_REJECTED_PART, 1},
        {{OUT, FAILED, FAILED}, DECISION_FAILED, 2},
        {{OPEN, OPEN, SEARCHED}, DECISION_OPEN, 2},
        {{SEARCHED, SEARCHED, SEARCHED}, DECISION_SEARCHED, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct subject subjects[3] = {{.count = 0}};
        for (size_t j = 0; j < 3; j++) {
            bool failed = cases[i].verdicts[j] == FAILED;
            subjects[j].verdict = failed ? SUBJECT_REJECTED : (enum subject_verdict)cases[i].verdicts[j];
            subjects[j].criterion = failed ? CRITERION_FAILURES : CRITERION_SPEEDUP;
        }
        struct decision decision = decision_of(subjects, 3);
        assert_int_equal(decision.kind, cases[i].kind);
        assert_int_equal(decision.carried, cases[i].carried);
        assert_int_equal(decision.count, 3);
    }
}

/* One strategy whose run line holds more fields, and what the report then says. */
static void said_of(const char *fields, const struct catalogue *catalogue, const char *part)
{
    struct made made;
    made_begin_with(&made, fields);
    reference(&made);
    strategy(&made, "good", faster, 0.01, 1100);
    judge_all(&made);
    char *text = document_with(&made, catalogue, doc_markdown);
    has(text, part);
    free(text);
    made_free(&made);
}

static void criteria_stand_before_results_or_it_is_said(void **state)
{
    (void)state;
    struct criteria criteria;
    char fields[TEXT_BYTES];
    criteria_defaults(&criteria);
    snprintf(fields, sizeof fields, ",\"criteria\":{\"name\":\"criteria.json\",\"hash\":\"%s\"}",
             criteria.hash);
    said_of(fields, NULL, "\nEvery run recorded these criteria before its first trial.\n");
    said_of(",\"criteria\":null", NULL, "\nNo run recorded criteria: these may have");
    said_of("", NULL, "\nNo run recorded criteria: these may have");
    said_of(",\"criteria\":{\"name\":\"my|own.json\",\"hash\":\"0123\"}", NULL,
            "\nRun 1 is judged by other criteria than those that it recorded before its first trial "
            "(my\\|own.json, hash 0123): these may have");
}

static void the_hypothesis_stands_first(void **state)
{
    (void)state;
    struct catalogue catalogue = {.strategy_count = 0};
    struct error error;
    assert_true(catalogue_add(
        &catalogue, "{\"strategies\":[{\"name\":\"good\",\"hypothesis\":\"Built.\"}],\"workloads\":[]}", NULL,
        &error));
    const char *recorded = ",\"hypotheses\":{\"good\":\"It *gains*.\",\"other\":\"No.\"}";
    said_of(recorded, &catalogue,
            "## good\n\nHypothesis (recorded by run 1 before its first trial): It \\*gains\\*.\n");
    said_of(",\"hypotheses\":{\"other\":\"No.\"}", &catalogue,
            "## good\n\nHypothesis (as the strategy states it today; no run recorded one): Built.\n");
    said_of(",\"hypotheses\":null", NULL, "## good\n\nHypothesis: none was recorded");
    catalogue_free(&catalogue);
}

static char *brief(const struct made *made, bool colour)
{
    char *text = NULL;
    size_t size = 0;
    const struct report report = report_of(made);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    report_brief(&report, colour, out);
    fclose(out);
    return text;
}

/* Lines of a screen of 80 columns. */
static size_t screen_lines(const char *text)
{
    size_t lines = 0;
    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1)
        lines += end == text ? 1 : (size_t)(end - text + 79) / 80;
    assert_string_equal(text, "");
    return lines;
}

static void brief_fits_a_screen(void **state)
{
    (void)state;
    enum { FEW = 3, MANY = 40, SCREEN = 24 };
    static const unsigned counts[] = {FEW, SCREEN - 2, MANY};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct made made;
        made_begin(&made);
        reference(&made);
        for (unsigned j = 0; j < counts[i]; j++) {
            char name[TEXT_BYTES];
            snprintf(name, sizeof name, "strategy-%02u", j);
            strategy(&made, name, j == 1 ? slower : faster, 0.01, 1100);
        }
        judge_all(&made);
        char *text = brief(&made, false);
        assert_true(screen_lines(text) < SCREEN);
        has(text, "strategy-00                        accepted\n");
        if (counts[i] == FEW)
            has(text, "\nstrategy-01: REJECTED: slower at facts, batch 10000, 2 threads on jemalloc: 0.67x");
        has(text, counts[i] < MANY ? "\nstrategy-01                        rejected\n" : "\n... and 19 more");
        has(text, ", not recorded before the results\n");
        free(text);
        made_free(&made);
    }
}

static void brief_steers_no_terminal(void **state)
{
    (void)state;
    struct made made;
    made_begin(&made);
    reference(&made);
    strategy(&made, "\\u001b[31m\\nred", faster, 0.01, 1100);
    judge_all(&made);
    char *plain = brief(&made, false), *coloured = brief(&made, true);
    assert_null(strchr(plain, '\033'));
    has(plain, "?[31m?red ");
    has(coloured, " \033[32maccepted\033[0m\n");
    free(plain);
    free(coloured);
    made_free(&made);
}

static void refusals_are_no_crash_signals(void **state)
{
    (void)state;
    struct made made;
    made_begin(&made);
    reference(&made);
    trial(&made, 0, 1000, "both", false, -1, -1, "refused", "null");
    trial(&made, 1, 1000, "both", false, -1, -1, "corrupt", "null");
    judge_all(&made);
    char *text = document(&made, doc_markdown);
    has(text, "| corrupt | corrupt | | 1 |");
    assert_null(strstr(text, "| refused |"));
    free(text);
    made_free(&made);
}

/* A document that holds what names can hold. */
static char *hostile(void (*write)(const struct doc *, FILE *))
{
    static const char *const heads[] = {">a|b", "<i>", NULL};
    char *text = NULL;
    size_t size = 0;
    struct doc doc = {.count = 0};
    doc_heading(&doc, 2, "%s", "x\n# y");
    doc_table(&doc, heads);
    doc_cell(&doc, "%s", "p|q\nr");
    doc_cell(&doc, "%s", "<script>`\\|\"");
    doc_code(&doc, "a ``` b\n````c");
    assert_true(doc_good(&doc));
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(&doc, out);
    fclose(out);
    doc_free(&doc);
    return text;
}

static void markdown_shows_names_as_they_are(void **state)
{
    (void)state;
    char *text = hostile(doc_markdown);
    assert_string_equal(text,
                        "## x \\# y\n\n"
                        "| a\\|b | \\<i\\> |\n| ---: | --- |\n| p\\|q r | \\<script\\>\\`\\\\\\|\" |\n\n"
                        "`````\na ``` b\n````c\n`````\n\n");
    free(text);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    struct made made;
    five(&made);
    const struct report report = report_of(&made);
    size_t failures = 0;
    for (size_t after = 0; after < 4000; after += 11) {
        struct doc doc = {.count = 0};
        struct subjects subjects;
        struct error error = {.text = ""};
        fault_arm(after, false);
        bool good = subjects_make(&made.run, 1, "sequential", 0.05, &subjects, &error);
        if (good) {
            report_document(&report, &doc);
            good = doc_good(&doc);
            subjects_free(&subjects);
        }
        bool failed = fault_disarm();
        doc_free(&doc);
        failures += failed && !good;
        assert_true(failed != good);
    }
    assert_true(failures > 20);
    made_free(&made);
}

/* A folder with a gnuplot that draws nothing, and nothing else, to look for programs in. */
static void gnuplot_none(char folder[32])
{
    char program[64];
    strcpy(folder, "/tmp/test_report.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(program, sizeof program, "%s/gnuplot", folder);
    assert_int_equal(symlink("/bin/true", program), 0);
    assert_int_equal(setenv("PATH", folder, 1), 0);
}

static void folder_remove(const char *folder)
{
    char path[300];
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(open);
    assert_int_equal(rmdir(folder), 0);
}

/* By what a drawing of the made run says; *plots is how many there are. */
static bool drawn(const struct made *made, const char *folder, size_t *plots, struct error *error)
{
    const struct report report = {.runs = &made->run, .run_count = 1, .subjects = &made->subjects};
    struct plots list = {.count = 0};
    struct drawing *drawing = malloc(sizeof *drawing);
    if (drawing == NULL)
        return error_set(error, "no memory");
    bool good = drawing_begin(drawing, "triebench", folder, false, &list, error) &&
                plots_draw(&report, drawing, error);
    *plots = list.count;
    plots_free(&list);
    free(drawing);
    return good;
}

/* latency, speedup, distribution and rates; phases were not measured, and there is one allocator. */
static void without_memory_no_picture_is_kept(void **state)
{
    (void)state;
    struct made made;
    struct error error = {.text = ""};
    char folder[32];
    size_t plots = 0, failures = 0, after = 0;
    five(&made);
    gnuplot_none(folder);
    if (!drawn(&made, folder, &plots, &error))
        fail_msg("%s", error.text);
    assert_int_equal(plots, 5);
    long before = fault_live();
    for (bool failed = true; failed; after++) {
        fault_arm(after, false);
        bool good = drawn(&made, folder, &plots, &error);
        failed = fault_disarm();
        failures += failed;
        if (failed == good)
            fail_msg("allocation %zu: %s", after, error.text);
        assert_int_equal(fault_live(), before);
        if (failed)
            assert_non_null(strstr(error.text, "no memory"));
    }
    assert_true(failures > 8);
    folder_remove(folder);
    assert_false(drawn(&made, folder, &plots, &error) && plots > 0);
    has(error.text, "scripts/install.sh report");
    folder_remove(folder);
    made_free(&made);
}

/* What neither gnuplot nor an SVG can have. */
static void labels_are_clean(void **state)
{
    (void)state;
    static const char *const labels[][2] = {
        {"a \"b\" \\c", "\"a ?b? ?c\""},
        {"\n\x01 \xc3\xa9", "\"?? \xc3\xa9\""},
        {"\xef\xbf\xbe \xef\xbf\xbf \xef\xbf\xbd", "\"??? ??? \xef\xbf\xbd\""},
        {"cut \xe2\x82", "\"cut ??\""}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        assert_non_null(out);
        label_print(labels[i][0], out);
        fclose(out);
        assert_string_equal(text, labels[i][1]);
        free(text);
    }
}

static void criteria_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {{"{\"trial_min\":3}", "no criterion 'trial_min'"},
               {"{\"alpha\":0}", "outside"},
               {"{\"alpha\":0.6}", "outside"},
               {"{\"trials_min\":1.5}", "whole number"},
               {"{\"margin\":null}", "no number"},
               {"[1]", "no object"},
               {"{", "criteria"}};
    struct criteria defaults, read;
    struct error error;
    criteria_defaults(&defaults);
    if (!criteria_read("results/criteria.json", &read, &error))
        fail_msg("%s", error.text);
    assert_memory_equal(&read, &defaults, sizeof read);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char place[] = "/tmp/test_report.XXXXXX";
        int fd = mkstemp(place);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, bad[i].text, strlen(bad[i].text)), strlen(bad[i].text));
        close(fd);
        assert_false(criteria_read(place, &read, &error));
        has(error.text, bad[i].says);
        unlink(place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_with_its_cell),
        cmocka_unit_test(the_status_follows),
        cmocka_unit_test(breaks_even_between),
        cmocka_unit_test(each_criterion_counts),
        cmocka_unit_test(below_the_floor_nothing_is_said),
        cmocka_unit_test(too_few_rounds_settle_nothing),
        cmocka_unit_test(refusals_are_no_failures),
        cmocka_unit_test(the_reference_has_as_many_threads),
        cmocka_unit_test(the_document_tells_them),
        cmocka_unit_test(what_may_be_taken_stands_first),
        cmocka_unit_test(allocators_stand_side_by_side),
        cmocka_unit_test(a_decision_is_of_all_verdicts),
        cmocka_unit_test(criteria_stand_before_results_or_it_is_said),
        cmocka_unit_test(the_hypothesis_stands_first),
        cmocka_unit_test(brief_fits_a_screen),
        cmocka_unit_test(brief_steers_no_terminal),
        cmocka_unit_test(refusals_are_no_crash_signals),
        cmocka_unit_test(markdown_shows_names_as_they_are),
        cmocka_unit_test(without_memory_it_says_so),
        cmocka_unit_test(labels_are_clean),
        cmocka_unit_test(without_memory_no_picture_is_kept),
        cmocka_unit_test(criteria_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
