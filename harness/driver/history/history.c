/* history.c - see history.h: a run behind those before it, and where a cell changed since. */
#include "harness/driver/history/history.h"

#include "harness/driver/cli.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/history/file.h"
#include "harness/stats/edivisive.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define P_MAX 0.001

enum { RECENT = 7, MARGIN_PERCENT = 3 };

struct history_options {
    char *dir;
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
    double *values;
    const json_t **runs;
    struct change_point *points;
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
    char machine[HISTORY_MACHINE_BYTES];
    history_machine(&telling->results, machine);
    int used = snprintf(telling->path, sizeof telling->path, "%s/%s.jsonl", dir, machine);
    if (used < 0 || (size_t)used >= sizeof telling->path)
        return error_set(error, "--dir: too long a path");
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

static const char *text_of(const json_t *run, const char *name)
{
    const char *text = json_string_value(json_object_get(run, name));
    return text == NULL ? "unknown" : text;
}

static void point_tell(struct telling *telling, const char *cell, const struct change_point *point,
                       size_t count)
{
    double ratio = exp(point->after - point->before), margin = telling->options.margin_percent.value / 100;
    const json_t *run = telling->runs[point->at];
    if (fabs(point->after - point->before) < log1p(margin))
        return;
    bool fresh = count - point->at <= telling->options.recent.value, worse = ratio > 1;
    printf(
        "%s%s\n    %.1f %% %s since %s (commit %s): %.3fx to %.3fx of sequential, p %.2g, %zu runs since\n",
        fresh ? "NEW " : "", cell, 100 * fabs(ratio - 1), worse ? "slower" : "faster",
        text_of(run, "started"), text_of(run, "git_commit"), exp(point->before), exp(point->after), point->p,
        count - point->at);
    telling->changes++;
    telling->worse += fresh && worse;
}

static bool changes_tell(struct telling *telling, struct error *error)
{
    const struct history *history = &telling->history;
    size_t room = history->count + 1;
    telling->values = calloc(room, sizeof *telling->values);
    telling->runs = calloc(room, sizeof(json_t *));
    telling->points = calloc(room, sizeof *telling->points);
    if (telling->values == NULL || telling->runs == NULL || telling->points == NULL)
        return error_set(error, "no memory");
    if (history->count == 0)
        return true;
    const char *cell;
    json_t *value, *newest = json_object_get(history->runs[history->count - 1], "over_sequential");
    json_object_foreach(newest, cell, value)
    {
        bool good;
        size_t count = history_series(history, cell, telling->values, telling->runs);
        size_t found = edivisive(telling->values, count, P_MAX, telling->points, &good);
        if (!good)
            return error_set(error, "no memory");
        for (size_t i = 0; i < found; i++)
            point_tell(telling, cell, &telling->points[i], count);
    }
    return true;
}

static int history_go(struct telling *telling, const char *path, struct error *error)
{
    if (!telling->options.recent.given)
        telling->options.recent.value = RECENT;
    if (!telling->options.margin_percent.given)
        telling->options.margin_percent.value = MARGIN_PERCENT;
    if (!results_open(path, &telling->results, error) ||
        !summary_make(&telling->results, &telling->summary, error) || !path_make(telling, error) ||
        !history_read(telling->path, &telling->history, error) || !append(telling, error) ||
        !changes_tell(telling, error))
        return EXIT_USAGE;
    if (telling->history.unread > 0)
        printf("%zu lines of %s could not be read\n", telling->history.unread, telling->path);
    printf("%zu runs in %s: %zu changes, %zu of them recent and for the worse\n", telling->history.count,
           telling->path, telling->changes, telling->worse);
    return telling->worse > 0 ? EXIT_REGRESSION : EXIT_PASS;
}

static void telling_free(struct telling *telling)
{
    free(telling->points);
    free(telling->runs);
    free(telling->values);
    history_free(&telling->history);
    summary_free(&telling->summary);
    results_free(&telling->results);
    free(telling->options.dir);
    free(telling);
}

int history_main(int argc, char **argv)
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
            status = history_go(telling, run, &error);
    }
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench history: %s\n", error.text);
    telling_free(telling);
    return status;
}
