/* sample.c - see sample.h. */
#include "harness/worker/sample.h"

#include "harness/perturb/runtime.h"
#include "harness/worker/check.h"
#include "harness/worker/clock.h"
#include "harness/worker/verdict.h"

#include <inttypes.h>

/* Only the worker of VARIANT=perturb has them (harness/perturb/README.md). */
#pragma weak perturb_arm
#pragma weak perturb_disarm

/* A function of its own, and never inlined, so that its test times the very same instructions. */
__attribute__((noinline)) enum strategy_status sample_insert(const struct strategy *strategy, void *state,
                                                             void *space, const struct batch *batch,
                                                             struct strategy_progress *progress,
                                                             uint64_t *phase_ns, uint64_t *ns)
{
    enum strategy_status (*insert)(void *, void *, const struct batch *, struct strategy_run *) =
        strategy->insert;
    struct strategy_run run = {.progress = progress, .phase_ns = phase_ns};
    progress[0].phase = PHASE_NONE;
    progress[0].item = 0;
    if (phase_ns != NULL)
        run.phase_since_ns = clock_now_ns();
    uint64_t start_ns = clock_now_ns();
    enum strategy_status status = insert(state, space, batch, &run);
    *ns = clock_now_ns() - start_ns;
    return status;
}

static uint64_t live_bytes(const struct sampler *sampler)
{
    struct allocator_counters counters;
    allocator_count(sampler->variant, &counters);
    return counters.live_bytes;
}

static void stage(const struct sampler *sampler, enum page_stage stage)
{
    sampler->page->stage = (uint32_t)stage;
}

static bool check(const struct sampler *sampler, void *space, const struct workload_expectation *expected)
{
    struct trial_page *page = sampler->page;
    struct check_result result;
    stage(sampler, STAGE_CHECK);
    enum strategy_status status = check_space(sampler->strategy, sampler->state, space, expected, &result);
    page->keys_expected = result.keys_expected;
    page->keys_found = result.keys_found;
    page->digest_expected = result.digest_expected;
    page->digest = result.digest;
    if (sampler->search && (status == STRATEGY_FAILED || (status == STRATEGY_OK && !check_agrees(&result)))) {
        page->samples_corrupt++;
        return true;
    }
    if (status != STRATEGY_OK)
        return verdict_on_call(page, status, "walk");
    if (!check_agrees(&result))
        return verdict_give(page, PAGE_VERDICT_CORRUPT,
                            "sample %" PRIu32 ": %" PRIu64 " of %" PRIu64 " keys, digest %016" PRIx64
                            " instead of %016" PRIx64,
                            page->progress[0].sample, result.keys_found, result.keys_expected, result.digest,
                            result.digest_expected);
    page->samples_checked++;
    return true;
}

static void read_standing(const struct sampler *sampler, void *space, struct memory_levels *levels)
{
    const struct strategy *strategy = sampler->strategy;
    levels->standing = live_bytes(sampler);
    sampler->page->space_bytes =
        strategy->space_bytes != NULL ? strategy->space_bytes(sampler->state, space) : 0;
}

/* What the strategy does with the batch outside the time; counts as making the space. */
static bool prepare(const struct sampler *sampler, void *space, const struct batch *batch,
                    struct sample_times *times)
{
    const struct strategy *strategy = sampler->strategy;
    if (strategy->prepare == NULL)
        return true;
    uint64_t start_ns = clock_now_ns();
    enum strategy_status status = strategy->prepare(sampler->state, space, batch);
    times->create_ns += clock_now_ns() - start_ns;
    return status == STRATEGY_OK || verdict_on_call(sampler->page, status, "prepare");
}

/* Inserts into the space and checks it. */
static bool fill(const struct sampler *sampler, void *space, uint64_t *phase_ns, struct memory_levels *levels,
                 struct sample_times *times)
{
    struct batch batch;
    struct workload_expectation expected;
    /* Under its own name: strategy.h says how the worker and the page agree on it. */
    struct strategy_progress *progress = (struct strategy_progress *)sampler->page->progress;
    workload_slice(sampler->workload, sampler->slice, &batch, &expected);
    if (!prepare(sampler, space, &batch, times))
        return false;
    stage(sampler, STAGE_INSERT);
    /* Another seed for each sample: the same would meet the same draws again. */
    if (sampler->perturb_one_in != 0)
        perturb_arm(sampler->perturb_seed + sampler->slice, sampler->perturb_one_in);
    enum strategy_status status = sample_insert(sampler->strategy, sampler->state, space, &batch, progress,
                                                phase_ns, &times->insert_ns);
    if (sampler->perturb_one_in != 0)
        perturb_disarm();
    if (status != STRATEGY_OK)
        return verdict_on_call(sampler->page, status, "insert");
    if (levels != NULL)
        read_standing(sampler, space, levels);
    return check(sampler, space, &expected);
}

bool sample_take(struct sampler *sampler, uint64_t *phase_ns, struct memory_levels *levels,
                 struct sample_times *times)
{
    const struct strategy *strategy = sampler->strategy;
    void *space = NULL;
    stage(sampler, STAGE_CREATE);
    if (levels != NULL)
        levels->before = live_bytes(sampler);
    uint64_t start_ns = clock_now_ns();
    enum strategy_status status = strategy->create(sampler->state, &space);
    times->create_ns = clock_now_ns() - start_ns;
    if (status != STRATEGY_OK)
        return verdict_on_call(sampler->page, status, "create");
    bool good = fill(sampler, space, phase_ns, levels, times);
    stage(sampler, STAGE_DESTROY);
    start_ns = clock_now_ns();
    strategy->destroy(sampler->state, space);
    times->end_ns = clock_now_ns();
    times->destroy_ns = times->end_ns - start_ns;
    if (levels != NULL)
        levels->after = live_bytes(sampler);
    sampler->slice++;
    sampler->page->progress[0].sample++;
    return good;
}
