/* drawing.h - pictures: a data file each, and gnuplot's drawing of it beside it. */
#ifndef HARNESS_DRIVER_PLOT_DRAWING_H
#define HARNESS_DRIVER_PLOT_DRAWING_H

#include "harness/common/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { PLOTS_MAX = 256, PLOT_TEXT_BYTES = 512, PLOT_PARAMETER_BYTES = 64 };

struct plot {
    const char *kind;    /* a constant */
    char path[PATH_MAX]; /* of the SVG */
    char caption[PLOT_TEXT_BYTES];
};

/* All zero bytes hold none. */
struct plots {
    struct plot *items;
    size_t count, room, left_out;
};

/* What pictures are drawn by, one after the other. */
struct drawing {
    const char *folder, *kind; /* kind: a constant; that of the next picture, and of its script */
    struct plots *plots;
    bool png; /* a PNG beside each SVG */
    char scripts[PATH_MAX];
    char title[PLOT_TEXT_BYTES];
    char parameters[2][PLOT_PARAMETER_BYTES]; /* what the script takes behind the title; may be empty */

    /* Its own */
    char data[PATH_MAX], script[PATH_MAX];
    char picture[PATH_MAX], bitmap[PATH_MAX];
    FILE *out; /* of the data, from drawing_open() to drawing_end() */
};

/*
 * Makes the folder, and finds the gnuplot scripts: beside that of the programs, program being how triebench
 * was called, or from where it was called. Errors: false: a folder that cannot be made, too long a path.
 */
bool drawing_begin(struct drawing *drawing, const char *program, const char *folder, bool png,
                   struct plots *plots, struct error *error);

/* Opens the data of the next picture of its kind, folder/kind-N.dat. Errors: false: it cannot be written. */
bool drawing_open(struct drawing *drawing, struct error *error);

/*
 * Closes the data, draws them where they have lines (any), and keeps the picture among the plots. The last
 * line of the data, a comment, is the command that draws them again. Errors: false: they could not be
 * written or drawn (also where there is no gnuplot), or no memory.
 */
bool drawing_end(struct drawing *drawing, size_t lines, struct error *error);

/* A text between quotes; what gnuplot or an SVG cannot have there is a question mark. */
void label_print(const char *text, FILE *out);

void plots_free(struct plots *plots);

#endif
