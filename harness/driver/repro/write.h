/* write.h - the claims with their verdicts, for people and for programs. */
#ifndef HARNESS_DRIVER_REPRO_WRITE_H
#define HARNESS_DRIVER_REPRO_WRITE_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"
#include "harness/driver/repro/claims.h"

#include <stdio.h>

/* A Markdown table, a line a claim, and how many there are of each verdict. findings[claim_count]. */
void repro_write_table(const struct claim_finding *findings, const struct host *host, FILE *out);

/*
 * folder/claims.md (the same table) and folder/claims.json: an array of objects with id, said, measured,
 * verdict, replay. Errors: a file that cannot be written, or no memory.
 */
bool repro_write_files(const struct claim_finding *findings, const struct host *host, const char *folder,
                       struct error *error);

#endif
