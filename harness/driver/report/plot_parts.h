/* plot_parts.h - what the pictures of a report share; for the files of plots.h alone. */
#ifndef HARNESS_DRIVER_REPORT_PLOT_PARTS_H
#define HARNESS_DRIVER_REPORT_PLOT_PARTS_H

#include "harness/driver/report/plots.h"

enum { PLOT_NAME_BYTES = 52 };

/* As much of a name as a legend has room for; "..." says that there is more. */
void name_cut(const char *name, char text[PLOT_NAME_BYTES]);

/* The same of summary_strategy() and summary_allocator(). */
void name_strategy(const struct cell_summary *cell, char text[PLOT_NAME_BYTES]);
void name_allocator(const struct cell_summary *cell, char text[PLOT_NAME_BYTES]);

/* Whether the times of a run are projections: its parts ran alone, one behind the other (--alone). */
bool run_is_projected(const struct report_run *run);

/* "what: workload on allocator (...)", the drawing's title; "projected, ..." of such a run. */
void group_title(struct drawing *drawing, const char *what, const struct subject *subject);

/* "thread-local, 2 threads", between quotes; note follows it, and may be empty. */
void line_label(const struct cell_summary *cell, const char *note, FILE *out);

/* Whether subjects a and b are drawn into one picture of lines or shares. */
bool drawn_together(const struct subject *a, const struct subject *b);

/* The next subject from *at on that is drawn together with `with`; NULL behind the last. */
const struct subject *drawn_next(const struct subjects *subjects, const struct subject *with, size_t *at);

/* Whether they differ but in strategy, threads and allocator, so that one map shows both. */
bool drawn_on_one_map(const struct subject *a, const struct subject *b);

/* Whether they differ but in threads, so that one curve shows both. */
bool drawn_on_one_curve(const struct subject *a, const struct subject *b);

/*
 * The rows of results that `keep` keeps for `like`, in *subset, which shares all else with results: free
 * subset->rows alone. Errors: false: no memory.
 */
bool rows_subset(const struct results *results, bool (*keep)(const struct result_row *, const void *),
                 const void *like, struct results *subset, struct error *error);

/* A picture each, of all that is drawn together with a subject; none where there is nothing to draw. */
bool latency_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error);
/* Where there is more than one batch size. */
bool cost_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
               struct error *error);
bool speedup_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error);
bool distribution_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                       struct error *error);
bool phases_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                 struct error *error);
bool heat_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
               struct error *error);
bool threads_draw(const struct report *report, struct drawing *drawing, const struct subject *with,
                  struct error *error);

/* Pictures of a run. */
bool rates_draw(const struct report_run *run, size_t number, struct drawing *drawing, struct error *error);
bool doses_draw(const struct report_run *run, size_t number, struct drawing *drawing, struct error *error);

#endif
