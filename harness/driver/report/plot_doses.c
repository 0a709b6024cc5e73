/* plot_doses.c - see plot_parts.h: how insertions slow as an allocator is left fewer arenas. */
#include "harness/driver/report/plot_parts.h"

#include "harness/driver/arenas/dose.h"

#include "allocators/allocator.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

/* The doses of one group of cells: those of one allocator and strategy. */
struct dosing {
    struct arenas_bases bases;
    struct arenas_doses doses;
};

/* Takes "knob=N" out of knobs. Returns N, or ARENAS_NO_LIMIT where it does not stand there. */
static uint64_t limit_take(const char *knobs, const char *knob, char rest[CELL_TEXT_BYTES])
{
    uint64_t limit = ARENAS_NO_LIMIT;
    size_t used = 0, length = strlen(knob);
    rest[0] = '\0';
    for (size_t size; *knobs != '\0'; knobs += size + (knobs[size] == ':')) {
        size = strcspn(knobs, ":");
        if (strncmp(knobs, knob, length) == 0 && knobs[length] == '=') {
            limit = strtoull(knobs + length + 1, NULL, 10);
        } else if (used + size + 2 < CELL_TEXT_BYTES) {
            used += (size_t)snprintf(rest + used, CELL_TEXT_BYTES - used, "%s%.*s", used > 0 ? ":" : "",
                                     (int)size, knobs);
        }
    }
    return limit;
}

static struct arenas_base *base_of(struct arenas_bases *bases, const char *spec)
{
    for (size_t i = 0; i < bases->count; i++) {
        if (strcmp(bases->items[i].spec, spec) == 0)
            return &bases->items[i];
    }
    if (bases->count == ARENAS_BASES_MAX)
        return NULL;
    struct arenas_base *base = &bases->items[bases->count++];
    *base = (struct arenas_base){.limit_count = 0};
    (void)snprintf(base->spec, sizeof base->spec, "%s", spec);
    return base;
}

/* Keeps limits ascending. One of more than there is room for is not shown. */
static void variant_put(struct arenas_base *base, uint64_t limit, const char *variant)
{
    size_t at = 0;
    while (at < base->limit_count && base->limits[at] < limit)
        at++;
    if (base->limit_count == ARENAS_LIMITS_MAX || (at < base->limit_count && base->limits[at] == limit))
        return;
    for (size_t i = base->limit_count++; i > at; i--) {
        base->limits[i] = base->limits[i - 1];
        memcpy(base->variants[i], base->variants[i - 1], CELL_TEXT_BYTES);
    }
    base->limits[at] = limit;
    (void)snprintf(base->variants[at], CELL_TEXT_BYTES, "%s", variant);
}

/* False: too long. */
static bool name_join(const char *name, const char *rest, char text[CELL_TEXT_BYTES])
{
    int used = snprintf(text, CELL_TEXT_BYTES, "%s%s%s", name, rest[0] != '\0' ? ":" : "", rest);
    return used > 0 && used < CELL_TEXT_BYTES;
}

/* From the variants that were run. */
static void bases_find(const struct results *results, struct arenas_bases *bases)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        const char *knob = allocator_arena_limit_knob(row->allocator);
        char rest[CELL_TEXT_BYTES], spec[CELL_TEXT_BYTES], variant[CELL_TEXT_BYTES];
        if (knob == NULL)
            continue;
        uint64_t limit = limit_take(row->knobs, knob, rest);
        if (!name_join(row->allocator, rest, spec) || !name_join(row->allocator, row->knobs, variant))
            continue;
        struct arenas_base *base = base_of(bases, spec);
        if (base != NULL)
            variant_put(base, limit, variant);
    }
}

/* Whether a dose has times under a limit and under none. */
static bool is_shown(const struct arenas_dose *dose)
{
    const struct arenas_base *base = dose->base;
    bool any = false;
    for (size_t i = 0; i + 1 < base->limit_count; i++)
        any = any || !isnan(dose->levels[i].effect);
    return any && base->limits[base->limit_count - 1] == ARENAS_NO_LIMIT;
}

/* Every limit of any base has its place on the axis. */
static size_t place_of(const struct arenas_bases *bases, uint64_t limit)
{
    uint64_t below[ARENAS_BASES_MAX * ARENAS_LIMITS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < bases->count; i++) {
        for (size_t j = 0; j < bases->items[i].limit_count; j++) {
            uint64_t other = bases->items[i].limits[j];
            bool known = other >= limit;
            for (size_t k = 0; !known && k < count; k++)
                known = below[k] == other;
            if (!known)
                below[count++] = other;
        }
    }
    return count + 1;
}

