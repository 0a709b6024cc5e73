/* json.c - the half of compare_print.h that writes JSON. */
#include "harness/driver/compare/print.h"

#include "harness/driver/json_build.h"

static json_t *side_json(const struct pair_side *side)
{
    struct build build;
    build_begin(&build);
    build_count(&build, "trials", side->trials);
    build_count(&build, "ok", side->ok);
    build_count(&build, "failed", side->failed);
    build_count(&build, "refused", side->refused);
    return build_end(&build);
}

static void cell_put(struct build *build, const struct result_row *row)
{
    build_text(build, "workload", row->workload);
    build_count(build, "batch", row->batch);
    build_text(build, "strategy", row->strategy);
    build_text(build, "options", row->options);
    build_text(build, "allocator", row->allocator);
    build_text(build, "knobs", row->knobs);
    build_count(build, "threads", row->threads);
    build_text(build, "bind", row->bind);
    build_text(build, "symbols", row->symbols);
    build_text(build, "keys", row->keys);
}

/* Times are null where there is a crash in the cell: what is left is conditional on survival. */
static void times_put(struct build *build, const struct pair *pair)
{
    const struct change *change = &pair->change;
    bool times = pair->status == PAIR_TIMES && change->pairs > 0;
    bool interval = times && change->interval;
    build_count(build, "pairs", times ? change->pairs : 0);
    build_json(build, "ratio", times ? json_real(change->ratio) : json_null());
    build_json(build, "low", interval ? json_real(change->low) : json_null());
    build_json(build, "high", interval ? json_real(change->high) : json_null());
    build_json(build, "p", times ? json_real(pair->p) : json_null());
    build_json(build, "detects",
               times && pair_detects(pair) >= 0 ? json_real(pair_detects(pair)) : json_null());
    build_real(build, "margin", pair->margin);
}

/* What the first look had found, where there was a second; else null. */
static json_t *first_json(const struct pair *pair)
{
    const struct change *first = &pair->first;
    if (!pair->looked_again)
        return json_null();
    struct build build;
    build_begin(&build);
    build_count(&build, "pairs", first->pairs);
    build_json(&build, "ratio", json_real(first->ratio));
    build_json(&build, "low", first->interval ? json_real(first->low) : json_null());
    build_json(&build, "high", first->interval ? json_real(first->high) : json_null());
    return build_end(&build);
}

static json_t *second_json(const struct comparison *comparison)
{
    if (comparison->second_level <= 0)
        return json_null();
    struct build build;
    build_begin(&build);
    build_real(&build, "level", comparison->second_level);
    build_count(&build, "cells", comparison->second_cells);
    build_count(&build, "rounds", comparison->second_rounds);
    return build_end(&build);
}

static json_t *pair_json(const struct pair *pair)
{
    struct build build;
    build_begin(&build);
    cell_put(&build, pair->row);
    build_text(&build, "verdict", pair_verdict(pair));
    build_text_known(&build, "waived", pair->waiver == NULL ? "" : pair->waiver->why);
    times_put(&build, pair);
    build_json(&build, "first_look", first_json(pair));
    build_json(&build, "before", side_json(&pair->before));
    build_json(&build, "after", side_json(&pair->after));
    build_text_known(&build, "signature",
                     pair->told != NULL && pair->status != PAIR_REFUSED ? pair_signature(pair->told) : "");
    build_text_known(&build, "reason", pair->told != NULL ? pair->told->reason : "");
    return build_end(&build);
}

static json_t *pairs_json(const struct pairs *pairs)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < pairs->count; i++) {
        if (json_array_append_new(array, pair_json(&pairs->items[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *compare_json(const struct comparison *comparison, const struct compare_sides *sides)
{
    char why[2048];
    struct build build;
    comparison_why(comparison, why, sizeof why);
    build_begin(&build);
    build_count(&build, "status", (uint64_t)comparison->status);
    build_text(&build, "why", why);
    build_text_known(&build, "forced", sides->forced == NULL ? "" : sides->forced);
    build_text_known(&build, "note", sides->note == NULL ? "" : sides->note);
    build_text(&build, "before", sides->before_name);
    build_text(&build, "after", sides->after_name);
    build_bool(&build, "interleaved", sides->interleaved);
    build_real(&build, "margin", comparison->criteria.margin);
    build_real(&build, "level", comparison->criteria.level);
    build_json(&build, "floor", comparison->floor >= 0 ? json_real(comparison->floor) : json_null());
    build_json(&build, "second_look", second_json(comparison));
    build_count(&build, "rounds", comparison->rounds);
    build_count(&build, "rounds_needed", comparison->rounds_needed);
    build_json(&build, "cells", pairs_json(&comparison->pairs));
    return build_end(&build);
}
