/* line.h - lines of a file, of which none takes more memory than a bound. */
#ifndef HARNESS_DRIVER_LINE_H
#define HARNESS_DRIVER_LINE_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The longest line that is kept: a trial of 65536 samples and 64 stacks stays far below it. */
enum { LINE_BYTES_MAX = 16 << 20 };

/* All zero bytes before the first line; line_free() after the last. */
struct line {
    char *text; /* with its newline, and a NUL behind it */
    size_t length, room;
    bool cut;      /* there was no newline before the end of the file */
    bool too_long; /* only its first LINE_BYTES_MAX bytes are there */
};

/* The next line. *end is set, and the line empty, behind the last. Errors: false: reading failed, or no
 * memory. */
bool line_next(FILE *file, struct line *line, bool *end, struct error *error);

void line_free(struct line *line);

#endif
