/* show.c - see show.h. */
#include "harness/driver/show.h"

#include "harness/driver/advice.h"
#include "harness/driver/results.h"
#include "harness/driver/summary.h"

#include <string.h>

static void problems_print(const struct results *results, FILE *out)
{
    for (size_t i = 0; i < results->problem_count; i++)
        fprintf(out, "not read: %s\n", results->problems[i].text);
    if (results->unfinished)
        fputs("This run is unfinished.\n", out);
}

bool show_results(const char *path, const char *program, const struct table_style *style, FILE *out,
                  uint64_t outcomes[OUTCOME_COUNT], struct error *error)
{
    struct results results;
    struct summary summary;
    if (!results_read(path, &results, error))
        return false;
    memset(outcomes, 0, OUTCOME_COUNT * sizeof *outcomes);
    for (size_t i = 0; i < results.row_count; i++)
        outcomes[results.rows[i].outcome]++;
    bool good = summary_make(&results, &summary, error);
    if (good) {
        problems_print(&results, out);
        table_print(&summary, style, out);
        advice_print(&results, &summary, program, out);
        summary_free(&summary);
    }
    results_free(&results);
    return good;
}
