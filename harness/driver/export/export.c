/* export.c - see export.h. */
#include "harness/driver/export/export.h"

#include "harness/driver/cli.h"
#include "harness/driver/compare/fit.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/export/formats.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct export_options {
    unsigned to;
    char *base;
    struct cli_real margin_percent;
};

/* In the order of their names in format_names. */
static bool (*const formats[])(const struct export *export, FILE *out) = {
    export_go, export_junit, export_bencher, export_github_action, export_google_benchmark, export_csv};
static const char *const format_names[] = {"go",  "junit", "bencher", "github-action", "google-benchmark",
                                           "csv", NULL};

enum { FORMATS = sizeof formats / sizeof formats[0] };

#define AT(field) .offset = offsetof(struct export_options, field)

static const struct cli_option table[] = {
    {.name = "to",
     .argument = "go|junit|bencher|github-action|google-benchmark|csv",
     .sentence = "Of which tool the format is; go is benchstat's. Must be given.",
     .kind = CLI_CHOICES,
     .choices = format_names,
     AT(to)},
    {.name = "base",
     .argument = "RUN",
     .sentence = "A run before, so that junit tells what regressed.",
     .kind = CLI_TEXT,
     AT(base)},
    {.name = "margin",
     .argument = "PERCENT",
     .sentence = "With --base: a change of less does not matter. Default: 3.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(margin_percent)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

static void help_print(FILE *out)
{
    fputs("Usage: triebench export RUN --to FORMAT [OPTION...]\n\n"
          "Writes a run, a folder or its run.jsonl, to the standard output in the format of another tool. A "
          "cell that\n"
          "failed is a number in none of them.\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
}

/* Everything of one invocation. All zero bytes hold nothing. */
struct exporting {
    struct export_options options;
    struct results results, base;
    struct summary summary;
    struct comparison comparison;
    bool compared;
    bool *failing;
};

static bool compare_to_base(struct exporting *exporting, int *status, struct error *error)
{
    char forbids[COMPARE_FIT_BYTES], notes[COMPARE_FIT_BYTES];
    const struct export_options *options = &exporting->options;
    struct compare_criteria criteria = {
        .margin = options->margin_percent.given ? options->margin_percent.value / 100 : COMPARE_MARGIN,
        .level = COMPARE_LEVEL};
    if (!results_open(options->base, &exporting->base, error))
        return error_context(error, "--base");
    compare_fit(&exporting->base, &exporting->results, forbids, notes);
    if (forbids[0] != '\0') {
        *status = EXIT_UNFIT;
        return error_set(error, "--base: these must not be compared: %.900s", forbids);
    }
    size_t before_count, after_count;
    const struct result_row **before = results_rows(&exporting->base, NULL, &before_count),
                            **after = results_rows(&exporting->results, NULL, &after_count);
    bool good = before != NULL && after != NULL;
    if (!good)
        error_set(error, "no memory");
    good = good && compare_judge(before, before_count, after, after_count, false, &criteria,
                                 &exporting->comparison, error);
    free(before);
    free(after);
    exporting->compared = good;
    return good;
}

static int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Which rows are of cells of which a trial was not ok; free() it. NULL without memory. */
static bool *failing_make(const struct results *results, const struct summary *summary)
{
    const char **keys = calloc(summary->count + 1, sizeof(const char *));
    bool *failing = calloc(results->row_count + 1, sizeof *failing);
    size_t count = 0;
    for (size_t i = 0; keys != NULL && i < summary->count; i++) {
        if (summary->cells[i].failed != NULL)
            keys[count++] = summary->cells[i].row->key;
    }
    if (count > 0)
        qsort(keys, count, sizeof(const char *), text_order);
    for (size_t i = 0; failing != NULL && count > 0 && i < results->row_count; i++)
        failing[i] = bsearch(&results->rows[i].key, keys, count, sizeof(const char *), text_order) != NULL;
    bool good = keys != NULL;
    free(keys);
    if (good)
        return failing;
    free(failing);
    return NULL;
}

static int write_out(struct exporting *exporting, struct error *error)
{
    exporting->failing = failing_make(&exporting->results, &exporting->summary);
    const struct export export = {.results = &exporting->results,
                                  .failing = exporting->failing,
                                  .summary = &exporting->summary,
                                  .comparison = exporting->compared ? &exporting->comparison : NULL};
    for (size_t i = 0; i < exporting->results.problem_count; i++)
        fprintf(stderr, "not read: %s\n", exporting->results.problems[i].text);
    if (exporting->failing == NULL) {
        error_set(error, "no memory");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < FORMATS; i++) {
        if (exporting->options.to != 1u << i)
            continue;
        if (formats[i](&export, stdout))
            return EXIT_PASS;
        error_set(error, "no memory");
        return EXIT_USAGE;
    }
    error_set(error, "--to wants one format; --help lists them");
    return EXIT_USAGE;
}

static int export_go_on(struct exporting *exporting, const char *path, struct error *error)
{
    int status = EXIT_USAGE;
    if (!results_open(path, &exporting->results, error) ||
        !summary_make(&exporting->results, &exporting->summary, error) ||
        (exporting->options.base != NULL && !compare_to_base(exporting, &status, error)))
        return status;
    return write_out(exporting, error);
}

static void exporting_free(struct exporting *exporting)
{
    free(exporting->failing);
    comparison_free(&exporting->comparison);
    summary_free(&exporting->summary);
    results_free(&exporting->results);
    results_free(&exporting->base);
    free(exporting->options.base);
    free(exporting);
}

int export_main(int argc, char **argv)
{
    struct error error = {""};
    struct exporting *exporting = calloc(1, sizeof *exporting);
    if (exporting == NULL) {
        fputs("triebench export: no memory\n", stderr);
        return EXIT_USAGE;
    }
    bool help = false;
    const char *run;
    int status = EXIT_USAGE;
    if (cli_read_behind_run(table, TABLE_ROWS, argc, argv, &exporting->options, &run, &help, &error)) {
        status = EXIT_PASS;
        if (help)
            help_print(stdout);
        else
            status = export_go_on(exporting, run, &error);
    }
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench export: %s\n", error.text);
    exporting_free(exporting);
    return status;
}
