/*
 * waiver.h - regressions that are known and put up with, until a day.
 *
 * A file of lines "until=2026-12-31 strategy=text batch=1000 # why": every cell that all its fields fit is
 * waived up to and with that day (UTC). Fields are strategy, options, allocator, knobs, workload, batch,
 * threads, symbols, keys and bind; what is not named fits all. A reason must be given. Crashes are never
 * waived.
 */
#ifndef HARNESS_DRIVER_COMPARE_WAIVER_H
#define HARNESS_DRIVER_COMPARE_WAIVER_H

#include "harness/common/error.h"
#include "harness/driver/results.h"

#include <stdbool.h>
#include <stddef.h>

enum { WAIVERS_MAX = 256, WAIVER_FIELDS = 10, WAIVER_DAY_BYTES = 11 };

struct waiver {
    size_t line;
    char until[WAIVER_DAY_BYTES]; /* "2026-12-31" */
    char *text;                   /* owned; what the fields and the reason lie in */
    const char *fields[WAIVER_FIELDS];
    const char *why;
    bool expired;
};

/* All zero bytes are none. */
struct waivers {
    struct waiver items[WAIVERS_MAX];
    size_t count;
};

/* Reads a file; today is "2026-12-31". Errors: false, *waivers empty: names the line and what is wrong with
 * it. */
bool waivers_read(const char *path, const char *today, struct waivers *waivers, struct error *error);

/* The first waiver in force that fits a cell; NULL if none does. */
const struct waiver *waivers_find(const struct waivers *waivers, const struct result_row *row);

void waivers_free(struct waivers *waivers);

#endif
