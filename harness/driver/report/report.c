/* report.c - see report.h: reads results, criteria and claims, judges, and writes. */
#include "harness/driver/report/report.h"

#include "harness/driver/cli.h"
#include "harness/driver/describe.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/history/plot.h"
#include "harness/driver/option_rows.h"
#include "harness/driver/report/plots.h"
#include "harness/driver/table.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RUNS_MAX = 64 };

struct report_options {
    char *criteria, *reference, *claims, *out, *plots, *history, *html;
    bool brief, png;
};

#define AT(field) .offset = offsetof(struct report_options, field)

static const struct cli_option table[] = {
    {.name = "criteria",
     .argument = "FILE",
     .sentence = "What to judge by, as results/criteria.json, which holds the defaults.",
     .kind = CLI_TEXT,
     AT(criteria)},
    {.name = "reference",
     .argument = "STRATEGY",
     .sentence = "Over which a strategy must gain. Default: sequential.",
     .kind = CLI_TEXT,
     AT(reference)},
    {.name = "claims",
     .argument = "FILE",
     .sentence = "claims.json of `triebench repro`, to be part of it.",
     .kind = CLI_TEXT,
     AT(claims)},
    {.name = "brief", .sentence = "The verdicts alone, for a terminal.", .kind = CLI_FLAG, AT(brief)},
    {.name = "out",
     .argument = "DIR",
     .sentence = "Write DIR/REPORT.md, and tell the verdicts. Default: the report to the standard output.",
     .kind = CLI_TEXT,
     AT(out)},
    {.name = "plots",
     .argument = "DIR",
     .sentence = "Draw plots there by gnuplot, as SVG beside their data, and show them.",
     .kind = CLI_TEXT,
     AT(plots)},
    OPTION_PNG(png),
    {.name = "history",
     .argument = "DIR",
     .sentence = "With --plots: where `triebench history` keeps its files; draw the cells of the first run's "
                 "machine that changed.",
     .kind = CLI_TEXT,
     AT(history)},
    {.name = "html",
     .argument = "FILE",
     .sentence = "Write the same as one page that needs nothing else, plots included.",
     .kind = CLI_TEXT,
     AT(html)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

/* Everything of one invocation. All zero bytes hold nothing. */
struct reporting {
    const char *program;
    struct report_options options;
    struct report_run runs[RUNS_MAX];
    size_t run_count;
    struct criteria criteria;
    struct subjects subjects;
    struct catalogue catalogue;
    json_t *claims;
    struct plots plots;
    struct drawing drawing;
    struct doc doc;
};

static void help_print(void)
{
    fputs(
        "Usage: triebench report RUN... [OPTION...]\n\n"
        "Judges each strategy of one or more runs (folders, or their run.jsonl) by criteria that were "
        "written down\nbefore: accepted, accepted from a batch size on, rejected, or inconclusive, with the "
        "cell that shows it. Writes\nthe report in Markdown.\n\n",
        stdout);
    cli_help(stdout, table, TABLE_ROWS);
    fputs(
        "\nExit status: 0 all were accepted, at least from a batch size on; 1 one was rejected; 2 usage, or "
        "this program\nfailed; 3 one was rejected since a trial crashed, hung, was corrupt or lost; 4 one is "
        "inconclusive.\n",
        stdout);
}

static bool claims_read(struct reporting *reporting, struct error *error)
{
    const char *path = reporting->options.claims;
    json_error_t cause;
    if (path == NULL)
        return true;
    reporting->claims = json_load_file(path, JSON_REJECT_DUPLICATES, &cause);
    if (reporting->claims == NULL)
        return error_set(error, "--claims %.200s: %.200s", path, cause.text);
    return json_is_array(reporting->claims) || error_set(error, "--claims %.200s: it holds no array", path);
}

static bool options_check(const struct report_options *options, struct error *error)
{
    const char *lone = options->png ? "png" : options->history != NULL ? "history" : NULL;
    return options->plots != NULL || lone == NULL || error_set(error, "--%s goes with --plots", lone);
}

static bool criteria_take(struct reporting *reporting, struct error *error)
{
    if (reporting->options.criteria != NULL)
        return criteria_read(reporting->options.criteria, &reporting->criteria, error);
    criteria_defaults(&reporting->criteria);
    return true;
}

static bool runs_open(struct reporting *reporting, char **paths, size_t count, struct error *error)
{
    if (count == 0)
        return error_set(error, "wants a run, a folder or its run.jsonl");
    if (count > RUNS_MAX)
        return error_set(error, "takes at most %d runs", RUNS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!report_run_open(paths[i], &reporting->runs[i], error))
            return false;
        reporting->run_count++;
    }
    return true;
}

/* What the strategies that were built say of themselves, where a run did not record it. A report can do
 * without. */
static void catalogue_ask(struct reporting *reporting)
{
    char worker[PATH_MAX];
    struct error error;
    bool recorded = true;
    for (size_t i = 0; i < reporting->run_count; i++)
        recorded = recorded && json_is_object(json_object_get(reporting->runs[i].results.run, "hypotheses"));
    if (!recorded && describe_worker_path(worker, sizeof worker, &error))
        (void)describe_worker(worker, &reporting->catalogue, &error);
}

static bool judge(struct reporting *reporting, const char *reference, struct error *error)
{
    if (!subjects_make(reporting->runs, reporting->run_count, reference, reporting->criteria.alpha,
                       &reporting->subjects, error))
        return false;
    for (size_t i = 0; i < reporting->subjects.count; i++)
        subject_judge(&reporting->subjects.items[i], &reporting->criteria, reference);
    return true;
}

/* The file of the first run's machine; one that is not there has no changes. */
static bool history_plots(struct reporting *reporting, struct error *error)
{
    struct history history;
    char path[PATH_MAX];
    if (reporting->options.history == NULL)
        return true;
    if (!history_path(reporting->options.history, &reporting->runs[0].results, path, error) ||
        !history_read(path, &history, error))
        return false;
    bool good = history_draw(&history, HISTORY_MARGIN_PERCENT / 100.0, &reporting->drawing, error);
    history_free(&history);
    return good;
}

static bool plots_make(struct reporting *reporting, struct report *report, struct error *error)
{
    const struct report_options *options = &reporting->options;
    if (options->plots == NULL)
        return true;
    report->plots = &reporting->plots;
    return (drawing_begin(&reporting->drawing, reporting->program, options->plots, options->png,
                          &reporting->plots, error) &&
            plots_draw(report, &reporting->drawing, error) && history_plots(reporting, error)) ||
           error_context(error, "--plots");
}

static bool file_write(const char *path, void (*write)(const struct doc *doc, FILE *out),
                       const struct doc *doc, struct error *error)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return error_errno(error, "%s", path);
    write(doc, file);
    bool good = ferror(file) == 0;
    return (fclose(file) == 0 && good) || error_errno(error, "cannot write %s", path);
}

