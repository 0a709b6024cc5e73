/* results_laws.h - what must hold of a results file of any bytes: for the fuzzer, and for its corpus in a
 * test. */
#ifndef TESTS_SUPPORT_RESULTS_LAWS_H
#define TESTS_SUPPORT_RESULTS_LAWS_H

#include "harness/driver/compare/judge.h"
#include "harness/driver/summary.h"
#include "harness/driver/table.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline const char *results_laws_of_rows(const struct results *results)
{
    size_t line = 1;
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (row->line <= line)
            return "rows do not stand in the order of their lines";
        if (row->key == NULL || row->workload == NULL || row->outcome >= OUTCOME_COUNT)
            return "a row lacks what tells its cell";
        if (!(row->median_ns >= -1) || (row->sample_count == 0) != (row->samples_ns == NULL))
            return "a row's samples and their median do not fit";
        line = row->line;
    }
    for (size_t i = 0; i < results->problem_count; i++) {
        if (results->problems[i].line < 2)
            return "a problem of the first line does not refuse the file";
    }
    return NULL;
}

/* Against itself, nothing can be worse. */
static inline const char *results_laws_of_comparison(const struct results *results)
{
    const struct compare_criteria criteria = {.margin = 0.03, .level = 0.05};
    struct comparison comparison;
    struct error error;
    const struct result_row **rows = calloc(results->row_count + 1, sizeof(struct result_row *));
    if (rows == NULL)
        return "no memory";
    for (size_t i = 0; i < results->row_count; i++)
        rows[i] = &results->rows[i];
    const char *broken = NULL;
    if (compare_judge(rows, results->row_count, rows, results->row_count, false, &criteria, &comparison,
                      &error)) {
        if (comparison.crashes > 0 || comparison.verdicts[VERDICT_REGRESSED] > 0)
            broken = "a run is worse than itself";
        char why[2048];
        comparison_why(&comparison, why, sizeof why);
        comparison_free(&comparison);
    }
    free(rows);
    return broken;
}

/* The law that is broken, or NULL. */
static inline const char *results_laws_of(const uint8_t *data, size_t size)
{
    struct results results;
    struct summary summary;
    struct error error = {""};
    char empty[1] = "", table[1 << 16];
    FILE *file = size == 0 ? fmemopen(empty, 1, "r") : fmemopen((void *)data, size, "r");
    if (file == NULL)
        return "no memory";
    bool good = results_read_stream(file, &results, &error);
    fclose(file);
    if (!good)
        return error.text[0] == '\0' ? "a refusal without a reason" : NULL;
    const char *broken = results_laws_of_rows(&results);
    FILE *out = fmemopen(table, sizeof table, "w");
    if (out != NULL && broken == NULL && summary_make(&results, &summary, &error)) {
        table_print(&summary, &(struct table_style){0}, out);
        summary_free(&summary);
    }
    if (out != NULL)
        fclose(out);
    if (broken == NULL)
        broken = results_laws_of_comparison(&results);
    results_free(&results);
    return broken;
}

#endif
