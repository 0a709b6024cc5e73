/* changes.c - see changes.h. */
#include "harness/driver/history/changes.h"

#include <math.h>
#include <stdlib.h>

#define P_MAX 0.001

/* Room for the series of one cell after the other. */
struct room {
    double *values;
    const json_t **runs;
    struct change_point *points;
};

static void room_free(struct room *room)
{
    free(room->values);
    free(room->runs);
    free(room->points);
}

static bool room_make(struct room *room, size_t count)
{
    *room = (struct room){.values = calloc(count, sizeof *room->values),
                          .runs = calloc(count, sizeof(json_t *)),
                          .points = calloc(count, sizeof *room->points)};
    if (room->values != NULL && room->runs != NULL && room->points != NULL)
        return true;
    room_free(room);
    return false;
}

/* Those that differ by the margin, moved to the front. */
static size_t points_keep(struct change_point *points, size_t count, double margin)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (fabs(points[i].after - points[i].before) >= log1p(margin))
            points[kept++] = points[i];
    }
    return kept;
}

bool history_changes(const struct history *history, double margin,
                     bool (*tell)(void *to, const struct history_cell *cell, struct error *error), void *to,
                     struct error *error)
{
    struct room room;
    const char *name;
    json_t *value;
    bool good = true;
    if (history->count == 0)
        return true;
    if (!room_make(&room, history->count + 1))
        return error_set(error, "no memory");
    json_object_foreach(json_object_get(history->runs[history->count - 1], "over_sequential"), name, value)
    {
        struct history_cell cell = {
            .name = name, .values = room.values, .runs = room.runs, .points = room.points};
        cell.count = history_series(history, name, room.values, room.runs);
        size_t found = edivisive(room.values, cell.count, P_MAX, room.points, &good);
        if (!good) {
            error_set(error, "no memory");
            break;
        }
        cell.point_count = points_keep(room.points, found, margin);
        good = cell.point_count == 0 || tell(to, &cell, error);
        if (!good)
            break;
    }
    room_free(&room);
    return good;
}

const char *history_text(const json_t *run, const char *name)
{
    const char *text = json_string_value(json_object_get(run, name));
    return text == NULL ? "unknown" : text;
}
