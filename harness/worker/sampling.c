/* sampling.c - see sampling.h. */
#include "harness/worker/sampling.h"

#include "harness/worker/clock.h"
#include "harness/worker/median.h"
#include "harness/worker/verdict.h"

#include <inttypes.h>
#include <string.h>

enum {
    ROUND_STRIDE = 7919,   /* a prime: rounds start apart, whatever the number of slices */
    SAMPLES_A_PHASE = 8,   /* samples that count for each phase sample */
    MEMORY_SAMPLES = 3,    /* at most: later ones find the thread caches filled */
    PRECISION_SAMPLES = 8, /* none is asked for with fewer */
};
#define MEMORY_TIME_NS (NS_PER_SECOND / 10)
#define PATIENCE_NS    (10 * NS_PER_SECOND) /* for the warm-up, and again for the least number of samples */

uint64_t sampling_first_slice(uint64_t round)
{
    return round * ROUND_STRIDE;
}

bool sampling_is_warm(const struct trial_args *args, uint64_t samples, uint64_t spent_ns)
{
    return samples >= args->warmup || spent_ns >= PATIENCE_NS;
}

bool sampling_is_over(const struct trial_args *args, uint64_t samples, uint64_t spent_ns)
{
    if (samples >= args->samples_max || samples >= PAGE_SAMPLES_MAX)
        return true;
    if (spent_ns < args->time_ns)
        return false;
    bool asked_exactly = args->samples_min == args->samples_max;
    return samples >= args->samples_min || (!asked_exactly && spent_ns - args->time_ns >= 2 * PATIENCE_NS);
}

/* When to stop. */
struct stopping {
    const struct trial_args *args;
    uint64_t start_ns;
    uint64_t next_look; /* number of samples at which the median is looked at next */
    uint64_t *sorted_ns;
};

static bool is_precise(struct stopping *stopping, const struct trial_page *page)
{
    uint64_t count = page->sample_count;
    if (stopping->args->precision <= 0 || count < stopping->args->samples_min || count < stopping->next_look)
        return false;
    stopping->next_look = 2 * count; /* looking costs a sort, so at each doubling only */
    memcpy(stopping->sorted_ns, page->samples_ns, count * sizeof *page->samples_ns);
    struct median median = median_of(stopping->sorted_ns, count);
    return median_within(&median, stopping->args->precision);
}

static bool is_enough(struct stopping *stopping, const struct trial_page *page, uint64_t now_ns)
{
    return sampling_is_over(stopping->args, page->sample_count, now_ns - stopping->start_ns) ||
           is_precise(stopping, page);
}

static bool take_phases(struct sampler *sampler)
{
    struct sample_times times;
    if (!sample_take(sampler, sampler->page->phases_ns, NULL, &times))
        return false;
    sampler->page->phase_samples++;
    return true;
}

/* With --alone a sample counts as what it would have taken with all parts of its jobs at the same time. */
static void count_sample(struct sampler *sampler, const struct page_alone *before, uint64_t insert_ns)
{
    struct trial_page *page = sampler->page;
    uint32_t number = page->sample_count;
    if (sampler->alone != NULL) {
        uint64_t parts_ns = page->alone.parts_ns - before->parts_ns;
        uint64_t longest_ns = page->alone.longest_ns - before->longest_ns;
        sampler->alone->parts_ns[number] = parts_ns;
        sampler->alone->longest_ns[number] = longest_ns;
        insert_ns -= parts_ns - longest_ns;
    }
    page->samples_ns[number] = insert_ns;
    page->sample_count++;
}

