/* go.c - the part of export_formats.h that writes Go benchmark text. */
#include "harness/driver/export/formats.h"

#include "harness/driver/trial/outcome.h"

#include <inttypes.h>

/* "key: value"; nothing where it is not known. */
static void config_print(const char *key, const char *value, FILE *out)
{
    if (value == NULL)
        return;
    fprintf(out, "%s: ", key);
    for (; *value != '\0'; value++)
        fputc((unsigned char)*value < ' ' ? ' ' : *value, out);
    fputc('\n', out);
}

static void head_print(const struct results *results, FILE *out)
{
    const json_t *run = results->run, *host = json_object_get(run, "host");
    config_print("run", json_string_value(json_object_get(run, "id")), out);
    config_print("commit", json_string_value(json_object_get(run, "git_commit")), out);
    config_print("compiler", json_string_value(json_object_get(run, "compiler")), out);
    config_print("cpu", json_string_value(json_object_get(host, "cpu")), out);
    config_print("kernel", json_string_value(json_object_get(host, "kernel")), out);
    fputs("Unit ns/op better=lower assume=nothing\n"
          "Unit items/s better=higher assume=nothing\n"
          "Unit failures/op better=lower assume=exact\n",
          out);
}

static void row_print(const struct result_row *row, bool failing, FILE *out)
{
    char name[EXPORT_NAME_BYTES];
    export_name(row, name);
    if (row->outcome == OUTCOME_REFUSED)
        return;
    if (row->outcome != OUTCOME_OK) {
        fprintf(out, "BenchmarkInsert/%s 1 1 failures/op\n", name);
        return;
    }
    fprintf(out, "BenchmarkInsert/%s %zu", name, row->sample_count > 0 ? row->sample_count : 1);
    bool timed = !failing && row->median_ns > 0;
    if (timed)
        fprintf(out, " %.9g ns/op", row->median_ns);
    if (timed && row->batch > 0)
        fprintf(out, " %.9g items/s", (double)row->batch * 1e9 / row->median_ns);
    fputs(" 0 failures/op\n", out);
}

bool export_go(const struct export *export, FILE *out)
{
    head_print(export->results, out);
    for (size_t i = 0; i < export->results->row_count; i++)
        row_print(&export->results->rows[i], export->failing[i], out);
    return true;
}
