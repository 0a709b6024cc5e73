/* plots.h - the pictures of a report. */
#ifndef HARNESS_DRIVER_REPORT_PLOTS_H
#define HARNESS_DRIVER_REPORT_PLOTS_H

#include "harness/driver/plot/drawing.h"
#include "harness/driver/report/sections.h"

/*
 * Draws all pictures of a report, by a drawing that was begun, whose plots they join:
 * latency, speedup, distribution and phases of each group of cells that can be compared; heat of each
 * workload under several allocators; threads of each strategy on three numbers of workers or more; doses of
 * each strategy and allocator under limits of its arenas; rates of each run in which trials failed. Errors:
 * false: as drawing_open() and drawing_end(), or no memory.
 */
bool plots_draw(const struct report *report, struct drawing *drawing, struct error *error);

#endif
