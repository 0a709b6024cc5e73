/* sections.h - the parts of a report, in the order in which a reader decides. */
#ifndef HARNESS_DRIVER_REPORT_SECTIONS_H
#define HARNESS_DRIVER_REPORT_SECTIONS_H

#include "harness/driver/catalogue.h"
#include "harness/driver/report/doc.h"
#include "harness/driver/report/subject.h"

#include <jansson.h>
#include <stddef.h>

struct plots;

/* What a report is made of; all of it the caller's. */
struct report {
    const struct report_run *runs;
    size_t run_count;
    const struct criteria *criteria;
    const char *reference;
    const struct subjects *subjects;
    const struct catalogue *catalogue; /* of the worker that was built; NULL where it was not asked */
    const json_t *claims;              /* as `triebench repro` writes them; NULL where not given */
    const struct plots *plots;         /* NULL where none were drawn */
};

/* The whole. */
void report_document(const struct report *report, struct doc *doc);

/* Parts of it; those that take subjects are of one strategy, whose subjects stand beside each other. */
void section_verdicts(const struct report *report, struct doc *doc);
void section_standing(const struct report *report, struct doc *doc);
void section_glance(const struct report *report, struct doc *doc);
void section_hypothesis(const struct report *report, const struct subject *subjects, size_t count,
                        struct doc *doc);
void section_strategy(const struct report *report, const struct subject *subjects, size_t count,
                      struct doc *doc);
void section_crashes(const struct subject *subjects, size_t count, struct doc *doc);
void section_phases(const struct subject *subjects, size_t count, struct doc *doc);
void section_memory(const struct subject *subjects, size_t count, struct doc *doc);
void section_arenas(const struct subject *subjects, size_t count, struct doc *doc);
void section_allocators(const struct report *report, struct doc *doc);
void section_claims(const struct report *report, struct doc *doc);
void section_limits(const struct report *report, struct doc *doc);
void section_plots(const struct report *report, struct doc *doc);
void section_again(const struct report *report, struct doc *doc);

/* The plots of a kind, under their heading; nothing where there are none. */
void section_pictures_of(const struct report *report, const char *kind, struct doc *doc);

/* Begins a table whose first columns tell a subject: run, workload, allocator, threads; heads, NULL behind
 * the last, follow them. */
void where_table(struct doc *doc, const char *const *heads);

/* The cells under those first columns. */
void where_cells(const struct subject *subject, struct doc *doc);

/* The second of them alone. */
void where_workload_cell(const struct subject *subject, struct doc *doc);

/* How the criteria stand to those that a run recorded when it was made. */
enum standing { STANDING_RECORDED, STANDING_NONE, STANDING_OTHER };

/* The worst of all runs: other criteria are worse than none. */
enum standing report_standing(const struct report *report);

/* A time with its unit in three figures: "1.29 us"; "-" below 0. */
void time_text(double ns, char *text, size_t size);

/* For terminals, on one screen: a line a strategy, and the gravest verdicts with their reasons as far as
 * there is room. */
void report_brief(const struct report *report, bool colour, FILE *out);

#endif
