/* junit.c - the part of export_formats.h that writes JUnit XML. */
#include "harness/driver/export/formats.h"

#include "harness/driver/trial/outcome.h"

#include <string.h>

/* Escaped for an attribute or a text; what XML has no way to hold becomes a question mark. */
static void escaped_put(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '&')
            fputs("&amp;", out);
        else if (byte == '<')
            fputs("&lt;", out);
        else if (byte == '>')
            fputs("&gt;", out);
        else if (byte == '"')
            fputs("&quot;", out);
        else if (byte == '\n' || byte == '\t')
            fprintf(out, "&#%d;", byte);
        else if (byte < ' ' || byte == 0x7f)
            fputc('?', out);
        else if (byte == 0xef && strncmp(text, "\xef\xbf\xbe", 3) >= 0 &&
                 strncmp(text, "\xef\xbf\xbf", 3) <= 0) {
            fputc('?', out); /* U+FFFE and U+FFFF */
            text += 2;
        } else
            fputc(byte, out);
    }
}

static void attribute_put(const char *name, const char *value, FILE *out)
{
    fprintf(out, " %s=\"", name);
    escaped_put(value, out);
    fputc('"', out);
}

/* What a cell is in JUnit's words. */
enum cell_kind { CELL_PASS, CELL_FAILURE, CELL_ERROR, CELL_SKIPPED };

/* The pair that a comparison made of the cell; NULL where there is none. */
static const struct pair *pair_find(const struct export *export, const struct cell_summary *cell)
{
    if (export->comparison == NULL || cell->row->twin)
        return NULL;
    const struct pairs *pairs = &export->comparison->pairs;
    for (size_t i = 0; i < pairs->count; i++) {
        const struct result_row *after = pairs->items[i].after.row;
        if (after != NULL && strcmp(after->key, cell->row->key) == 0)
            return &pairs->items[i];
    }
    return NULL;
}

static enum cell_kind kind_of(const struct cell_summary *cell, const struct pair *pair)
{
    if (cell->failed != NULL)
        return cell->failed->outcome == OUTCOME_REFUSED ? CELL_SKIPPED : CELL_ERROR;
    if (pair == NULL || pair->status != PAIR_TIMES)
        return CELL_PASS;
    return pair->verdict == VERDICT_REGRESSED      ? CELL_FAILURE
           : pair->verdict == VERDICT_INCONCLUSIVE ? CELL_SKIPPED
                                                   : CELL_PASS;
}

static void change_text(const struct pair *pair, char *text, size_t size)
{
    const struct change *change = &pair->change;
    if (change->interval)
        snprintf(text, size, "%s: %+.1f %% [%+.1f, %+.1f], margin %.1f %%", pair_verdict(pair),
                 100 * (change->ratio - 1), 100 * (change->low - 1), 100 * (change->high - 1),
                 100 * pair->margin);
    else
        snprintf(text, size, "%s: %zu pairs are too few", pair_verdict(pair), change->pairs);
}

/* The failed trial's stack, a frame a line. */
static void frames_put(const struct result_row *row, FILE *out)
{
    const json_t *frames = json_object_get(json_object_get(row->json, "crash"), "frames");
    for (size_t i = 0; i < json_array_size(frames) && i < 64; i++) {
        const json_t *frame = json_array_get(frames, i);
        const char *function = json_string_value(json_object_get(frame, "function")),
                   *file = json_string_value(json_object_get(frame, "file"));
        fputs("\nat ", out);
        escaped_put(function == NULL ? "?" : function, out);
        if (file != NULL) {
            fputs(" (", out);
            escaped_put(file, out);
            fprintf(out, ":%" JSON_INTEGER_FORMAT ")", json_integer_value(json_object_get(frame, "line")));
        }
    }
}