static bool take_counting(struct sampler *sampler, struct stopping *stopping)
{
    struct trial_page *page = sampler->page;
    struct sample_times times;
    for (;;) {
        struct page_alone before = page->alone;
        if (!sample_take(sampler, NULL, NULL, &times))
            return false;
        count_sample(sampler, &before, times.insert_ns);
        page->setup_ns += times.create_ns;
        page->teardown_ns += times.destroy_ns;
        if (is_enough(stopping, page, times.end_ns))
            break;
        if (page->sample_count % SAMPLES_A_PHASE == 0 && !take_phases(sampler))
            return false;
    }
    return page->phase_samples > 0 || take_phases(sampler);
}

static bool take_warmup(struct sampler *sampler, const struct trial_args *args, uint64_t start_ns)
{
    struct sample_times times = {.end_ns = start_ns};
    for (uint64_t i = 0; !sampling_is_warm(args, i, times.end_ns - start_ns); i++)
        if (!sample_take(sampler, NULL, NULL, &times))
            return false;
    return true;
}

static bool take_memory(struct sampler *sampler)
{
    uint64_t deadline_ns = clock_now_ns() + MEMORY_TIME_NS;
    struct sample_times times = {0};
    for (int i = 0; i < MEMORY_SAMPLES && times.end_ns < deadline_ns; i++) {
        struct memory_levels levels;
        if (!sample_take(sampler, NULL, &levels, &times))
            return false;
        memory_note_levels(sampler->page, &levels);
    }
    return true;
}

/* The warm-up and the samples that count. */
static bool take_measured(struct sampler *sampler, const struct trial_args *args, struct sampling_room *room)
{
    struct trial_page *page = sampler->page;
    uint64_t start_ns = clock_now_ns();
    struct stopping stopping = {args, start_ns, PRECISION_SAMPLES, room->sorted_ns};
    if (!take_warmup(sampler, args, start_ns))
        return false;
    struct memory_faults before = memory_faults_now();
    bool good = take_counting(sampler, &stopping);
    struct memory_faults after = memory_faults_now();
    if (sampler->alone != NULL && page->sample_count > 0) {
        page->alone_parts_ns = median_of(sampler->alone->parts_ns, page->sample_count).middle;
        page->alone_longest_ns = median_of(sampler->alone->longest_ns, page->sample_count).middle;
    }
    page->faults_minor = after.minor - before.minor;
    page->faults_major = after.major - before.major;
    page->sampling_ns = clock_now_ns() - start_ns;
    return good;
}

bool sampling_search(struct sampler *sampler, const struct trial_args *args)
{
    struct trial_page *page = sampler->page;
    uint64_t start_ns = clock_now_ns();
    struct sample_times times = {.end_ns = start_ns};
    sampler->slice = sampling_first_slice(args->round);
    for (uint64_t i = 0;
         i < args->samples_max && (i < args->samples_min || times.end_ns - start_ns < args->time_ns); i++)
        if (!sample_take(sampler, NULL, NULL, &times))
            return false;
    page->sampling_ns = times.end_ns - start_ns;
    if (page->samples_corrupt == 0)
        return true;
    return verdict_give(page, PAGE_VERDICT_CORRUPT, "the checks of %" PRIu64 " of %" PRIu64 " samples failed",
                        page->samples_corrupt, page->samples_corrupt + page->samples_checked);
}

bool sampling_run(struct sampler *sampler, const struct trial_args *args, const struct binding *binding,
                  struct sampling_room *room)
{
    struct trial_page *page = sampler->page;
    struct sample_times first;
    sampler->slice = sampling_first_slice(args->round);
    if (!sample_take(sampler, NULL, NULL, &first))
        return false;
    page->first_ns = first.insert_ns;

    /* Before the warm-up, which makes good what this reading does to the caches. */
    struct allocator_counters counters_before, counters_after;
    allocator_count(sampler->variant, &counters_before);
    disturbance_begin(&room->before, page);
    bool good = take_measured(sampler, args, room);
    disturbance_end(&room->before, binding, page);
    allocator_count(sampler->variant, &counters_after);
    memory_note_contention(page, &counters_before, &counters_after);
    return good && take_memory(sampler);
}
