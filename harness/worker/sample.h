/*
 * sample.h - one sample: an empty space is made, a batch inserted between the marks, what the space then
 * holds compared with what was inserted, and the space given back.
 */
#ifndef HARNESS_WORKER_SAMPLE_H
#define HARNESS_WORKER_SAMPLE_H

#include "allocators/allocator.h"
#include "harness/common/trial_page.h"
#include "harness/worker/memory.h"
#include "harness/worker/workload.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stdint.h>

/* What all samples of a trial have in common. Borrows everything. */
struct alone_times;

struct sampler {
    const struct strategy *strategy;
    void *state; /* from open() */
    const struct workload *workload;
    const struct allocator_variant *variant;
    struct trial_page *page;
    struct alone_times *alone; /* with --alone, else NULL */
    uint64_t slice;            /* of the next sample */
    bool search;               /* a failed check is counted, and sampling goes on */
    uint64_t perturb_seed;
    uint32_t perturb_one_in; /* 0: memory accesses are left alone */
};

struct sample_times {
    uint64_t create_ns, insert_ns, destroy_ns;
    uint64_t end_ns; /* of the sample, monotonic */
};

/*
 * Times one insertion: the two clock reads that are the marks, and between them the one call and nothing
 * else. *ns is what lies between. phase_ns is NULL, or PHASE_COUNT sums that the strategy adds to.
 */
enum strategy_status sample_insert(const struct strategy *strategy, void *state, void *space,
                                   const struct batch *batch, struct strategy_progress *progress,
                                   uint64_t *phase_ns, uint64_t *ns);

/*
 * Takes one sample of the sampler's next slice. phase_ns as above. If levels is not NULL, the allocator's
 * live bytes are read before, with the space standing, and after (and the space's own count goes to the
 * page); this takes its time, so such a sample is not for latencies. Errors: false; the verdict is in the
 * page: no memory, refused, or corrupt (the check of sample N failed).
 */
bool sample_take(struct sampler *sampler, uint64_t *phase_ns, struct memory_levels *levels,
                 struct sample_times *times);

#endif
