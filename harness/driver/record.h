/*
 * record.h - writes a results file, one JSON object a line (results/README.md), so that whatever kills the
 * driver costs at most the trial in flight: each line is one write, and is on the disk before the next trial
 * starts.
 */
#ifndef HARNESS_DRIVER_RECORD_H
#define HARNESS_DRIVER_RECORD_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"

#include <stdbool.h>

struct record;

/*
 * Makes the file (it must not be there yet), or with resume opens one that is, cutting off a torn last line.
 * The file is locked against a second driver until record_close(). Errors: false, *record untouched; names
 * the file.
 */
bool record_open(const char *path, bool resume, struct record **record, struct error *error);

/*
 * Each appends one line and waits until it is on the disk. Errors: false, naming the file; the file then ends
 * where it ended before.
 */
bool record_run(struct record *record, const struct run_header *header, struct error *error);
bool record_trial(struct record *record, const struct trial_result *result, struct error *error);
bool record_end(struct record *record, const struct run_summary *summary, struct error *error);

/* Closes the file and frees record (may be NULL) either way. Errors: false if the system reports a late write
 * error. */
bool record_close(struct record *record, struct error *error);

#endif
