/* plot.h - the cells of a history that changed, as pictures. */
#ifndef HARNESS_DRIVER_HISTORY_PLOT_H
#define HARNESS_DRIVER_HISTORY_PLOT_H

#include "harness/driver/history/changes.h"
#include "harness/driver/plot/drawing.h"

/*
 * A picture of each cell that history_changes() tells: its times over `sequential` run by run, the level
 * between its changes, and a line where each of them lies. The drawing was begun. Errors: false: as
 * drawing_open() and drawing_end(), or no memory.
 */
bool history_draw(const struct history *history, double margin, struct drawing *drawing, struct error *error);

#endif
