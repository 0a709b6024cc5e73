/* rundir.h - the folder that a run's files lie in. */
#ifndef HARNESS_DRIVER_RUNDIR_H
#define HARNESS_DRIVER_RUNDIR_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { RUN_ID_BYTES = 32 };

/* "20261124T083000Z-1f2e": the time in UTC and two random bytes. id[RUN_ID_BYTES]. */
void rundir_id(char id[RUN_ID_BYTES]);

/* The time in UTC, "2026-11-24T08:30:00Z", in text[size]. */
void rundir_time(char *text, size_t size);

/* The folder of a run in path[size]: out where that was asked for, else results/runs/ID. Errors: too long. */
bool rundir_choose(const char *out, const char *id, char *path, size_t size, struct error *error);

/*
 * Makes the folder at path, and those above it. One that is there and empty will do.
 * Errors: false: it is there and not empty, is no folder, or cannot be made.
 */
bool rundir_make(const char *path, struct error *error);

/* folder/run.jsonl in path[size]. Errors: false: too long. */
bool rundir_file(const char *folder, char *path, size_t size, struct error *error);

#endif
