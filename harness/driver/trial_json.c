/* trial_json.c - see trial_json.h. */
#include "harness/driver/trial_json.h"

#include "harness/driver/trial/crash.h"
#include "harness/driver/disturbance.h"
#include "harness/driver/json_build.h"
#include "harness/driver/latency.h"
#include "harness/driver/trial/outcome.h"
#include "harness/driver/steadiness.h"

#include <string.h>

/* The page where it can be trusted, else NULL. */
enum { PROGRESS_MAX = 64 };

static const struct trial_page *page_of(const struct trial_result *result)
{
    return result->page_valid ? result->page : NULL;
}

/* "thread-local:pool=spin" as the name and what follows its colon; a colon in the path of a plug-in is no
 * such colon. */
static void put_split(struct build *build, const char *name_key, const char *rest_key, const char *spec)
{
    const char *slash = strrchr(spec, '/');
    const char *options = strchr(slash != NULL ? slash : spec, ':');
    size_t length = options != NULL ? (size_t)(options - spec) : strlen(spec);
    build_json(build, name_key, json_text(spec, length));
    build_text(build, rest_key, options != NULL ? options + 1 : "");
}

json_t *cell_json(const struct cell *cell)
{
    struct build build;
    build_begin(&build);
    build_text(&build, "workload", cell->workload);
    build_count(&build, "batch", cell->batch);
    put_split(&build, "strategy", "options", cell->strategy);
    put_split(&build, "allocator", "knobs", cell->allocator);
    build_count(&build, "threads", cell->threads);
    build_text(&build, "bind", cell->bind);
    build_text(&build, "symbols", cell->interned ? "interned" : "inline");
    build_text(&build, "keys", cell->encoded ? "encoded" : "expressions");
    build_text(&build, "build", cell->build);
    build_bool(&build, "twin", cell->twin);
    return build_end(&build);
}

static json_t *served_json(const struct trial_page *page)
{
    struct build build;
    build_begin(&build);
    build_text_known(&build, "object", page->allocator_object);
    build_text_known(&build, "version", page->allocator_version);
    return build_end(&build);
}

