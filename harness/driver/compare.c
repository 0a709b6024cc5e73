/* compare.c - see compare.h: from two results to the verdict on what changed between them. */
#include "harness/driver/compare.h"

#include "harness/driver/cli.h"
#include "harness/driver/compare_fit.h"
#include "harness/driver/compare_print.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/rundir.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MARGIN_PERCENT 3
#define LEVEL          0.05

struct compare_options {
    struct cli_real margin_percent;
    bool force, json;
};

#define AT(field) .offset = offsetof(struct compare_options, field)

static const struct cli_option table[] = {
    {.name = "margin",
     .argument = "PERCENT",
     .sentence = "A change of less does not matter. Default: 3.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(margin_percent)},
    {.name = "force",
     .sentence = "Compare what must not be compared; the output says so.",
     .kind = CLI_FLAG,
     AT(force)},
    {.name = "json", .sentence = "One JSON object instead of text.", .kind = CLI_FLAG, AT(json)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

/* Everything of one invocation. All zero bytes hold nothing. */
struct compare {
    struct compare_options options;
    struct results before, after;
    const struct result_row **before_rows, **after_rows;
    struct comparison comparison;
    char forbids[COMPARE_FIT_BYTES], notes[COMPARE_FIT_BYTES];
};

static void help_print(FILE *out)
{
    fputs(
        "Usage: triebench compare BEFORE AFTER [OPTION...]\n\n"
        "Tells what changed between two runs, each a folder or its run.jsonl. Ends with 0 where nothing got "
        "worse,\n1 for a regression, 3 where a crash appeared, 4 where it cannot be told, 5 where they must "
        "not "
        "be compared.\n\n",
        out);
    cli_help(out, table, TABLE_ROWS);
}

static bool side_read(const char *path, struct results *results, struct error *error)
{
    struct stat info;
    char file[PATH_MAX];
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    if (!folder)
        return results_read(path, results, error);
    return rundir_file(path, file, sizeof file, error) && results_read(file, results, error);
}

static const struct result_row **rows_of(const struct results *results)
{
    const struct result_row **rows = calloc(results->row_count + 1, sizeof(struct result_row *));
    for (size_t i = 0; rows != NULL && i < results->row_count; i++)
        rows[i] = &results->rows[i];
    return rows;
}

static bool judge(struct compare *compare, struct error *error)
{
    struct compare_criteria criteria = {.margin = MARGIN_PERCENT / 100.0, .level = LEVEL};
    if (compare->options.margin_percent.given)
        criteria.margin = compare->options.margin_percent.value / 100;
    compare->before_rows = rows_of(&compare->before);
    compare->after_rows = rows_of(&compare->after);
    if (compare->before_rows == NULL || compare->after_rows == NULL)
        return error_set(error, "no memory to compare");
    return compare_judge(compare->before_rows, compare->before.row_count, compare->after_rows,
                         compare->after.row_count, false, &criteria, &compare->comparison, error);
}

static bool tell(const struct compare *compare, const struct compare_sides *sides, struct error *error)
{
    if (!compare->options.json) {
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

static int compare_go(struct compare *compare, const char *before, const char *after, struct error *error)
{
    if (!side_read(before, &compare->before, error) || !side_read(after, &compare->after, error))
        return EXIT_USAGE;
    compare_fit(&compare->before, &compare->after, compare->forbids, compare->notes);
    if (compare->forbids[0] != '\0' && !compare->options.force) {
        int status = refuse(compare->forbids);
        fputs("triebench compare: --force does it all the same, and marks what it prints\n", stderr);
        return status;
    }
    if (!judge(compare, error))
        return EXIT_USAGE;
    const struct comparison *comparison = &compare->comparison;
    if (comparison->only_before + comparison->only_after == comparison->pairs.count)
        return refuse("no cell stands in both");
    struct compare_sides sides = {.before_name = before,
                                  .after_name = after,
                                  .before = &compare->before,
                                  .after = &compare->after,
                                  .forced = compare->forbids[0] == '\0' ? NULL : compare->forbids,
                                  .note = compare->notes[0] == '\0' ? NULL : compare->notes};
    return tell(compare, &sides, error) ? (int)comparison->status : EXIT_USAGE;
}

static void compare_free(struct compare *compare)
{
    comparison_free(&compare->comparison);
    free(compare->before_rows);
    free(compare->after_rows);
    results_free(&compare->before);
    results_free(&compare->after);
    free(compare);
}

/* The words before the first option: the two results. */
static int operands(int argc, char **argv)
{
    int count = 0;
    while (count < argc && argv[count][0] != '-')
        count++;
    return count;
}

int compare_main(int argc, char **argv)
{
    struct error error = {""};
    struct compare *compare = calloc(1, sizeof *compare);
    if (compare == NULL) {
        fputs("triebench compare: no memory\n", stderr);
        return EXIT_USAGE;
    }
    bool help = false;
    int given = operands(argc - 1, argv + 1), status = EXIT_USAGE;
    if (!cli_read(table, TABLE_ROWS, argc - 1 - given, argv + 1 + given, &compare->options, &help, &error)) {
        status = EXIT_USAGE;
    } else if (help) {
        help_print(stdout);
        status = EXIT_PASS;
    } else if (given != 2) {
        error_set(&error, "wants two results, before and after, in front of its options");
    } else {
        status = compare_go(compare, argv[1], argv[2], &error);
    }
    if (error.text[0] != '\0')
        fprintf(stderr, "triebench compare: %s\n", error.text);
    compare_free(compare);
    return status;
}