static bool markdown_write(struct reporting *reporting, const struct report *report, struct error *error)
{
    char path[PATH_MAX];
    const char *folder = reporting->options.out;
    if (folder == NULL) {
        doc_markdown(&reporting->doc, stdout);
        return true;
    }
    int used = snprintf(path, sizeof path, "%s/REPORT.md", folder);
    if (used < 0 || (size_t)used >= sizeof path)
        return error_set(error, "--out: too long a path");
    if (!file_write(path, doc_markdown, &reporting->doc, error))
        return false;
    report_brief(report, table_style_of(stdout).colour, stdout);
    printf("report: %s\n", path);
    return true;
}

static bool report_write(struct reporting *reporting, struct report *report, struct error *error)
{
    const char *folder = reporting->options.out;
    if (folder != NULL && mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_errno(error, "cannot make %s", folder);
    if (!plots_make(reporting, report, error))
        return false;
    catalogue_ask(reporting);
    reporting->doc.folder = folder;
    report_document(report, &reporting->doc);
    if (!doc_good(&reporting->doc))
        return error_set(error, "no memory");
    return markdown_write(reporting, report, error) &&
           (reporting->options.html == NULL ||
            file_write(reporting->options.html, doc_html, &reporting->doc, error));
}

static int report_go(struct reporting *reporting, char **paths, size_t count, struct error *error)
{
    const char *reference =
        reporting->options.reference != NULL ? reporting->options.reference : "sequential";
    if (!options_check(&reporting->options, error) || !criteria_take(reporting, error) ||
        !claims_read(reporting, error) || !runs_open(reporting, paths, count, error) ||
        !judge(reporting, reference, error))
        return EXIT_USAGE;
    struct report report = {.runs = reporting->runs,
                            .run_count = reporting->run_count,
                            .criteria = &reporting->criteria,
                            .reference = reference,
                            .subjects = &reporting->subjects,
                            .catalogue = &reporting->catalogue,
                            .claims = reporting->claims};
    if (reporting->options.brief)
        report_brief(&report, table_style_of(stdout).colour, stdout);
    else if (!report_write(reporting, &report, error))
        return EXIT_USAGE;
    return subjects_status(&reporting->subjects);
}

static void reporting_free(struct reporting *reporting)
{
    struct report_options *options = &reporting->options;
    doc_free(&reporting->doc);
    plots_free(&reporting->plots);
    json_decref(reporting->claims);
    catalogue_free(&reporting->catalogue);
    subjects_free(&reporting->subjects);
    for (size_t i = 0; i < reporting->run_count; i++)
        report_run_free(&reporting->runs[i]);
    free(options->criteria);
    free(options->reference);
    free(options->claims);
    free(options->out);
    free(options->plots);
    free(options->history);
    free(options->html);
    free(reporting);
}

int report_main(const char *program, int argc, char **argv)
{
    struct error error = {""};
    struct reporting *reporting = calloc(1, sizeof *reporting);
    if (reporting == NULL) {
        fputs("triebench report: no memory\n", stderr);
        return EXIT_USAGE;
    }
    reporting->program = program;
    int named = 0, status = EXIT_USAGE;
    bool help = false;
    while (1 + named < argc && argv[1 + named][0] != '-')
        named++;
    if (cli_read(table, TABLE_ROWS, argc - 1 - named, argv + 1 + named, &reporting->options, &help, &error)) {
        if (help) {
            help_print();
            status = EXIT_PASS;
        } else {
            status = report_go(reporting, argv + 1, (size_t)named, &error);
        }
    }
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench report: %s\n", error.text);
    reporting_free(reporting);
    return status;
}
