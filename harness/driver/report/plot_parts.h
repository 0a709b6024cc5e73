/* plot_parts.h - what the pictures of a report share; for the files of plots.h alone. */
#ifndef HARNESS_DRIVER_REPORT_PLOT_PARTS_H
#define HARNESS_DRIVER_REPORT_PLOT_PARTS_H

#include "harness/driver/report/plots.h"

enum { PLOT_NUMBER_BYTES = 24 };

/* What one picture is drawn by. */
struct drawing {
    const struct report *report;
    const char *folder, *scripts, *kind;
    struct plots *plots;
    char data[PATH_MAX], picture[PATH_MAX], script[PATH_MAX];
    char title[PLOT_TEXT_BYTES];
    char numbers[2][PLOT_NUMBER_BYTES]; /* what the script takes behind the title */
    FILE *out;                          /* of the data */
};

/* Opens the data of the next picture of its kind. Errors: false: it cannot be written. */
bool drawing_open(struct drawing *drawing, struct error *error);

/*
 * Closes the data, draws them where they have lines (any), and keeps the picture among the plots. Errors:
 * false: they could not be written or drawn, or no memory.
 */
bool drawing_end(struct drawing *drawing, size_t lines, struct error *error);

/* A text between quotes; what gnuplot cannot have there is a question mark. */
void label_print(const char *text, FILE *out);

/* "what: workload on allocator (...)", the drawing's title. */
void group_title(struct drawing *drawing, const char *what, const struct subject *subject);

/* Whether subjects a and b are drawn into one picture of lines or shares. */
bool drawn_together(const struct subject *a, const struct subject *b);

/* The next subject from *at on that is drawn together with `with`; NULL behind the last. */
const struct subject *drawn_next(const struct subjects *subjects, const struct subject *with, size_t *at);

/* Whether they differ but in strategy, threads and allocator, so that one map shows both. */
bool drawn_on_one_map(const struct subject *a, const struct subject *b);

/* A picture each, of all that is drawn together with a subject. */
bool latency_draw(struct drawing *drawing, const struct subject *with, struct error *error);
bool speedup_draw(struct drawing *drawing, const struct subject *with, struct error *error);
bool phases_draw(struct drawing *drawing, const struct subject *with, struct error *error);
bool heat_draw(struct drawing *drawing, const struct subject *with, struct error *error);

#endif
