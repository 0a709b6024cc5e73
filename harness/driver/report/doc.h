/*
 * doc.h - a document before it has a form: headings, paragraphs, tables, lines for the shell, plots. It is
 * built once and written as Markdown or as HTML, so that both say the same.
 *
 * No text in it is markup: whatever a name holds, it is shown as it is. The first failure to get memory
 * sticks, and doc_good() tells it.
 */
#ifndef HARNESS_DRIVER_REPORT_DOC_H
#define HARNESS_DRIVER_REPORT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum doc_kind {
    DOC_HEADING,
    DOC_PARAGRAPH,
    DOC_CODE, /* text for a shell, or a stack */
    DOC_FOLD, /* the same behind a sentence; folded where the form can fold */
    DOC_TABLE,
    DOC_PLOT, /* text: caption, detail: path of the picture */
};

struct doc_block {
    enum doc_kind kind;
    int level;           /* of a heading, from 1 */
    char *text, *detail; /* detail: the sentence of a fold, the path of a plot */
    size_t columns;      /* of a table, whose first row are its heads */
    char **cells;        /* row by row; a head that begins with '>' stands for numbers */
    size_t cell_count, cell_room;
};

struct doc {
    struct doc_block *blocks;
    size_t count, room;
    bool failed;
    const char *folder; /* of the Markdown: paths of plots below it are written from there; may be NULL */
};

/* All zero bytes are the empty document. */
void doc_free(struct doc *doc);

/* Whether all of it is there. */
bool doc_good(const struct doc *doc);

void doc_heading(struct doc *doc, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));
void doc_paragraph(struct doc *doc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doc_code(struct doc *doc, const char *text);
void doc_fold(struct doc *doc, const char *sentence, const char *text);
void doc_plot(struct doc *doc, const char *path, const char *caption);

/* Begins a table: its heads, NULL behind the last. Cells that follow fill it row by row. */
void doc_table(struct doc *doc, const char *const *heads);

/* The next cell of the table that was begun last. */
void doc_cell(struct doc *doc, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* GitHub's Markdown. */
void doc_markdown(const struct doc *doc, FILE *out);

/* One page that needs nothing else: plots are part of it; one that cannot be read is named. */
void doc_html(const struct doc *doc, FILE *out);

#endif
