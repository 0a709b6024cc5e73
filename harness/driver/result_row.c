/* result_row.c - see result_row.h. */
#include "harness/driver/result_row.h"

#include "harness/driver/json_build.h"
#include "harness/driver/latency.h"
#include "harness/driver/trial/outcome.h"
#include "harness/driver/trial_json.h"

#include <stdlib.h>
#include <string.h>

/* The order of fields in a line is nobody's business, so keys are sorted. */
static char *key_of(const json_t *cell)
{
    return cell == NULL ? NULL : json_print(cell, JSON_COMPACT | JSON_SORT_KEYS, NULL);
}

char *cell_key(const struct cell *cell)
{
    json_t *json = cell_json(cell);
    char *key = key_of(json);
    json_decref(json);
    return key;
}

/* A key made of the fields that cell_json() knows, so that a field that a later version adds does not change
 * it. */
static char *row_key(const struct result_row *row)
{
    json_t *cell = json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:b}", "workload",
                             row->workload, "batch", (json_int_t)row->batch, "strategy", row->strategy,
                             "options", row->options, "allocator", row->allocator, "knobs", row->knobs,
                             "threads", (json_int_t)row->threads, "bind", row->bind, "symbols", row->symbols,
                             "keys", row->keys, "build", row->build, "twin", (int)row->twin);
    char *key = key_of(cell);
    json_decref(cell);
    return key;
}

/* Fields: each reads one, and says what is wrong with it. A field with a preset may be missing or null. */

static bool read_text(const json_t *object, const char *name, const char *preset, const char **text,
                      struct error *error)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        *text = json_string_value(value);
    else if (preset != NULL && (value == NULL || json_is_null(value)))
        *text = preset;
    else
        return error_set(error, "'%s' is no text", name);
    return true;
}

static bool read_count(const json_t *object, const char *name, uint64_t *count, struct error *error)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return error_set(error, "'%s' is no count", name);
    *count = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_cell(const json_t *cell, struct result_row *row, struct error *error)
{
    row->twin = json_is_true(json_object_get(cell, "twin"));
    if (json_is_object(cell) && read_text(cell, "workload", NULL, &row->workload, error) &&
        read_count(cell, "batch", &row->batch, error) &&
        read_text(cell, "strategy", NULL, &row->strategy, error) &&
        read_text(cell, "options", "", &row->options, error) &&
        read_text(cell, "allocator", NULL, &row->allocator, error) &&
        read_text(cell, "knobs", "", &row->knobs, error) &&
        read_count(cell, "threads", &row->threads, error) &&
        read_text(cell, "bind", NULL, &row->bind, error) &&
        read_text(cell, "symbols", NULL, &row->symbols, error) &&
        read_text(cell, "keys", NULL, &row->keys, error) && read_text(cell, "build", "", &row->build, error))
        return true;
    return json_is_object(cell) ? error_context(error, "'cell'") : error_set(error, "'cell' is no object");
}

static bool read_outcome(const json_t *json, struct result_row *row, struct error *error)
{
    const char *name = NULL;
    if (!read_text(json, "outcome", NULL, &name, error))
        return false;
    return outcome_find(name, &row->outcome) || error_set(error, "unknown outcome '%.40s'", name);
}

static enum row_status read_samples(const json_t *json, struct result_row *row, struct error *error)
{
    const json_t *samples = json_object_get(json, "samples_ns");
    size_t count = json_array_size(samples);
    row->median_ns = -1;
    if (samples != NULL && !json_is_array(samples) && !json_is_null(samples)) {
        error_set(error, "'samples_ns' is no array");
        return ROW_BAD;
    }
    if (count == 0)
        return ROW_OK;
    row->samples_ns = calloc(count, sizeof *row->samples_ns);
    if (row->samples_ns == NULL)
        return ROW_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const json_t *sample = json_array_get(samples, i);
        if (!json_is_integer(sample) || json_integer_value(sample) < 0) {
            error_set(error, "'samples_ns' holds what is no count");
            return ROW_BAD;
        }
        row->samples_ns[i] = (uint64_t)json_integer_value(sample);
    }
    row->sample_count = count;
    struct latency latency;
    if (!latency_summarise(row->samples_ns, count, &latency))
        return ROW_NO_MEMORY;
    row->median_ns = latency.p50;
    return ROW_OK;
}

/* Records of a time before the field knew a single control. */
static bool is_control(const struct result_row *row)
{
    const json_t *control = json_object_get(row->json, "control");
    return control != NULL ? json_is_true(control) : strcmp(row->strategy, "nothing") == 0;
}

enum row_status result_row_read(json_t *json, struct result_row *row, struct error *error)
{
    *row = (struct result_row){.json = json_incref(json)};
    row->oversubscribed = json_is_true(json_object_get(json, "oversubscribed"));
    row->flagged = json_is_true(json_object_get(json_object_get(json, "disturbance"), "flagged"));
    enum row_status status = ROW_BAD;
    if (read_count(json, "round", &row->round, error) &&
        read_count(json, "position", &row->position, error) &&
        read_cell(json_object_get(json, "cell"), row, error) && read_outcome(json, row, error) &&
        read_text(json, "reason", "", &row->reason, error) &&
        read_text(json, "replay", "", &row->replay, error))
        status = read_samples(json, row, error);
    if (status == ROW_OK) {
        row->control = is_control(row);
        row->key = row_key(row);
        status = row->key == NULL ? ROW_NO_MEMORY : ROW_OK;
    }
    if (status != ROW_OK)
        result_row_free(row);
    return status;
}

void result_row_free(struct result_row *row)
{
    json_decref(row->json);
    free(row->key);
    free(row->samples_ns);
    *row = (struct result_row){0};
}
