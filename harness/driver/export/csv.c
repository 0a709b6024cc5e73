/* csv.c - the part of export_formats.h that writes comma-separated values. */
#include "harness/driver/export/formats.h"

#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <string.h>

static void text_put(const char *text, FILE *out)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* A number out of the record, where there is one. */
static void number_put(const json_t *value, FILE *out)
{
    if (json_is_integer(value))
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(out, "%.9g", json_real_value(value));
}

static const char *const latency_columns[] = {"min", "p90", "p99", "p999", "max"};
static const char *const memory_columns[] = {"rss_peak_bytes", "heap_peak_bytes", "bytes_per_key"};

enum {
    LATENCY_COLUMNS = sizeof latency_columns / sizeof latency_columns[0],
    MEMORY_COLUMNS = sizeof memory_columns / sizeof memory_columns[0]
};

static void head_put(FILE *out)
{
    fputs("run,round,position,workload,batch,strategy,options,allocator,knobs,threads,bind,symbols,keys,"
          "build,twin,"
          "outcome,flagged,oversubscribed,samples,median_ns,first_ns",
          out);
    for (size_t i = 0; i < LATENCY_COLUMNS; i++)
        fprintf(out, ",%s_ns", latency_columns[i]);
    for (size_t i = 0; i < MEMORY_COLUMNS; i++)
        fprintf(out, ",%s", memory_columns[i]);
    fputs(",signature\n", out);
}

static void times_put(const struct result_row *row, bool failing, FILE *out)
{
    const json_t *latency = json_object_get(row->json, "latency_ns");
    bool good = !failing;
    fprintf(out, ",%zu,", good ? row->sample_count : 0);
    if (good && row->median_ns >= 0)
        fprintf(out, "%.9g", row->median_ns);
    fputc(',', out);
    number_put(good ? json_object_get(row->json, "first_ns") : NULL, out);
    for (size_t i = 0; i < LATENCY_COLUMNS; i++) {
        fputc(',', out);
        number_put(good ? json_object_get(latency, latency_columns[i]) : NULL, out);
    }
}

static void row_put(const struct result_row *row, bool failing, const char *run, FILE *out)
{
    const char *const texts[] = {row->options, row->allocator, row->knobs};
    const char *const more[] = {row->bind, row->symbols, row->keys, row->build};
    const json_t *memory = json_object_get(row->json, "memory");
    text_put(run, out);
    fprintf(out, ",%" PRIu64 ",%" PRIu64 ",", row->round, row->position);
    text_put(row->workload, out);
    fprintf(out, ",%" PRIu64 ",", row->batch);
    text_put(row->strategy, out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fputc(',', out);
        text_put(texts[i], out);
    }
    fprintf(out, ",%" PRIu64, row->threads);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        fputc(',', out);
        text_put(more[i], out);
    }
    fprintf(out, ",%d,%s,%d,%d", row->twin, outcome_name(row->outcome), row->flagged, row->oversubscribed);
    times_put(row, failing, out);
    for (size_t i = 0; i < MEMORY_COLUMNS; i++) {
        fputc(',', out);
        number_put(json_object_get(memory, memory_columns[i]), out);
    }
    fputc(',', out);
    text_put(row->outcome == OUTCOME_OK ? "" : pair_signature(row), out);
    fputc('\n', out);
}

bool export_csv(const struct export *export, FILE *out)
{
    const char *run = json_string_value(json_object_get(export->results->run, "id"));
    head_put(out);
    for (size_t i = 0; i < export->results->row_count; i++)
        row_put(&export->results->rows[i], export->failing[i], run == NULL ? "" : run, out);
    return true;
}
