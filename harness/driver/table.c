/* table.c - see table.h. */
#include "harness/driver/table.h"

#include "harness/driver/trial/outcome.h"
#include "harness/stats/quantile.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES, NAME_COLUMNS_MIN = 12, NAME_COLUMNS_MAX = 28 };

struct unit {
    const char *name;
    double ns;
};

/* Columns that text takes on a terminal, if every character takes one. */
static int columns_of(const char *text)
{
    int columns = 0;
    for (; *text != '\0'; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

static struct unit unit_for(double ns)
{
    static const struct unit units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    size_t at = 0;
    while (at + 1 < sizeof units / sizeof units[0] && ns >= units[at + 1].ns)
        at++;
    return units[at];
}

/* Three figures that count. */
static int figures_for(double value)
{
    return value >= 100 ? 0 : value >= 10 ? 1 : 2;
}

static void figure_print(FILE *out, int width, double value)
{
    fprintf(out, "%*.*f", width, figures_for(value), value);
}

static void times_print(const struct cell_summary *cell, FILE *out)
{
    if (cell->median_ns < 0) {
        fprintf(out, " %9s  %15s %9s", "-", "-", "-");
    } else {
        struct unit unit = unit_for(cell->median_ns);
        fputc(' ', out);
        figure_print(out, 6, cell->median_ns / unit.ns);
        fprintf(out, " %-2s", unit.name);
        char interval[64] = "-";
        if (cell->interval)
            snprintf(interval, sizeof interval, "%.*f .. %.*f", figures_for(cell->low_ns / unit.ns),
                     cell->low_ns / unit.ns, figures_for(cell->high_ns / unit.ns), cell->high_ns / unit.ns);
        fprintf(out, "  %15s", interval);
        if (cell->row->batch > 0) {
            fputc(' ', out);
            figure_print(out, 9, cell->median_ns / (double)cell->row->batch);
        } else {
            fprintf(out, " %9s", "-");
        }
    }
    if (cell->speedup > 0)
        fprintf(out, " %8.2fx", cell->speedup);
    else
        fprintf(out, " %9s", "-");
}

static void outcomes_print(const struct cell_summary *cell, FILE *out)
{
    char text[OUTCOMES_TEXT_BYTES];
    if (cell->trials > 0)
        fprintf(out, "  %s", outcomes_text(cell->outcomes, text));
}

static void cell_print(const struct cell_summary *cell, bool first_of_batch, int name_columns,
                       const struct table_style *style, FILE *out)
{
    char name[NAME_BYTES];
    summary_strategy(cell, name, sizeof name);
    bool bold = cell->best && style->colour;
    if (first_of_batch)
        fprintf(out, "%9" PRIu64 " ", cell->row->batch);
    else
        fprintf(out, "%9s ", "");
    fprintf(out, "%c%c%c %s%s", cell->best ? '*' : ' ', cell->oversubscribed ? 'o' : ' ',
            cell->flagged > 0 ? 'f' : ' ', bold ? "\033[1m" : "", name);
    int columns = columns_of(name);
    if (columns > name_columns) {
        fprintf(out, "\n%14s", "");
        columns = 0;
    }
    fprintf(out, "%*s %4" PRIu64, name_columns - columns, "", cell->row->threads);
    times_print(cell, out);
    outcomes_print(cell, out);
    fprintf(out, "%s\n", bold ? "\033[0m" : "");
}

static void group_head_print(const struct cell_summary *cell, int name_columns, FILE *out)
{
    const struct result_row *row = cell->row;
    char allocator[NAME_BYTES];
    summary_allocator(cell, allocator, sizeof allocator);
    fprintf(out, "\n%s on %s: symbols %s, keys %s, bind %s%s%s\n", row->workload, allocator, row->symbols,
            row->keys, row->bind, row->build[0] == '\0' ? "" : ", build ", row->build);
    fprintf(out, "%9s     %-*s %4s %9s  %15s %9s %9s  %s\n", "batch", name_columns, "strategy", "thr",
            "median", "95 % interval", "ns/item", "vs seq.", "trials");
}

static int name_columns_of(const struct summary *summary)
{
    int widest = NAME_COLUMNS_MIN;
    for (size_t i = 0; i < summary->count; i++) {
        char name[NAME_BYTES];
        summary_strategy(&summary->cells[i], name, sizeof name);
        int columns = columns_of(name);
        if (columns > widest && columns <= NAME_COLUMNS_MAX)
            widest = columns;
    }
    return widest;
}

static void marks_print(const struct summary *summary, FILE *out)
{
    bool best = false, over = false, flagged = false, none = false;
    for (size_t i = 0; i < summary->count; i++) {
        best = best || summary->cells[i].best;
        over = over || summary->cells[i].oversubscribed;
        flagged = flagged || summary->cells[i].flagged > 0;
        none = none || (summary->cells[i].median_ns >= 0 && !summary->cells[i].interval);
    }
    fputs("\nTimes are the median of the rounds' medians; vs seq. is sequential's time over it.\n", out);
    if (best)
        fputs("* fastest of its batch that never failed.\n", out);
    if (over)
        fputs("o oversubscribed: more threads than processors.\n", out);
    if (flagged)
        fputs("f flagged: something outside disturbed a trial (stolen time, migrations, cores that were not "
              "there).\n",
              out);
    if (none)
        fputs("- no 95 % interval is possible with fewer than 6 good rounds.\n", out);
}

/* |ratio - 1| between each twin and its reference, the larger over the smaller, ascending. */
static size_t floors_of(const struct summary *summary, double *floors)
{
    size_t count = 0;
    for (size_t i = 0; i < summary->count; i++) {
        double speedup = summary->cells[i].speedup;
        if (summary->cells[i].row->twin && speedup > 0)
            floors[count++] = fmax(speedup, 1 / speedup) - 1;
    }
    median_sort(floors, count);
    return count;
}

static void floor_print(const struct summary *summary, FILE *out)
{
    double *floors = malloc((summary->count + 1) * sizeof *floors);
    if (floors == NULL) {
        fputs("A/A: no memory to tell the floor\n", out);
        return;
    }
    size_t count = floors_of(summary, floors);
    if (count > 0)
        fprintf(out,
                "A/A: sequential against itself differs by %.1f %% in the middle, at most %.1f %% (%zu "
                "pair%s): a "
                "smaller\n     difference than that says nothing here.\n",
                100 * median_of_sorted(floors, count), 100 * floors[count - 1], count, count == 1 ? "" : "s");
    free(floors);
}

struct table_style table_style_of(FILE *out)
{
    const char *forbidden = getenv("NO_COLOR");
    return (struct table_style){.colour =
                                    (forbidden == NULL || forbidden[0] == '\0') && isatty(fileno(out)) == 1};
}

void table_print(const struct summary *summary, const struct table_style *style, FILE *out)
{
    int name_columns = name_columns_of(summary);
    for (size_t i = 0; i < summary->count; i++) {
        const struct cell_summary *cell = &summary->cells[i];
        bool new_group = i == 0 || !summary_same_group(cell - 1, cell);
        if (new_group)
            group_head_print(cell, name_columns, out);
        cell_print(cell, new_group || cell[-1].row->batch != cell->row->batch, name_columns, style, out);
    }
    marks_print(summary, out);
    floor_print(summary, out);
}