static void error_put(const struct result_row *failed, FILE *out)
{
    const char *signal =
        json_string_value(json_object_get(json_object_get(failed->json, "crash"), "signal_name"));
    fputs("      <error", out);
    attribute_put("type", signal != NULL ? signal : outcome_name(failed->outcome), out);
    attribute_put("message", failed->reason, out);
    fputc('>', out);
    escaped_put(failed->reason, out);
    frames_put(failed, out);
    fputs("\nagain: ", out);
    escaped_put(failed->replay, out);
    fputs("</error>\n", out);
}

/* `<skipped>` has no text that all readers show, so it stands in system-out too. */
static void skipped_put(const char *text, FILE *out)
{
    fputs("      <skipped", out);
    attribute_put("message", text, out);
    fputs("/>\n      <system-out>", out);
    escaped_put(text, out);
    fputs("</system-out>\n", out);
}

static void inside_put(const struct cell_summary *cell, const struct pair *pair, enum cell_kind kind,
                       FILE *out)
{
    char text[256] = "";
    if (pair != NULL && pair->status == PAIR_TIMES)
        change_text(pair, text, sizeof text);
    if (kind == CELL_ERROR) {
        error_put(cell->failed, out);
    } else if (kind == CELL_SKIPPED) {
        skipped_put(cell->failed != NULL ? cell->failed->reason : text, out);
    } else if (kind == CELL_FAILURE) {
        fputs("      <failure type=\"regression\"", out);
        attribute_put("message", text, out);
        fputc('>', out);
        escaped_put(text, out);
        fputs("</failure>\n", out);
    } else if (text[0] != '\0') {
        fputs("      <system-out>", out);
        escaped_put(text, out);
        fputs("</system-out>\n", out);
    }
}

static void case_put(const struct cell_summary *cell, const struct pair *pair, FILE *out)
{
    char strategy[1024], allocator[1024], suite[2100], name[EXPORT_NAME_BYTES];
    summary_strategy(cell, strategy, sizeof strategy);
    summary_allocator(cell, allocator, sizeof allocator);
    snprintf(suite, sizeof suite, "%s.%s", allocator, strategy);
    export_name(cell->row, name);
    enum cell_kind kind = kind_of(cell, pair);
    fputs("    <testcase", out);
    attribute_put("classname", suite, out);
    attribute_put("name", name, out);
    if (cell->failed == NULL && cell->median_ns >= 0)
        fprintf(out, " time=\"%.9f\"", cell->median_ns * 1e-9);
    fputs(">\n", out);
    inside_put(cell, pair, kind, out);
    fputs("    </testcase>\n", out);
}

static void counts_put(const struct export *export, FILE *out)
{
    size_t counts[CELL_SKIPPED + 1] = {0};
    for (size_t i = 0; i < export->summary->count; i++) {
        const struct cell_summary *cell = &export->summary->cells[i];
        counts[kind_of(cell, pair_find(export, cell))]++;
    }
    fprintf(out, " name=\"triebench\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
            export->summary->count, counts[CELL_FAILURE], counts[CELL_ERROR], counts[CELL_SKIPPED]);
}

static void property_put(const char *name, const char *value, FILE *out)
{
    if (value == NULL)
        return;
    fputs("      <property", out);
    attribute_put("name", name, out);
    attribute_put("value", value, out);
    fputs("/>\n", out);
}

bool export_junit(const struct export *export, FILE *out)
{
    const json_t *run = export->results->run, *host = json_object_get(run, "host");
    const char *started = json_string_value(json_object_get(run, "started"));
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    counts_put(export, out);
    fputs(">\n  <testsuite", out);
    counts_put(export, out);
    if (started != NULL)
        attribute_put("timestamp", started, out);
    fputs(">\n    <properties>\n", out);
    property_put("run", json_string_value(json_object_get(run, "id")), out);
    property_put("commit", json_string_value(json_object_get(run, "git_commit")), out);
    property_put("cpu", json_string_value(json_object_get(host, "cpu")), out);
    fputs("    </properties>\n", out);
    for (size_t i = 0; i < export->summary->count; i++)
        case_put(&export->summary->cells[i], pair_find(export, &export->summary->cells[i]), out);
    fputs("  </testsuite>\n</testsuites>\n", out);
    return true;
}
