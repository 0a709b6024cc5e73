/* file.c - see file.h. */
#include "harness/driver/history/file.h"

#include "harness/driver/export/formats.h"
#include "harness/driver/json_build.h"
#include "harness/driver/line.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void history_machine(const struct results *results, char machine[HISTORY_MACHINE_BYTES])
{
    static const char *const fields[] = {"cpu", "cores", "threads", "numa_nodes", "l3_bytes", "virtual"};
    const json_t *host = json_object_get(results->run, "host");
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const json_t *value = json_object_get(host, fields[i]);
        char *text = value == NULL ? NULL : json_print(value, JSON_ENCODE_ANY | JSON_COMPACT, NULL);
        for (const char *at = text == NULL ? "?" : text; *at != '\0'; at++)
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
        free(text);
    }
    snprintf(machine, HISTORY_MACHINE_BYTES, "%016" PRIx64, hash);
}

bool history_path(const char *dir, const struct results *results, char *path, struct error *error)
{
    char machine[HISTORY_MACHINE_BYTES];
    history_machine(results, machine);
    int used = snprintf(path, PATH_MAX, "%s/%s.jsonl", dir, machine);
    return (used > 0 && used < PATH_MAX) || error_set(error, "too long a path: %.200s", dir);
}

static json_t *cells_json(const struct summary *summary)
{
    struct build build;
    build_begin(&build);
    for (size_t i = 0; i < summary->count; i++) {
        const struct cell_summary *cell = &summary->cells[i];
        char name[EXPORT_NAME_BYTES];
        if (cell->failed != NULL || cell->speedup <= 0)
            continue;
        export_name(cell->row, name);
        build_real(&build, name, 1 / cell->speedup);
    }
    return build_end(&build);
}

json_t *history_entry(const struct results *results, const struct summary *summary)
{
    static const char *const fields[] = {"id",       "started", "git_commit", "git_dirty",
                                         "compiler", "flags",   "host"};
    struct build build;
    build_begin(&build);
    build_text(&build, "type", "history");
    build_count(&build, "schema", 1);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        json_t *value = json_object_get(results->run, fields[i]);
        build_json(&build, fields[i], value == NULL ? json_null() : json_incref(value));
    }
    build_json(&build, "over_sequential", cells_json(summary));
    return build_end(&build);
}

static bool run_add(struct history *history, json_t *run, struct error *error)
{
    json_t **grown = NULL;
    if (history->count == HISTORY_RUNS_MAX)
        error_set(error, "there are more than %d runs; begin a new file", HISTORY_RUNS_MAX);
    else if ((grown = realloc(history->runs, (history->count + 1) * sizeof(json_t *))) == NULL)
        error_set(error, "no memory");
    if (grown == NULL) {
        json_decref(run);
        return false;
    }
    history->runs = grown;
    history->runs[history->count++] = run;
    return true;
}

static bool lines_read(FILE *file, struct history *history, struct error *error)
{
    struct line line = {0};
    bool good = true, end = false;
    while (good && (good = line_next(file, &line, &end, error)) && !end) {
        json_t *run = line.cut || line.too_long
                          ? NULL
                          : json_loadb(line.text, line.length, JSON_REJECT_DUPLICATES, NULL);
        const char *type = json_string_value(json_object_get(run, "type"));
        const json_t *schema = json_object_get(run, "schema");
        if (type != NULL && strcmp(type, "history") == 0 && json_integer_value(schema) == 1) {
            good = run_add(history, run, error);
        } else {
            history->unread++;
            json_decref(run);
        }
    }
    line_free(&line);
    return good;
}

bool history_read(const char *path, struct history *history, struct error *error)
{
    *history = (struct history){0};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT || (error_errno(error, "cannot open it") || error_context(error, "%s", path));
    bool good = lines_read(file, history, error) || error_context(error, "%s", path);
    fclose(file);
    if (!good)
        history_free(history);
    return good;
}

bool history_has(const struct history *history, const char *id)
{
    for (size_t i = 0; i < history->count; i++) {
        const char *known = json_string_value(json_object_get(history->runs[i], "id"));
        if (known != NULL && strcmp(known, id) == 0)
            return true;
    }
    return false;
}

/* One write, so that whatever happens leaves a whole line or one that is told to be cut. */
static bool line_write(const char *path, const char *text, size_t length, struct error *error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_errno(error, "%s: cannot open it", path);
    bool good = write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
    if (!good)
        error_errno(error, "%s: cannot write it", path);
    return (close(fd) == 0 || error_errno(error, "%s: cannot write it", path)) && good;
}

bool history_append(const char *path, struct history *history, json_t *entry, struct error *error)
{
    size_t length = 0;
    char *text = json_print(entry, JSON_COMPACT, &length);
    if (text == NULL) {
        json_decref(entry);
        return error_set(error, "no memory");
    }
    text[length] = '\n'; /* in place of the NUL */
    bool good = line_write(path, text, length + 1, error);
    free(text);
    if (good)
        return run_add(history, entry, error);
    json_decref(entry);
    return false;
}

size_t history_series(const struct history *history, const char *cell, double *values, const json_t **runs)
{
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const json_t *ratio = json_object_get(json_object_get(history->runs[i], "over_sequential"), cell);
        if (!json_is_number(ratio) || json_number_value(ratio) <= 0)
            continue;
        values[count] = log(json_number_value(ratio));
        if (runs != NULL)
            runs[count] = history->runs[i];
        count++;
    }
    return count;
}

void history_free(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        json_decref(history->runs[i]);
    free(history->runs);
    *history = (struct history){0};
}
