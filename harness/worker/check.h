/*
 * check.h - whether a space holds what was inserted: as many items, and the same ones.
 *
 * The digest is a sum of hashes, so the order of the walk does not matter, and an item that comes twice in
 * place of another is noticed.
 */
#ifndef HARNESS_WORKER_CHECK_H
#define HARNESS_WORKER_CHECK_H

#include "harness/worker/workload.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stdint.h>

struct check_result {
    uint64_t keys_expected, keys_found;
    uint64_t digest_expected, digest;
};

/*
 * Walks the space and sums up what is found. A control strategy is expected to hold nothing.
 * Returns what walk() returns; *result is filled in any case.
 */
enum strategy_status check_space(const struct strategy *strategy, void *state, void *space,
                                 const struct workload_expectation *expected, struct check_result *result);

/* Whether what was found is what was expected. */
bool check_agrees(const struct check_result *result);

#endif
