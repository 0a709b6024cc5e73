/* printed.h - what a worker that died had to say: a message, or the report of a sanitizer. */
#ifndef HARNESS_DRIVER_PRINTED_H
#define HARNESS_DRIVER_PRINTED_H

#include <stddef.h>

/* A part of a text; length 0 if there is none. */
struct part {
    const char *text;
    size_t length;
};

/* The report of a sanitizer, from its first line to the end of what was printed. */
struct part printed_report(const char *output);

/*
 * The message: the first line of a sanitizer's report, else the last lines (4 at most, 1 KiB at most), as the
 * C library, an allocator, or assert() print them before they abort.
 */
struct part printed_message(const char *output);

#endif
