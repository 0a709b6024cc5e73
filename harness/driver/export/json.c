/* json.c - the part of export_formats.h that writes JSON: Bencher, github-action-benchmark, Google
 * Benchmark. */
#include "harness/driver/export/formats.h"

#include "harness/driver/json_build.h"
#include "harness/stats/rates.h"

#include <stdlib.h>

/* Writes value, which may be NULL for want of memory, and drops it. */
static bool json_finish(json_t *value, FILE *out)
{
    char *text = value == NULL ? NULL : json_print(value, JSON_INDENT(2), NULL);
    json_decref(value);
    if (text == NULL)
        return false;
    fprintf(out, "%s\n", text);
    free(text);
    return true;
}

static bool sound(const struct cell_summary *cell)
{
    return cell->failed == NULL && cell->median_ns > 0;
}

/* {"value", "lower_value", "upper_value"}; the latter two where known. */
static json_t *metric_json(double value, bool interval, double low, double high)
{
    struct build build;
    build_begin(&build);
    build_real(&build, "value", value);
    if (interval) {
        build_real(&build, "lower_value", low);
        build_real(&build, "upper_value", high);
    }
    return build_end(&build);
}

static json_t *failure_rate_json(const struct cell_summary *cell)
{
    uint64_t tried = cell->trials - cell->outcomes[OUTCOME_REFUSED],
             failed = tried - cell->outcomes[OUTCOME_OK];
    double low, high;
    rate_interval(failed, tried, &low, &high);
    return metric_json((double)failed / (double)tried, true, low, high);
}

static json_t *measures_json(const struct cell_summary *cell)
{
    struct build build;
    build_begin(&build);
    if (sound(cell)) {
        build_json(&build, "latency",
                   metric_json(cell->median_ns, cell->interval, cell->low_ns, cell->high_ns));
        double items = (double)cell->row->batch * 1e9;
        if (items > 0)
            build_json(&build, "throughput",
                       metric_json(items / cell->median_ns, cell->interval && cell->low_ns > 0,
                                   items / cell->high_ns, items / cell->low_ns));
    }
    if (cell->trials > cell->outcomes[OUTCOME_REFUSED])
        build_json(&build, "failure-rate", failure_rate_json(cell));
    return build_end(&build);
}

bool export_bencher(const struct export *export, FILE *out)
{
    struct build build;
    build_begin(&build);
    for (size_t i = 0; i < export->summary->count; i++) {
        char name[EXPORT_NAME_BYTES];
        export_name(export->summary->cells[i].row, name);
        build_json(&build, name, measures_json(&export->summary->cells[i]));
    }
    return json_finish(build_end(&build), out);
}

static json_t *entry_json(const struct cell_summary *cell)
{
    char name[EXPORT_NAME_BYTES], range[64] = "", extra[64];
    export_name(cell->row, name);
    if (cell->interval)
        snprintf(range, sizeof range, "%.6g .. %.6g", cell->low_ns, cell->high_ns);
    snprintf(extra, sizeof extra, "%zu trials, 95 %% interval of their median", cell->median_count);
    struct build build;
    build_begin(&build);
    build_text(&build, "name", name);
    build_text(&build, "unit", "ns");
    build_real(&build, "value", cell->median_ns);
    if (cell->interval)
        build_text(&build, "range", range);
    build_text(&build, "extra", extra);
    return build_end(&build);
}

/* Appends value; false for want of memory, where value may be NULL. */
static bool append(json_t *array, json_t *value)
{
    return array != NULL && json_array_append_new(array, value) == 0;
}

bool export_github_action(const struct export *export, FILE *out)
{
    json_t *array = json_array();
    bool good = array != NULL;
    for (size_t i = 0; good && i < export->summary->count; i++) {
        if (sound(&export->summary->cells[i]))
            good = append(array, entry_json(&export->summary->cells[i]));
    }
    if (good)
        return json_finish(array, out);
    json_decref(array);
    return false;
}

static json_t *context_json(const struct results *results)
{
    const json_t *run = results->run, *host = json_object_get(run, "host");
    const char *started = json_string_value(json_object_get(run, "started")),
               *cpu = json_string_value(json_object_get(host, "cpu")),
               *version = json_string_value(json_object_get(run, "tool_version")),
               *id = json_string_value(json_object_get(run, "id"));
    const json_t *cores = json_object_get(host, "threads"), *aslr = json_object_get(host, "aslr");
    struct build build;
    build_begin(&build);
    build_text(&build, "date", started == NULL ? "" : started);
    build_text(&build, "host_name", cpu == NULL ? "unknown" : cpu);
    build_text(&build, "executable", "triebench");
    build_count(&build, "num_cpus", json_is_integer(cores) ? (uint64_t)json_integer_value(cores) : 1);
    if (json_is_integer(aslr))
        build_bool(&build, "aslr_enabled", json_integer_value(aslr) != 0);
    build_json(&build, "caches", json_array());
    build_json(&build, "load_avg", json_array());
    build_text(&build, "library_version", version == NULL ? "" : version);
    build_text(&build, "library_build_type", "release");
    build_count(&build, "json_schema_version", 1);
    build_text(&build, "triebench_run", id == NULL ? "" : id);
    return build_end(&build);
}

/* Processor time of the whole process, shared out over its samples; -1 where the record does not tell. */
static double cpu_of(const struct result_row *row)
{
    const json_t *user = json_object_get(row->json, "user_ns"),
                 *system = json_object_get(row->json, "system_ns");
    if (!json_is_integer(user) || !json_is_integer(system) || row->sample_count == 0)
        return -1;
    return ((double)json_integer_value(user) + (double)json_integer_value(system)) /
           (double)row->sample_count;
}

static json_t *iteration_json(const struct result_row *row, bool failing, uint64_t repetitions)
{
    char name[EXPORT_NAME_BYTES];
    bool good = !failing && row->median_ns >= 0;
    double cpu = cpu_of(row);
    export_name(row, name);
    struct build build;
    build_begin(&build);
    build_text(&build, "name", name);
    build_text(&build, "run_name", name);
    build_text(&build, "run_type", "iteration");
    build_count(&build, "repetitions", repetitions);
    build_count(&build, "repetition_index", row->round);
    build_count(&build, "threads", row->threads);
    if (good) {
        build_count(&build, "iterations", row->sample_count);
        build_real(&build, "real_time", row->median_ns);
        build_real(&build, "cpu_time", cpu >= 0 ? cpu : row->median_ns);
        build_text(&build, "time_unit", "ns");
    } else {
        build_bool(&build, "error_occurred", true);
        build_text(&build, "error_message",
                   row->outcome == OUTCOME_OK ? "another trial of this cell failed" : row->reason);
    }
    return build_end(&build);
}

bool export_google_benchmark(const struct export *export, FILE *out)
{
    const struct results *results = export->results;
    const json_t *rounds = json_object_get(results->run, "rounds");
    uint64_t repetitions = json_is_integer(rounds) ? (uint64_t)json_integer_value(rounds) : 1;
    json_t *array = json_array();
    bool good = array != NULL;
    for (size_t i = 0; good && i < results->row_count; i++)
        good = append(array, iteration_json(&results->rows[i], export->failing[i], repetitions));
    if (!good) {
        json_decref(array);
        return false;
    }
    struct build build;
    build_begin(&build);
    build_json(&build, "context", context_json(results));
    build_json(&build, "benchmarks", array);
    return json_finish(build_end(&build), out);
}
