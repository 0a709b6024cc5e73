/*
 * sampling.h - all samples of a trial, in this order: the first one, cold and kept apart; the warm-up; those
 * that count, with a phase sample after every few; a few that read the memory.
 */
#ifndef HARNESS_WORKER_SAMPLING_H
#define HARNESS_WORKER_SAMPLING_H

#include "harness/common/trial_args.h"
#include "harness/worker/bind.h"
#include "harness/worker/disturbance.h"
#include "harness/worker/sample.h"

#include <stdbool.h>
#include <stdint.h>

/* Memory that sampling works in, so that it needs no allocator: mapped and touched by the caller. */
struct sampling_room {
    uint64_t sorted_ns[PAGE_SAMPLES_MAX];
    struct disturbance before;
};

/* With --alone: of each sample that counts, what its parts took together, and the longest of each job.
 * Mapped. */
struct alone_times {
    uint64_t parts_ns[PAGE_SAMPLES_MAX], longest_ns[PAGE_SAMPLES_MAX];
};

/* The slice that the first sample of a round inserts: other rounds, other slices; the same for all that are
 * compared. */
uint64_t sampling_first_slice(uint64_t round);

/*
 * Takes samples of which nothing is timed, until samples_max are there or time_ns is spent; for args->search.
 * Errors: false; the verdict is in the page, as it is where checks failed.
 */
bool sampling_search(struct sampler *sampler, const struct trial_args *args);

/*
 * Whether the warm-up is over after so many samples and so much time: args->warmup of them, or fewer where
 * they take ten seconds.
 */
bool sampling_is_warm(const struct trial_args *args, uint64_t samples, uint64_t spent_ns);

/*
 * Whether samples that count are enough in number or in time (since sampling began, warm-up included):
 * samples_max, or samples_min and time_ns. Those of a huge batch are not waited for longer than twenty
 * seconds beyond time_ns, unless their number was asked for exactly (samples_min is samples_max).
 */
bool sampling_is_over(const struct trial_args *args, uint64_t samples, uint64_t spent_ns);

/*
 * Takes samples until sampling_is_over(), or samples_min are there and the median is known to `precision`,
 * and leaves everything measured in the sampler's page. Errors: false; the verdict is
 * in the page.
 */
bool sampling_run(struct sampler *sampler, const struct trial_args *args, const struct binding *binding,
                  struct sampling_room *room);

#endif
