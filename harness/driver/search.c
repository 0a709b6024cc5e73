/* search.c - see search.h. */
#include "harness/driver/search.h"

#include "harness/stats/rates.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

bool search_worker(const char *worker_path, char *path, size_t size, struct error *error)
{
    const char *name = strrchr(worker_path, '/');
    int folder = name == NULL ? 0 : (int)(name - worker_path + 1);
    int used = snprintf(path, size, "%.*sperturb/%s", folder, worker_path, worker_path + folder);
    if (used < 0 || (size_t)used >= size)
        return error_set(error, "too long a path");
    return access(path, X_OK) == 0 ||
           error_set(error, "there is no worker at %s; build it with: make perturb", path);
}

static void print_cell(const struct cell *cell, const struct search *found, FILE *out)
{
    char text[8 * CELL_TEXT_BYTES];
    double low, high;
    cell_text(cell, text, sizeof text);
    fprintf(out, "  %s\n    ", text);
    if (found->crashes > 0)
        fprintf(out, "crashed after %.1f s, in sample %" PRIu64 " of trial %" PRIu64, found->seconds,
                found->samples, found->trials);
    else
        fprintf(out, "no crash in %.1f s, %" PRIu64 " samples of %" PRIu64 " trials", found->seconds,
                found->samples, found->trials);
    fprintf(out, "; %" PRIu64 " samples did not hold what was inserted\n", found->corrupt);
    if (found->samples == 0)
        return;
    rate_interval(found->crashes, found->samples, &low, &high);
    fprintf(out, "    crashes a sample: %.2g, 95 %% interval %.2g .. %.2g (Clopper-Pearson)\n",
            (double)found->crashes / (double)found->samples, low, high);
}

void search_print(const struct run_plan *plan, const struct search *searches, FILE *out)
{
    fprintf(out, "\nUntil the first crash\n");
    for (size_t i = 0; i < plan->cell_count; i++)
        print_cell(&plan->cells[i], &searches[i], out);
}
