/* write.c - see write.h. */
#include "harness/driver/repro/write.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>

void repro_write_table(const struct claim_finding *findings, const struct host *host, FILE *out)
{
    size_t counts[CLAIM_NOT_TESTABLE + 1] = {0};
    fprintf(
        out,
        "Measured on %s, %" PRIu64 " cores%s. What was said is quoted from the study; with more workers "
        "than cores the workers take turns. Crashes were looked for with every memory access of trie, symbol "
        "table "
        "and strategies yielding once in 200 times by chance (`--perturb`); nothing timed was perturbed.\n\n",
        host->cpu[0] != '\0' ? host->cpu : "an unknown processor", host->cores,
        host->virtual_machine ? " of a virtual machine" : "");
    fputs("| claim | said | measured here | verdict |\n| --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < claim_count; i++) {
        fprintf(out, "| %s | %s | %s | %s |\n", claims[i].id, claims[i].said, findings[i].measured,
                claim_verdict_name(findings[i].verdict));
        counts[findings[i].verdict]++;
    }
    fputc('\n', out);
    for (size_t i = 0; i <= CLAIM_NOT_TESTABLE; i++)
        fprintf(out, "%s%zu %s", i > 0 ? ", " : "", counts[i], claim_verdict_name((enum claim_verdict)i));
    fputs(".\n", out);
}

static FILE *file_in(const char *folder, const char *name, char path[PATH_MAX], struct error *error)
{
    int used = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    if (used < 0 || used >= PATH_MAX) {
        error_set(error, "--out: too long a path");
        return NULL;
    }
    FILE *file = fopen(path, "we");
    if (file == NULL)
        error_errno(error, "%s", path);
    return file;
}

static bool file_end(FILE *file, const char *path, bool good, struct error *error)
{
    good = good && ferror(file) == 0;
    errno = 0;
    return (fclose(file) == 0 && good) || error_errno(error, "cannot write %s", path);
}

static json_t *findings_json(const struct claim_finding *findings)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < claim_count; i++) {
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s?}", "id", claims[i].id, "said", claims[i].said,
                                "measured", findings[i].measured, "verdict",
                                claim_verdict_name(findings[i].verdict), "replay", findings[i].replay);
        if (json_array_append_new(array, row) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

bool repro_write_files(const struct claim_finding *findings, const struct host *host, const char *folder,
                       struct error *error)
{
    char path[PATH_MAX];
    FILE *file = file_in(folder, "claims.md", path, error);
    if (file == NULL)
        return false;
    repro_write_table(findings, host, file);
    if (!file_end(file, path, true, error))
        return false;
    json_t *array = findings_json(findings);
    if (array == NULL)
        return error_set(error, "no memory");
    file = file_in(folder, "claims.json", path, error);
    bool good = file != NULL && json_dumpf(array, file, JSON_INDENT(1)) == 0 && fputc('\n', file) != EOF;
    json_decref(array);
    return file != NULL && file_end(file, path, good, error);
}
