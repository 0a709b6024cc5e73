/* print.c - see compare_print.h. */
#include "harness/driver/compare/print.h"

#include <math.h>

enum { WHY_BYTES = 2048 };

static const char *header_text(const struct results *results, const char *name)
{
    const char *text = json_string_value(json_object_get(results->run, name));
    return text != NULL ? text : "unknown";
}

/* The commit of the run is that of the driver, so it says nothing of a build that is told by its folder. */
static void side_print(const char *what, const char *name, const struct results *results, bool build,
                       FILE *out)
{
    fprintf(out, "%-7s %s: run %s of %s%s%s%s\n", what, name, header_text(results, "id"),
            header_text(results, "started"), build ? "" : ", commit ",
            build ? "" : header_text(results, "git_commit"), results->unfinished ? ", unfinished" : "");
}

static void problems_print(const struct results *results, FILE *out)
{
    for (size_t i = 0; i < results->problem_count; i++)
        fprintf(out, "not read: %s\n", results->problems[i].text);
}

/* How the level was split, and what came of what was kept back. */
static void looks_print(const struct comparison *comparison, FILE *out)
{
    if (comparison->second_level <= 0)
        return;
    fprintf(out, "level split beforehand: %.3g %% for a first look, %.3g %% for a second; ",
            100 * comparison->criteria.level, 100 * comparison->second_level);
    if (comparison->second_cells > 0)
        fprintf(out, "%zu cell%s measured again in %zu rounds, and judged by those alone\n",
                comparison->second_cells, comparison->second_cells == 1 ? " was" : "s were",
                comparison->second_rounds);
    else
        fprintf(out, "%s\n",
                comparison->verdicts[VERDICT_INCONCLUSIVE] == 0
                    ? "the first left nothing open"
                    : "the budget leaves no time for one that could tell more");
}

static void head_print(const struct comparison *comparison, const struct compare_sides *sides, FILE *out)
{
    if (sides->forced != NULL)
        fprintf(out, "FORCED: these must not be compared: %s\n", sides->forced);
    side_print("before", sides->before_name, sides->before, sides->interleaved, out);
    problems_print(sides->before, out);
    side_print("after", sides->after_name, sides->after, sides->interleaved, out);
    if (sides->after != sides->before)
        problems_print(sides->after, out);
    if (sides->note != NULL)
        fprintf(out, "note: %s\n", sides->note);
    if (!sides->interleaved)
        fputs("note: both were measured at times of their own; what the machine did in between is in the "
              "ratios.\n",
              out);
    fprintf(out,
            "margin %.3g %%, or the floor of the batch if that is more; level %.3g %%, corrected over %zu "
            "famil%s, then within each (Holm)\n",
            100 * comparison->criteria.margin, 100 * comparison->criteria.level, comparison->family_count,
            comparison->family_count == 1 ? "y" : "ies");
    looks_print(comparison, out);
}

/* What the first look had found in a cell that was measured again. */
static void first_print(const struct pair *pair, FILE *out)
{
    if (!pair->looked_again)
        return;
    fprintf(out, "    second look, %zu pairs; the first, inconclusive: %.3fx", pair->pairs,
            pair->first.ratio);
    if (pair->first.interval)
        fprintf(out, " (%.3f .. %.3f)", pair->first.low, pair->first.high);
    fputc('\n', out);
}

static void pair_print(const struct pair *pair, FILE *out)
{
    char cell[512], interval[64] = "-", detects[32] = "-";
    pair_text(pair, cell, sizeof cell);
    if (pair->status != PAIR_TIMES) {
        fprintf(out, "  %-60s  %s%s%s\n", cell, pair_verdict(pair), pair->told != NULL ? ": " : "",
                pair->told != NULL ? pair->told->reason : "");
        first_print(pair, out);
        return;
    }
    const struct change *change = &pair->change;
    if (change->interval)
        snprintf(interval, sizeof interval, "%.3f .. %.3f", change->low, change->high);
    if (pair_detects(pair) >= 0)
        snprintf(detects, sizeof detects, "%.1f %%", 100 * pair_detects(pair));
    fprintf(out, "  %-60s %7.3fx  %-16s %8s %8.2g  %s\n", cell, change->ratio, interval, detects, pair->p,
            pair_verdict(pair));
    first_print(pair, out);
    if (pair->waiver != NULL)
        fprintf(out, "    waived until %s: %s\n", pair->waiver->until, pair->waiver->why);
}

static void pairs_print(const struct comparison *comparison, FILE *out)
{
    const struct pairs *pairs = &comparison->pairs;
    char interval[32];
    snprintf(interval, sizeof interval, "%.3g %% interval", 100 * (1 - comparison->criteria.level));
    fprintf(out, "\n  %-60s %8s  %-16s %8s %8s  %s\n", "cell", "after", interval, "detects", "p", "verdict");
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->items[i];
        if (i == 0 || pair->family != pair[-1].family) {
            char text[512];
            pair_family_text(pair, text, sizeof text);
            fprintf(out, "%s", text);
            double p = comparison->families[pair->family].p;
            if (!isnan(p))
                fprintf(out, ": p %.2g", p);
            fputc('\n', out);
        }
        pair_print(pair, out);
    }
}

static void floor_print(const struct comparison *comparison, FILE *out)
{
    if (comparison->floor >= 0)
        fprintf(out, "A/A: sequential against itself differs by at most %.1f %% (%zu pair%s).\n",
                100 * comparison->floor, comparison->floor_count, comparison->floor_count == 1 ? "" : "s");
    else
        fputs("A/A: was not measured (--aa), so nothing is known of what these runs cannot tell.\n", out);
}

void compare_print(const struct comparison *comparison, const struct compare_sides *sides, FILE *out)
{
    char why[WHY_BYTES];
    head_print(comparison, sides, out);
    pairs_print(comparison, out);
    fputs("\nafter: time after over time before. detects: the least regression found nine times in ten, one "
          "cell "
          "alone.\n",
          out);
    floor_print(comparison, out);
    if (comparison->rounds < comparison->rounds_needed)
        fprintf(out, "Rounds: %zu; it takes %zu for a single cell to stand out among so many.\n",
                comparison->rounds, comparison->rounds_needed);
    const struct waivers *waivers = comparison->criteria.waivers;
    for (size_t i = 0; waivers != NULL && i < waivers->count; i++) {
        if (waivers->items[i].expired)
            fprintf(out, "The waiver in line %zu expired on %s: %s\n", waivers->items[i].line,
                    waivers->items[i].until, waivers->items[i].why);
    }
    comparison_why(comparison, why, sizeof why);
    fprintf(out, "%s\n", why);
}
