/* history.c - see history.h: a run behind those before it, and where a cell changed since. */
#include "harness/driver/history/history.h"

#include "harness/driver/cli.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/history/changes.h"
#include "harness/driver/history/plot.h"
#include "harness/driver/option_rows.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RECENT = 7 };

struct history_options {
    char *dir, *plots;
    bool png;
    struct cli_number recent;
    struct cli_real margin_percent;
};

#define AT(field) .offset = offsetof(struct history_options, field)

static const struct cli_option table[] = {
    {.name = "dir",
     .argument = "DIR",
     .sentence = "Where histories lie, a file a machine. Default: results/history.",
     .kind = CLI_TEXT,
     AT(dir)},
    {.name = "recent",
     .argument = "N",
     .sentence = "A change for the worse within the last N runs ends with 1. Default: 7.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = HISTORY_RUNS_MAX,
     AT(recent)},
    {.name = "margin",
     .argument = "PERCENT",
     .sentence = "A change of less is not told. Default: 3.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(margin_percent)},
    {.name = "plots",
     .argument = "DIR",
     .sentence = "Draw each cell that changed there by gnuplot, as SVG beside its data.",
     .kind = CLI_TEXT,
     AT(plots)},
    OPTION_PNG(png),
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

/* Everything of one invocation. All zero bytes hold nothing. */
struct telling {
    struct history_options options;
    struct results results;
    struct summary summary;
    struct history history;
    char path[PATH_MAX];
    struct plots plots;
    struct drawing drawing;
    size_t changes, worse;
};

static void help_print(FILE *out)
{
    fputs("Usage: triebench history RUN [OPTION...]\n\n"
          "Puts a run behind those of the same machine, once, and tells where a cell's time over that of "
          "`sequential`\n"
          "changed its level (E-divisive, p at most 0.001, at least three runs on both sides).\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
}

static bool path_make(struct telling *telling, struct error *error)
{
    const char *dir = telling->options.dir != NULL ? telling->options.dir : "results/history";
    if (!history_path(dir, &telling->results, telling->path, error))
        return error_context(error, "--dir");
    return mkdir(dir, 0777) == 0 || errno == EEXIST || error_errno(error, "cannot make %s", dir);
}

/* A run that failed in part, or is not finished, has its place, but its cells with failures have no ratio in
 * it. */
static bool append(struct telling *telling, struct error *error)
{
    const char *id = json_string_value(json_object_get(telling->results.run, "id"));
    if (id == NULL)
        return error_set(error, "the run has no id");
    if (history_has(&telling->history, id)) {
        printf("%s stands in %s already\n", id, telling->path);
        return true;
    }
    json_t *entry = history_entry(&telling->results, &telling->summary);
    return entry == NULL ? error_set(error, "no memory")
                         : history_append(telling->path, &telling->history, entry, error);
}

static void point_tell(struct telling *telling, const struct history_cell *cell,
                       const struct change_point *point)
{
    double ratio = exp(point->after - point->before);
    const json_t *run = cell->runs[point->at];
    size_t since = cell->count - point->at;
    bool fresh = since <= telling->options.recent.value, worse = ratio > 1;
    printf(
        "%s%s\n    %.1f %% %s since %s (commit %s): %.3fx to %.3fx of sequential, p %.2g, %zu runs since\n",
        fresh ? "NEW " : "", cell->name, 100 * fabs(ratio - 1), worse ? "slower" : "faster",
        history_text(run, "started"), history_text(run, "git_commit"), exp(point->before), exp(point->after),
        point->p, since);
    telling->changes++;
    telling->worse += fresh && worse;
}

static bool cell_tell(void *to, const struct history_cell *cell, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < cell->point_count; i++)
        point_tell(to, cell, &cell->points[i]);
    return true;
}

static bool changes_tell(struct telling *telling, const char *program, struct error *error)
{
    const struct history_options *options = &telling->options;
    double margin = options->margin_percent.value / 100;
    if (!history_changes(&telling->history, margin, cell_tell, telling, error))
        return false;
    if (options->plots == NULL)
        return true;
    return (drawing_begin(&telling->drawing, program, options->plots, options->png, &telling->plots, error) &&
            history_draw(&telling->history, margin, &telling->drawing, error)) ||
           error_context(error, "--plots");
}

static int history_go(struct telling *telling, const char *program, const char *path, struct error *error)
{
    if (!telling->options.recent.given)
        telling->options.recent.value = RECENT;
    if (!telling->options.margin_percent.given)
        telling->options.margin_percent.value = HISTORY_MARGIN_PERCENT;
    if (telling->options.png && telling->options.plots == NULL)
        error_set(error, "--png goes with --plots");
    if (error->text[0] != '\0' || !results_open(path, &telling->results, error) ||
        !summary_make(&telling->results, &telling->summary, error) || !path_make(telling, error) ||
        !history_read(telling->path, &telling->history, error) || !append(telling, error) ||
        !changes_tell(telling, program, error))
        return EXIT_USAGE;
    if (telling->history.unread > 0)
        printf("%zu lines of %s could not be read\n", telling->history.unread, telling->path);
    printf("%zu runs in %s: %zu changes, %zu of them recent and for the worse\n", telling->history.count,
           telling->path, telling->changes, telling->worse);
    return telling->worse > 0 ? EXIT_REGRESSION : EXIT_PASS;
}

static void telling_free(struct telling *telling)
{
    plots_free(&telling->plots);
    history_free(&telling->history);
    summary_free(&telling->summary);
    results_free(&telling->results);
    free(telling->options.dir);
    free(telling->options.plots);
    free(telling);
}

int history_main(const char *program, int argc, char **argv)
{
    struct error error = {""};
    struct telling *telling = calloc(1, sizeof *telling);
    if (telling == NULL) {
        fputs("triebench history: no memory\n", stderr);
        return EXIT_USAGE;
    }
    bool help = false;
    const char *run;
    int status = EXIT_USAGE;
    if (cli_read_behind_run(table, TABLE_ROWS, argc, argv, &telling->options, &run, &help, &error)) {
        status = EXIT_PASS;
        if (help)
            help_print(stdout);
        else
            status = history_go(telling, program, run, &error);
    }
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench history: %s\n", error.text);
    telling_free(telling);
    return status;
}