static void dose_print(const struct dosing *dosing, const struct arenas_dose *dose, FILE *out)
{
    char label[PLOT_TEXT_BYTES], name[PLOT_NAME_BYTES];
    const struct arenas_base *base = dose->base;
    (void)snprintf(label, sizeof label, "%" PRIu64 " thread%s", dose->threads, dose->threads == 1 ? "" : "s");
    label_print(label, out);
    fputc(' ', out);
    name_cut(base->spec, name);
    label_print(name, out);
    fputc('\n', out);
    for (size_t i = 0; i < base->limit_count; i++) {
        const struct arenas_level *level = &dose->levels[i];
        char limit[32] = "no limit";
        bool interval = !isnan(level->effect_low);
        if (isnan(level->effect))
            continue;
        if (base->limits[i] != ARENAS_NO_LIMIT)
            (void)snprintf(limit, sizeof limit, "%" PRIu64, base->limits[i]);
        fprintf(out, "%zu %.6g %.6g %.6g \"%s\"\n", place_of(&dosing->bases, base->limits[i]),
                1 + level->effect, 1 + (interval ? level->effect_low : level->effect),
                1 + (interval ? level->effect_high : level->effect), limit);
    }
    fputs("\n\n", out);
}

/* A block a number of threads, those of a base beside each other; parameters: how many each base has, and how
 * many places the axis has. */
static size_t doses_print(const struct dosing *dosing, struct drawing *drawing)
{
    size_t lines = 0, used = 0;
    char *counts = drawing->parameters[0];
    counts[0] = '\0';
    for (size_t i = 0; i < dosing->bases.count; i++) {
        size_t of_base = 0;
        for (size_t j = 0; j < dosing->doses.count; j++) {
            const struct arenas_dose *dose = &dosing->doses.items[j];
            if (dose->base != &dosing->bases.items[i] || !is_shown(dose))
                continue;
            dose_print(dosing, dose, drawing->out);
            of_base++;
        }
        if (of_base > 0 && used + 8 < PLOT_PARAMETER_BYTES)
            used += (size_t)snprintf(counts + used, PLOT_PARAMETER_BYTES - used, "%s%zu", used > 0 ? " " : "",
                                     of_base);
        lines += of_base;
    }
    (void)snprintf(drawing->parameters[1], PLOT_PARAMETER_BYTES, "%zu",
                   place_of(&dosing->bases, ARENAS_NO_LIMIT));
    return lines;
}

/* What one picture shows: all but the threads, the knobs and the round. */
static bool same_picture(const struct result_row *row, const void *like)
{
    const struct result_row *with = like;
    return strcmp(row->allocator, with->allocator) == 0 && strcmp(row->strategy, with->strategy) == 0 &&
           strcmp(row->options, with->options) == 0 && strcmp(row->workload, with->workload) == 0 &&
           row->batch == with->batch && strcmp(row->symbols, with->symbols) == 0 &&
           strcmp(row->keys, with->keys) == 0 && strcmp(row->bind, with->bind) == 0 &&
           strcmp(row->build, with->build) == 0 && !row->twin;
}

static bool picture_draw(const struct results *subset, size_t number, struct dosing *dosing,
                         struct drawing *drawing, struct error *error)
{
    const struct result_row *row = &subset->rows[0];
    char name[NAME_BYTES], shown[PLOT_NAME_BYTES];
    dosing->bases = (struct arenas_bases){.count = 0};
    bases_find(subset, &dosing->bases);
    if (!arenas_doses_make(subset, &dosing->bases, &dosing->doses, error))
        return false;
    (void)snprintf(name, sizeof name, "%s%s%s", row->strategy, row->options[0] != '\0' ? ":" : "",
                   row->options);
    name_cut(name, shown);
    (void)snprintf(drawing->title, sizeof drawing->title,
                   "Fewer arenas: %s on %.40s, %.60s, batch %" PRIu64 " (run %zu; %s, %s, bind %.40s)", shown,
                   row->allocator, row->workload, row->batch, number + 1, row->symbols, row->keys, row->bind);
    if (!drawing_open(drawing, error))
        return false;
    return drawing_end(drawing, doses_print(dosing, drawing), error);
}

/* A limit stands in the knobs of a row. */
static bool is_limited(const struct result_row *row)
{
    const char *knob = allocator_arena_limit_knob(row->allocator);
    char rest[CELL_TEXT_BYTES];
    return knob != NULL && !row->twin && limit_take(row->knobs, knob, rest) != ARENAS_NO_LIMIT;
}

/* The cells stand for their trials. */
bool doses_draw(const struct report_run *run, size_t number, struct drawing *drawing, struct error *error)
{
    const struct summary *summary = &run->summary;
    struct dosing *dosing = calloc(1, sizeof *dosing);
    bool good = dosing != NULL || error_set(error, "no memory");
    for (size_t i = 0; good && i < summary->count; i++) {
        const struct result_row *row = summary->cells[i].row;
        struct results subset;
        bool known = !is_limited(row);
        for (size_t j = 0; !known && j < i; j++)
            known = is_limited(summary->cells[j].row) && same_picture(summary->cells[j].row, row);
        if (known)
            continue;
        good = rows_subset(&run->results, same_picture, row, &subset, error);
        if (good) {
            good = picture_draw(&subset, number, dosing, drawing, error);
            free(subset.rows);
        }
    }
    free(dosing);
    return good;
}
