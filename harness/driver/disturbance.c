/* disturbance.c - see disturbance.h. */
#include "harness/driver/disturbance.h"

#include "harness/driver/json_build.h"

#include <math.h>
#include <string.h>

static bool known(uint64_t count)
{
    return count != PAGE_UNKNOWN;
}

static bool fell_short(double speedup, uint32_t threads)
{
    return isfinite(speedup) && speedup > 0 && speedup < 0.75 * threads;
}

struct disturbance disturbance_judge(const struct cell *cell, const struct trial_page *page)
{
    double seconds = known(page->sampling_ns) ? (double)page->sampling_ns * 1e-9 : 0;
    double switches_usual = 10 * fmax(1, seconds * (double)cell->threads);
    bool pinned = strcmp(cell->bind, "none") != 0;
    bool alone = page->oversubscribed == 0;
    return (struct disturbance){
        .stolen = known(page->steal_ns) && (double)page->steal_ns * 1e-9 > 0.01 * seconds,
        .migrated = pinned && known(page->migrations) && page->migrations > 0,
        .preempted = alone && known(page->switches_forced) && (double)page->switches_forced > switches_usual,
        .crowded = alone && page->control_threads > 1 &&
                   (fell_short(page->control_before, page->control_threads) ||
                    fell_short(page->control_after, page->control_threads)),
    };
}

static json_t *control_json(const struct trial_page *page)
{
    if (page->control_threads == 0)
        return json_null();
    struct build build;
    build_begin(&build);
    build_count(&build, "threads", page->control_threads);
    build_real(&build, "speedup_before", page->control_before);
    build_real(&build, "speedup_after", page->control_after);
    return build_end(&build);
}

static json_t *causes_json(struct disturbance found)
{
    const struct {
        bool set;
        const char *name;
    } causes[] = {{found.stolen, "steal"},
                  {found.migrated, "migrations"},
                  {found.preempted, "switches"},
                  {found.crowded, "control"}};
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].set && json_array_append_new(array, json_string(causes[i].name)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *disturbance_json(const struct cell *cell, const struct trial_page *page)
{
    struct disturbance found = disturbance_judge(cell, page);
    struct build build;
    build_begin(&build);
    build_count(&build, "switches_forced", page->switches_forced);
    build_count(&build, "migrations", page->migrations);
    build_count(&build, "steal_ns", page->steal_ns);
    build_count(&build, "sampling_ns", page->sampling_ns);
    build_json(&build, "control", control_json(page));
    build_bool(&build, "flagged", found.stolen || found.migrated || found.preempted || found.crowded);
    build_json(&build, "flagged_by", causes_json(found));
    return build_end(&build);
}
