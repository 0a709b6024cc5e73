/* plots.h - the pictures of a report: a data file each, and gnuplot's drawing of it beside it. */
#ifndef HARNESS_DRIVER_REPORT_PLOTS_H
#define HARNESS_DRIVER_REPORT_PLOTS_H

#include "harness/driver/report/sections.h"

#include <limits.h>

enum { PLOTS_MAX = 256, PLOT_TEXT_BYTES = 512 };

struct plot {
    char path[PATH_MAX]; /* of the SVG */
    char caption[PLOT_TEXT_BYTES];
};

/* All zero bytes hold none. */
struct plots {
    struct plot *items;
    size_t count, room, left_out;
};

/*
 * Writes kind-N.dat and kind-N.svg into folder, which it makes, for each group of cells that can be compared:
 * latency, speedup, phases; and heat for each workload under several allocators. scripts is the folder of the
 * gnuplot scripts. Errors: false: a file that cannot be written, no gnuplot or one that fails, or no memory.
 */
bool plots_draw(const struct report *report, const char *folder, const char *scripts, struct plots *plots,
                struct error *error);

void plots_free(struct plots *plots);

#endif
