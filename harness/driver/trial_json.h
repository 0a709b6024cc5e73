/* trial_json.h - the lines of a results file as JSON objects; what each field means stands in
 * results/README.md. */
#ifndef HARNESS_DRIVER_TRIAL_JSON_H
#define HARNESS_DRIVER_TRIAL_JSON_H

#include "harness/driver/cell.h"

#include <jansson.h>

/* The version of the record; raised when a field changes its meaning, not when one is added. */
enum { RECORD_SCHEMA = 1 };

/* All: the caller owns the object; NULL if there is no memory. */
json_t *run_json(const struct run_header *header);
json_t *trial_json(const struct trial_result *result);
json_t *end_json(const struct run_summary *summary);
json_t *cell_json(const struct cell *cell);

#endif
