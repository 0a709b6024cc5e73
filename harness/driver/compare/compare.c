/* compare.c - see compare.h: from two results, or two builds, to the verdict on what changed. */
#include "harness/driver/compare/compare.h"

#include "harness/driver/compare/again.h"
#include "harness/driver/compare/fit.h"
#include "harness/driver/compare/print.h"
#include "harness/driver/compare/words.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/trial/launch.h"
#include "harness/driver/resume.h"
#include "harness/driver/run.h"
#include "harness/driver/rundir.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything of one invocation. All zero bytes hold nothing. */
struct compare {
    const char *program;
    struct compare_words words;
    char file[PATH_MAX]; /* of the run that was made here */
    uint64_t began_ns;
    struct results before, after;
    struct results second;            /* look, where it was taken */
    char *build_before, *build_after; /* where both are of one run: of `before` */
    const struct result_row **before_rows, **after_rows;
    size_t before_count, after_count;
    struct comparison comparison, again;
    struct waivers waivers;
    char forbids[COMPARE_FIT_BYTES], notes[COMPARE_FIT_BYTES];
};

static bool criteria_make(struct compare *compare, struct compare_criteria *criteria, struct error *error)
{
    const struct compare_options *options = &compare->words.options;
    *criteria = (struct compare_criteria){.margin = COMPARE_MARGIN, .level = COMPARE_LEVEL};
    if (options->margin_percent.given)
        criteria->margin = options->margin_percent.value / 100;
    if (options->waive != NULL) {
        char now[32];
        rundir_time(now, sizeof now);
        now[WAIVER_DAY_BYTES - 1] = '\0';
        if (!waivers_read(options->waive, now, &compare->waivers, error))
            return error_context(error, "--waive");
        criteria->waivers = &compare->waivers;
    }
    return true;
}

static bool judge(struct compare *compare, double level, struct error *error)
{
    bool builds = compare->build_before != NULL;
    struct compare_criteria criteria;
    if (!criteria_make(compare, &criteria, error))
        return false;
    criteria.level = level;
    compare->before_rows = results_rows(&compare->before, compare->build_before, &compare->before_count);
    compare->after_rows = results_rows(builds ? &compare->before : &compare->after, compare->build_after,
                                       &compare->after_count);
    if (compare->before_rows == NULL || compare->after_rows == NULL)
        return error_set(error, "no memory to compare");
    return compare_judge(compare->before_rows, compare->before_count, compare->after_rows,
                         compare->after_count, builds, &criteria, &compare->comparison, error);
}

static bool tell(const struct compare *compare, const struct compare_sides *sides, struct error *error)
{
    if (!compare->words.options.json) {
        compare_print(&compare->comparison, sides, stdout);
        return true;
    }
    json_t *json = compare_json(&compare->comparison, sides);
    bool good = json != NULL && json_dumpf(json, stdout, JSON_INDENT(2)) == 0;
    json_decref(json);
    putchar('\n');
    return good || error_set(error, "no memory for the JSON");
}

static int refuse(const char *why)
{
    fprintf(stderr, "triebench compare: these results must not be compared: %s\n", why);
    return EXIT_UNFIT;
}

/* A side before of which nothing at all went well is no measure of anything: a worker that this driver cannot
 * talk to, mostly. Why, in text[size]; false where something did. */
static bool before_is_dead(const struct compare *compare, char *text, size_t size)
{
    for (size_t i = 0; i < compare->before_count; i++) {
        if (compare->before_rows[i]->outcome == OUTCOME_OK)
            return false;
    }
    snprintf(text, size, "no trial before went well: %.500s",
             compare->before_count == 0 ? "there is none" : compare->before_rows[0]->reason);
    return true;
}

static int told(struct compare *compare, const struct compare_sides *sides, struct error *error)
{
    char dead[640];
    const struct comparison *comparison = &compare->comparison;
    if (before_is_dead(compare, dead, sizeof dead))
        return refuse(dead);
    if (comparison->only_before + comparison->only_after == comparison->pairs.count)
        return refuse("no cell stands in both");
    return tell(compare, sides, error) ? (int)comparison->status : EXIT_USAGE;
}

static int judge_and_tell(struct compare *compare, const struct compare_sides *sides, struct error *error)
{
    return judge(compare, COMPARE_LEVEL, error) ? told(compare, sides, error) : EXIT_USAGE;
}

static int compare_runs(struct compare *compare, const char *before, const char *after, struct error *error)
{
    if (!results_open(before, &compare->before, error) || !results_open(after, &compare->after, error))
        return EXIT_USAGE;
    compare_fit(&compare->before, &compare->after, compare->forbids, compare->notes);
    bool forbidden = compare->forbids[0] != '\0';
    if (forbidden && !compare->words.options.force) {
        int status = refuse(compare->forbids);
        fputs("triebench compare: --force does it all the same, and marks what it prints\n", stderr);
        return status;
    }
    const struct compare_sides sides = {.before_name = before,
                                        .after_name = after,
                                        .before = &compare->before,
                                        .after = &compare->after,
                                        .forced = forbidden ? compare->forbids : NULL,
                                        .note = compare->notes[0] == '\0' ? NULL : compare->notes};
    return judge_and_tell(compare, &sides, error);
}

/* Which two builds a run holds, in the order in which it was told them. */
static bool builds_find(struct compare *compare, const char *path, struct error *error)
{
    struct run_options options;
    options_init(&options);
    bool good = resume_options(&compare->before, &options, error);
    if (good && options.builds.count != 2)
        good = error_set(error, "%s holds %zu builds, not two; name another run to compare it with", path,
                         options.builds.count);
    if (good) {
        compare->build_before = text_copy(options.builds.items[0]);
        compare->build_after = text_copy(options.builds.items[1]);
        good =
            (compare->build_before != NULL && compare->build_after != NULL) || error_set(error, "no memory");
    }
    options_free(&options);
    return good;
}

