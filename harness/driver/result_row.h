/* result_row.h - one trial line of a results file, checked and taken apart. */
#ifndef HARNESS_DRIVER_RESULT_ROW_H
#define HARNESS_DRIVER_RESULT_ROW_H

#include "harness/common/error.h"
#include "harness/driver/results.h"

#include <jansson.h>
#include <stdbool.h>

enum row_status { ROW_OK, ROW_BAD, ROW_NO_MEMORY };

/*
 * Fills *row from a trial line; keeps a reference of its own to json. Errors: ROW_BAD with the field in
 * *error, or ROW_NO_MEMORY; *row is then empty.
 */
enum row_status result_row_read(json_t *json, struct result_row *row, struct error *error);

void result_row_free(struct result_row *row);

#endif