static json_t *samples_json(const struct trial_page *page)
{
    json_t *array = json_array();
    for (uint32_t i = 0; array != NULL && i < page->sample_count; i++) {
        if (json_array_append_new(array, json_count(page->samples_ns[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* A median that is whole is written as an integer, as the other figures are. */
static json_t *median_json(double median)
{
    if (median < 0)
        return json_null();
    return median < 0x1p53 && median == (double)(int64_t)median ? json_integer((json_int_t)median)
                                                                : json_real(median);
}

static json_t *latency_json(const struct trial_page *page)
{
    struct latency latency;
    if (!latency_summarise(page->samples_ns, page->sample_count, &latency))
        return NULL;
    struct build build;
    build_begin(&build);
    build_count(&build, "min", latency.min);
    build_json(&build, "p50", median_json(latency.p50));
    build_count(&build, "p90", latency.p90);
    build_count(&build, "p99", latency.p99);
    build_count(&build, "p999", latency.p999);
    build_count(&build, "max", latency.max);
    return build_end(&build);
}

/* Whether the samples stayed where they were; null of too few. */
static json_t *steadiness_json(const struct trial_page *page)
{
    struct steadiness steadiness;
    if (!steadiness_judge(page->samples_ns, page->sample_count, &steadiness))
        return NULL;
    if (!steadiness.known)
        return json_null();
    struct build build;
    build_begin(&build);
    build_json(&build, "first_half_ns", median_json(steadiness.first_ns));
    build_json(&build, "second_half_ns", median_json(steadiness.second_ns));
    build_bool(&build, "steady", steadiness.steady);
    return build_end(&build);
}

static json_t *phases_json(const struct trial_page *page)
{
    if (page->phase_samples == 0)
        return json_null();
    struct build build;
    build_begin(&build);
    for (size_t i = 0; i < PAGE_PHASES_MAX; i++) {
        if (page->phases_ns[i] == 0 || page->phase_names[i][0] == '\0')
            continue;
        json_t *name = json_text(page->phase_names[i], strlen(page->phase_names[i]));
        if (name == NULL)
            build.failed = true;
        else
            build_count(&build, json_string_value(name), page->phases_ns[i] / page->phase_samples);
        json_decref(name);
    }
    return build_end(&build);
}

static uint64_t per_sample(uint64_t sum, uint32_t samples)
{
    return samples == 0 ? 0 : sum / samples;
}

/* The parts of jobs, where each was run by itself: the medians of the samples; null else. */
static json_t *alone_json(const struct trial_page *page)
{
    struct build build;
    if (page->alone.jobs == 0)
        return json_null();
    build_begin(&build);
    build_count(&build, "parts_ns", page->alone_parts_ns);
    build_count(&build, "longest_ns", page->alone_longest_ns);
    return build_end(&build);
}

static void put_timing(struct build *build, const struct trial_page *page)
{
    build_count(build, "samples", page->sample_count);
    build_json(build, "samples_ns", samples_json(page));
    build_count_known(build, "first_ns", page->first_ns);
    build_json(build, "latency_ns", latency_json(page));
    build_json(build, "steadiness", steadiness_json(page));
    build_count(build, "phase_samples", page->phase_samples);
    build_json(build, "phases_ns", phases_json(page));
    build_count_known(build, "setup_ns", per_sample(page->setup_ns, page->sample_count));
    build_count_known(build, "teardown_ns", per_sample(page->teardown_ns, page->sample_count));
    build_count_known(build, "clock_cost_ns", page->clock_cost_ns);
    build_json(build, "alone", alone_json(page));
}

static void put_check(struct build *build, const struct trial_page *page)
{
    build_count(build, "samples_checked", page->samples_checked);
    build_count(build, "samples_corrupt", page->samples_corrupt);
    build_count(build, "slabs_lost", page->damage.slabs_lost);
    build_count(build, "texts_wrong", page->damage.texts_wrong);
    if (page->samples_checked == 0) {
        build_null(build, "keys_expected");
        build_null(build, "keys_found");
        build_null(build, "digest");
        build_null(build, "digest_expected");
    } else {
        build_count(build, "keys_expected", page->keys_expected);
        build_count(build, "keys_found", page->keys_found);
        build_hash(build, "digest", page->digest);
        build_hash(build, "digest_expected", page->digest_expected);
    }
}

static json_t *workload_json(const struct trial_page *page)
{
    struct build build;
    build_begin(&build);
    build_count(&build, "items", page->universe_items);
    build_count(&build, "slices", page->slices);
    build_hash(&build, "digest", page->universe_digest);
    return build_end(&build);
}

/* The strategy's own count is exact and is taken where there is one. */
static void put_bytes_per_key(struct build *build, const struct trial_page *page)
{
    uint64_t bytes = page->space_bytes != 0 ? page->space_bytes : page->heap_live_bytes;
    if (bytes == 0 || bytes > INT64_MAX || page->keys_found == 0)
        build_null(build, "bytes_per_key");
    else
        build_real(build, "bytes_per_key", (double)bytes / (double)page->keys_found);
}

static json_t *memory_json(const struct trial_result *result, const struct trial_page *page)
{
    struct build build;
    build_begin(&build);
    bool own = page->rss_peak_bytes != 0 && page->rss_peak_bytes != PAGE_UNKNOWN;
    build_count_known(&build, "rss_peak_bytes", own ? page->rss_peak_bytes : result->rss_peak_bytes);
    build_count(&build, "heap_live_bytes", page->heap_live_bytes);
    build_count(&build, "heap_peak_bytes", page->heap_peak_bytes);
    build_count_known(&build, "space_bytes", page->space_bytes);
    build_count(&build, "leak_bytes", page->leak_bytes);
    put_bytes_per_key(&build, page);
    build_count(&build, "faults_minor", page->faults_minor);
    build_count(&build, "faults_major", page->faults_major);
    return build_end(&build);
}

static json_t *contention_json(const struct trial_page *page)
{
    struct build build;
    build_begin(&build);
    build_count(&build, "arenas", page->arenas);
    build_count(&build, "arenas_limit", page->arenas_limit);
    build_count(&build, "threads_per_arena_max", page->threads_per_arena_max);
    build_count(&build, "lock_waits", page->lock_waits);
    build_count(&build, "lock_wait_ns", page->lock_wait_ns);
    return build_end(&build);
}

/* A name that the strategy gave; the harness knows none of them. */
static json_t *counters_json(const struct trial_page *page)
{
    struct build build;
    build_begin(&build);
    for (uint32_t i = 0; i < page->counter_count; i++) {
        json_t *name = json_text(page->counters[i].name, strlen(page->counters[i].name));
        if (name == NULL)
            build.failed = true;
        else
            build_count(&build, json_string_value(name), page->counters[i].value);
        json_decref(name);
    }
    return build_end(&build);
}

static json_t *cpus_json(const struct trial_page *page)
{
    json_t *array = json_array();
    for (uint32_t i = 0; array != NULL && i < page->cpu_count; i++) {
        if (json_array_append_new(array, json_count(page->cpus[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static void put_page(struct build *build, const struct trial_result *result, const struct trial_page *page)
{
    build_bool(build, "control", page->control != 0);
    build_bool(build, "oversubscribed", page->oversubscribed != 0);
    build_json(build, "cpus", cpus_json(page));
    build_json(build, "allocator_served", served_json(page));
    put_timing(build, page);
    put_check(build, page);
    build_json(build, "universe", workload_json(page));
    build_json(build, "memory", memory_json(result, page));
    build_json(build, "contention", contention_json(page));
    build_json(build, "counters", counters_json(page));
    build_json(build, "disturbance", disturbance_json(&result->request.cell, page));
}

/* The same fields where the worker left no page that could be read. */
static void put_no_page(struct build *build)
{
    static const char *const unknown[] = {
        "first_ns", "latency_ns",    "phases_ns",  "setup_ns",    "teardown_ns",     "clock_cost_ns",
        "alone",    "keys_expected", "keys_found", "digest",      "digest_expected", "universe",
        "memory",   "contention",    "counters",   "disturbance", "steadiness",
    };
    build_null(build, "control");
    build_null(build, "oversubscribed");
    build_json(build, "cpus", json_array());
    build_null(build, "allocator_served");
    build_count(build, "samples", 0);
    build_json(build, "samples_ns", json_array());
    build_count(build, "phase_samples", 0);
    build_count(build, "samples_checked", 0);
    build_count(build, "samples_corrupt", 0);
    build_count(build, "slabs_lost", 0);
    build_count(build, "texts_wrong", 0);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        build_null(build, unknown[i]);
}

/* Where each worker stood when the trial ended badly: what the page kept also when no handler could run. */
static json_t *progress_json(const struct trial_result *result)
{
    const struct trial_page *page = page_of(result);
    if (result->outcome == OUTCOME_OK || page == NULL)
        return json_null();
    json_t *array = json_array();
    for (uint32_t i = 0; array != NULL && i < page->thread_count && i < PROGRESS_MAX; i++) {
        uint32_t phase = page->progress[i].phase;
        struct build build;
        build_begin(&build);
        build_count(&build, "thread", i);
        build_text_known(&build, "phase", phase < PAGE_PHASES_MAX ? page->phase_names[phase] : "");
        build_count(&build, "sample", page->progress[i].sample);
        build_count(&build, "item", page->progress[i].item);
        if (json_array_append_new(array, build_end(&build)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* How a trial looked for crashes; null where it was one of those that are timed. */
static json_t *search_json(const struct trial_args *args)
{
    if (!args->search)
        return json_null();
    struct build build;
    build_begin(&build);
    build_count(&build, "perturb_seed", args->perturb_seed);
    build_count(&build, "perturb_one_in", args->perturb_one_in);
    build_count(&build, "preempt_us", args->preempt_us);
    return build_end(&build);
}

json_t *trial_json(const struct trial_result *result)
{
    struct build build;
    build_begin(&build);
    build_text(&build, "type", "trial");
    build_count(&build, "round", result->request.round);
    build_count(&build, "position", result->request.position);
    build_json(&build, "cell", cell_json(&result->request.cell));
    build_json(&build, "search", search_json(&result->request.args));
    build_text(&build, "outcome", outcome_name(result->outcome));
    build_text_known(&build, "reason", result->reason);
    build_text(&build, "replay", result->request.replay);
    const struct trial_page *page = page_of(result);
    if (page != NULL)
        put_page(&build, result, page);
    else
        put_no_page(&build);
    build_count(&build, "wall_ns", result->wall_ns);
    build_count(&build, "user_ns", result->user_ns);
    build_count(&build, "system_ns", result->system_ns);
    build_text_known(&build, "output", result->output);
    build_json(&build, "progress", progress_json(result));
    build_json(&build, "crash", crash_json(result));
    return build_end(&build);
}
