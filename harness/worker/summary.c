/* summary.c - see summary.h. */
#include "harness/worker/summary.h"

#include "harness/worker/median.h"

#include <inttypes.h>
#include <string.h>

static const char *const verdict_names[] = {"none", "ok", "corrupt", "refused", "oom"};

static void number(FILE *out, const char *name, uint64_t value)
{
    if (value == PAGE_UNKNOWN)
        fprintf(out, "  %s unknown", name);
    else
        fprintf(out, "  %s %" PRIu64, name, value);
}

static void print_latency(FILE *out, const struct trial_page *page)
{
    uint64_t sorted[PAGE_SAMPLES_MAX];
    uint32_t count = page->sample_count;
    if (count == 0)
        return;
    memcpy(sorted, page->samples_ns, count * sizeof sorted[0]);
    struct median median = median_of(sorted, count);
    fprintf(out, "latency_ns ");
    number(out, "min", sorted[0]);
    number(out, "p10", sorted[count / 10]);
    number(out, "p50", median.middle);
    number(out, "p90", sorted[(uint64_t)count * 9 / 10]);
    number(out, "max", sorted[count - 1]);
    if (median.high != UINT64_MAX)
        fprintf(out, "  (median's 95 %% interval %" PRIu64 " to %" PRIu64 ")", median.low, median.high);
    fprintf(out, "\nmeans_ns   ");
    number(out, "create", page->setup_ns / count);
    number(out, "destroy", page->teardown_ns / count);
    number(out, "first", page->first_ns);
    number(out, "clock", page->clock_cost_ns);
    fputs("\n", out);
}

static void print_phases(FILE *out, const struct trial_page *page)
{
    fprintf(out, "phases_ns   samples %" PRIu32, page->phase_samples);
    for (size_t i = 0; page->phase_samples > 0 && i < PAGE_PHASES_MAX; i++)
        if (page->phases_ns[i] > 0)
            number(out, page->phase_names[i], page->phases_ns[i] / page->phase_samples);
    fputs("\n", out);
}

static void print_check(FILE *out, const struct trial_page *page)
{
    fprintf(out,
            "check       samples %" PRIu64 "  keys %" PRIu64 " of %" PRIu64 "  digest %016" PRIx64
            " of %016" PRIx64 "\n",
            page->samples_checked, page->keys_found, page->keys_expected, page->digest,
            page->digest_expected);
}

static void print_memory(FILE *out, const struct trial_page *page)
{
    fprintf(out, "bytes      ");
    number(out, "rss-peak", page->rss_peak_bytes);
    number(out, "heap-live", page->heap_live_bytes);
    number(out, "heap-peak", page->heap_peak_bytes);
    number(out, "space", page->space_bytes);
    number(out, "leak", page->leak_bytes);
    fprintf(out, "\nfaults     ");
    number(out, "minor", page->faults_minor);
    number(out, "major", page->faults_major);
    fprintf(out, "\narenas     ");
    number(out, "used", page->arenas);
    number(out, "limit", page->arenas_limit);
    number(out, "lock-waits", page->lock_waits);
    number(out, "lock-wait-ns", page->lock_wait_ns);
    fputs("\n", out);
}

static void print_counters(FILE *out, const struct trial_page *page)
{
    if (page->counter_count == 0)
        return;
    fprintf(out, "counted    ");
    for (uint32_t i = 0; i < page->counter_count; i++)
        number(out, page->counters[i].name, page->counters[i].value);
    fputs("\n", out);
}

static void print_binding(FILE *out, const struct trial_page *page)
{
    fprintf(out, "threads     %" PRIu32 "%s, on", page->thread_count,
            page->oversubscribed ? " (oversubscribed)" : "");
    for (uint32_t i = 0; i < page->cpu_count; i++)
        fprintf(out, " %" PRIu32, page->cpus[i]);
    fprintf(out, "\ndisturbed  ");
    number(out, "switches-forced", page->switches_forced);
    number(out, "migrations", page->migrations);
    number(out, "steal-ns", page->steal_ns);
    number(out, "sampling-ns", page->sampling_ns);
    if (page->control_before > 0)
        fprintf(out, "\ncontrol     speed-up on %" PRIu32 " threads: %.2f before, %.2f after",
                page->control_threads, page->control_before, page->control_after);
    fputs("\n", out);
}

void summary_print(FILE *out, const struct trial_page *page)
{
    bool known = page->verdict < sizeof verdict_names / sizeof verdict_names[0];
    fprintf(out, "verdict     %s%s%s\n", known ? verdict_names[page->verdict] : "unknown",
            page->reason[0] != '\0' ? ": " : "", page->reason);
    fprintf(out, "allocator   %s  version %s\n", page->allocator_object, page->allocator_version);
    if (page->universe_items > 0)
        fprintf(out, "universe    %" PRIu64 " items in %" PRIu64 " slices\n", page->universe_items,
                page->slices);
    fprintf(out, "samples     %" PRIu32 "\n", page->sample_count);
    print_latency(out, page);
    print_phases(out, page);
    print_check(out, page);
    print_memory(out, page);
    print_counters(out, page);
    print_binding(out, page);
}
