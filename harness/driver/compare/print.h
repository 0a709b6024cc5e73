/* print.h - a comparison, for people and as JSON. */
#ifndef HARNESS_DRIVER_COMPARE_PRINT_H
#define HARNESS_DRIVER_COMPARE_PRINT_H

#include "harness/driver/compare/judge.h"

#include <jansson.h>
#include <stdio.h>

/* What is said of both sides besides their cells. */
struct compare_sides {
    const char *before_name, *after_name; /* of their files or builds */
    const struct results *before, *after;
    bool interleaved;   /* both were measured in the rounds of one run */
    const char *forced; /* why it should not be compared; NULL where nothing forbids it */
    const char *note;   /* what differs and does not forbid it; NULL: nothing */
};

void compare_print(const struct comparison *comparison, const struct compare_sides *sides, FILE *out);

/* One object; the caller owns it. NULL without memory. */
json_t *compare_json(const struct comparison *comparison, const struct compare_sides *sides);

#endif
