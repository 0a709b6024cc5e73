/* plots.c - see plots.h. */
#include "harness/driver/report/plot_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Draws a picture for each subject that is the first of its kind. */
static bool each_first(struct drawing *drawing, const char *kind,
                       bool (*same)(const struct subject *, const struct subject *),
                       bool (*draw)(struct drawing *, const struct subject *, struct error *),
                       struct error *error)
{
    const struct subjects *subjects = drawing->report->subjects;
    drawing->kind = kind;
    for (size_t i = 0; i < subjects->count; i++) {
        bool known = false;
        for (size_t j = 0; !known && j < i; j++)
            known = same(&subjects->items[j], &subjects->items[i]);
        if (!known && !draw(drawing, &subjects->items[i], error))
            return false;
    }
    return true;
}

bool plots_draw(const struct report *report, const char *folder, const char *scripts, struct plots *plots,
                struct error *error)
{
    struct drawing drawing = {.report = report, .folder = folder, .scripts = scripts, .plots = plots};
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_errno(error, "cannot make %s", folder);
    return each_first(&drawing, "latency", drawn_together, latency_draw, error) &&
           each_first(&drawing, "speedup", drawn_together, speedup_draw, error) &&
           each_first(&drawing, "phases", drawn_together, phases_draw, error) &&
           each_first(&drawing, "heat", drawn_on_one_map, heat_draw, error);
}

void plots_free(struct plots *plots)
{
    free(plots->items);
    *plots = (struct plots){0};
}