/* Judges the results of the second look by what of the level was kept back, and joins both. */
static bool second_join(struct compare *compare, const char *file, struct error *error)
{
    struct compare_criteria criteria = compare->comparison.criteria;
    criteria.level = compare->comparison.second_level;
    criteria.first = &compare->comparison;
    size_t before_count, after_count;
    if (!results_read(file, &compare->second, error))
        return false;
    const struct result_row **before = results_rows(&compare->second, compare->build_before, &before_count),
                            **after = results_rows(&compare->second, compare->build_after, &after_count);
    bool good = (before != NULL && after != NULL) || error_set(error, "no memory to compare");
    good = good &&
           compare_judge(before, before_count, after, after_count, true, &criteria, &compare->again, error);
    if (good)
        comparison_join(&compare->comparison, &compare->again);
    free(before);
    free(after);
    return good;
}

/* What a trial of the first look took, all in all; it has rows. */
static double trial_seconds(const struct compare *compare, double seconds)
{
    return seconds / (double)compare->before.row_count;
}

/* Measures what is open. *file stays empty where nothing can be. */
static bool second_measure(struct compare *compare, const char *folder, char *file, size_t size,
                           bool *interrupted, struct error *error)
{
    struct again again;
    double taken_s = (double)(monotonic_ns() - compare->began_ns) * 1e-9;
    double left_s = compare->words.options.budget_s.value - taken_s;
    bool good = again_choose(&compare->comparison, compare->comparison.second_level, left_s,
                             trial_seconds(compare, taken_s), &again, error);
    if (good && again.count > 0)
        good = again_measure(compare->program, &compare->before, &again, left_s, compare->words.quiet, folder,
                             file, size, interrupted, error);
    again_free(&again);
    return good || error_context(error, "the second look");
}

/* Both looks. *status is to end with where it is not EXIT_PASS. */
static bool looks_take(struct compare *compare, const char *folder, int *status, struct error *error)
{
    char file[PATH_MAX] = "";
    bool interrupted = false;
    *status = EXIT_USAGE;
    if (!judge(compare, LOOK_FIRST_LEVEL * COMPARE_LEVEL, error))
        return false;
    compare->comparison.second_level = (1 - LOOK_FIRST_LEVEL) * COMPARE_LEVEL;
    if (compare->began_ns != 0) {
        if (!second_measure(compare, folder, file, sizeof file, &interrupted, error))
            return false;
    } else if (!rundir_file(folder, file, sizeof file, error)) {
        return false;
    }
    if (interrupted) {
        fprintf(stderr, "interrupted; what was run: %s\n", file);
        *status = EXIT_INTERRUPTED;
        return true;
    }
    *status = EXIT_PASS;
    return file[0] == '\0' || access(file, F_OK) != 0 || second_join(compare, file, error);
}

/* The one run at path: of one look, or of two where the folder of the second is there. */
static int compare_builds(struct compare *compare, const char *path, struct error *error)
{
    char folder[PATH_MAX];
    struct stat info;
    if (!results_open(path, &compare->before, error) || !builds_find(compare, path, error) ||
        !again_folder(path, folder, sizeof folder, error))
        return EXIT_USAGE;
    const struct compare_sides sides = {.before_name = compare->build_before,
                                        .after_name = compare->build_after,
                                        .before = &compare->before,
                                        .after = &compare->before,
                                        .interleaved = true};
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return judge_and_tell(compare, &sides, error);
    int status;
    bool good = looks_take(compare, folder, &status, error);
    return good && status == EXIT_PASS ? told(compare, &sides, error) : good ? status : EXIT_USAGE;
}

static int compare_go(struct compare *compare, int argc, char **argv, struct error *error)
{
    struct compare_words *words = &compare->words;
    int status = EXIT_USAGE;
    if (!compare_words_read(argc, argv, words, error))
        return EXIT_USAGE;
    if (words->help) {
        compare_help(stdout);
        return EXIT_PASS;
    }
    if (words->operand_count == 2)
        return compare_runs(compare, words->operands[0], words->operands[1], error);
    if (words->operand_count == 1)
        return compare_builds(compare, words->operands[0], error);
    compare->began_ns = monotonic_ns();
    if (!run_measure(compare->program, words->run_word_count, words->run_words, compare->file,
                     sizeof compare->file, &status))
        return status;
    fprintf(stderr, "results: %s\n", compare->file);
    char folder[PATH_MAX];
    if (words->options.looks.value == 2 &&
        (!again_folder(compare->file, folder, sizeof folder, error) || !rundir_make(folder, error)))
        return EXIT_USAGE;
    return compare_builds(compare, compare->file, error);
}

static void compare_free(struct compare *compare)
{
    comparison_free(&compare->comparison);
    comparison_free(&compare->again);
    waivers_free(&compare->waivers);
    free(compare->before_rows);
    free(compare->after_rows);
    results_free(&compare->before);
    results_free(&compare->after);
    results_free(&compare->second);
    free(compare->build_before);
    free(compare->build_after);
    compare_words_free(&compare->words);
    free(compare);
}

int compare_main(const char *program, int argc, char **argv)
{
    struct error error = {""};
    struct compare *compare = calloc(1, sizeof *compare);
    if (compare == NULL) {
        fputs("triebench compare: no memory\n", stderr);
        return EXIT_USAGE;
    }
    compare->program = program;
    int status = compare_go(compare, argc - 1, argv + 1, &error);
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench compare: %s\n", error.text);
    compare_free(compare);
    return status;
}
