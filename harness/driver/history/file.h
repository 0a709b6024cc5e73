/*
 * file.h - the runs of one machine, night after night: a JSON object a line, of which each has the
 * ratio of every cell to `sequential` in the same run. Ratios do not drift with the machine as times do.
 */
#ifndef HARNESS_DRIVER_HISTORY_FILE_H
#define HARNESS_DRIVER_HISTORY_FILE_H

#include "harness/common/error.h"
#include "harness/driver/results.h"
#include "harness/driver/summary.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { HISTORY_MACHINE_BYTES = 17, HISTORY_RUNS_MAX = 2000 };

/* All zero bytes are empty. */
struct history {
    json_t **runs; /* in the order of the file; owned */
    size_t count;
    size_t unread; /* lines that could not be read */
};

/* The machine that a run was made on, as sixteen hexadecimal digits. */
void history_machine(const struct results *results, char machine[HISTORY_MACHINE_BYTES]);

/* dir/MACHINE.jsonl, the file of the machine that a run was made on, in path[PATH_MAX]. Errors: too long. */
bool history_path(const char *dir, const struct results *results, char *path, struct error *error);

/* One run's line as an object that the caller owns; NULL without memory. */
json_t *history_entry(const struct results *results, const struct summary *summary);

/* Reads a file; one that is not there is an empty history. Errors: false: cannot be read, or no memory. */
bool history_read(const char *path, struct history *history, struct error *error);

bool history_has(const struct history *history, const char *id);

/* Puts a run behind the others, in the file and in *history, which takes entry. Errors: false; entry is
 * dropped. */
bool history_append(const char *path, struct history *history, json_t *entry, struct error *error);

/*
 * The series of a cell: ln of its time over that of `sequential`, of the runs that have it, in
 * values[history->count]. Returns their number; runs[i], where not NULL, is the run of values[i].
 */
size_t history_series(const struct history *history, const char *cell, double *values, const json_t **runs);

void history_free(struct history *history);

#endif
