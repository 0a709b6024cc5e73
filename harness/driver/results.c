/* results.c - see results.h. */
#include "harness/driver/results.h"

#include "harness/driver/line.h"
#include "harness/driver/result_row.h"
#include "harness/driver/rundir.h"
#include "harness/driver/trial_json.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Arrays grow by doubling: capacity is the least power of two that holds count. False, nothing changed,
 * without memory. */
static bool grow(void **items, size_t count, size_t item_bytes)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return true;
    void *grown = realloc(*items, (count == 0 ? 1 : 2 * count) * item_bytes);
    if (grown == NULL)
        return false;
    *items = grown;
    return true;
}

static bool problem_add(struct results *results, size_t line, const char *text)
{
    void *problems = results->problems;
    if (!grow(&problems, results->problem_count, sizeof *results->problems))
        return false;
    results->problems = problems;
    struct result_problem *problem = &results->problems[results->problem_count++];
    problem->line = line;
    (void)snprintf(problem->text, sizeof problem->text, "line %zu: %s", line, text);
    return true;
}

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static uint64_t hash_of(const struct line *line)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < line->length; i++)
        hash = (hash ^ (unsigned char)line->text[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool row_add(struct results *results, size_t number, const struct line *line, json_t *json)
{
    void *rows = results->rows;
    if (!grow(&rows, results->row_count, sizeof *results->rows))
        return false;
    results->rows = rows;
    struct error cause;
    struct result_row *row = &results->rows[results->row_count];
    switch (result_row_read(json, row, &cause)) {
    case ROW_OK:
        row->line = number;
        row->hash = hash_of(line);
        results->row_count++;
        return true;
    case ROW_BAD:
        return problem_add(results, number, cause.text);
    case ROW_NO_MEMORY:
        break;
    }
    return false;
}

/* The first line decides whether this is a results file that we understand. */
static bool head_take(struct results *results, json_t *json, struct error *error)
{
    const json_t *schema = json_object_get(json, "schema");
    const char *type = json_string_value(json_object_get(json, "type"));
    if (type == NULL || strcmp(type, "run") != 0 || !json_is_integer(schema) ||
        json_integer_value(schema) < 1)
        return error_set(error, "this is no results file of triebench: its first line is no run line");
    if (json_integer_value(schema) > RECORD_SCHEMA)
        return error_set(error,
                         "its schema is %" JSON_INTEGER_FORMAT
                         ", and this triebench knows them up to %d: read it with "
                         "the triebench that wrote it, or a newer one",
                         json_integer_value(schema), (int)RECORD_SCHEMA);
    results->run = json_incref(json);
    return true;
}

static void end_forget(struct results *results)
{
    json_decref(results->end);
    results->end = NULL;
}

/* Any line behind the first. A trial behind an end line belongs to a run that was taken up again. */
static bool line_take(struct results *results, size_t number, const struct line *line, json_t *json)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    if (type == NULL)
        return problem_add(results, number, "'type' is no text");
    if (strcmp(type, "run") == 0) {
        results->stopped = json_equal(json, results->run) == 0;
        return problem_add(results, number,
                           results->stopped ? "here another run begins; it is left out"
                                            : "stands there twice");
    }
    if (strcmp(type, "trial") == 0) {
        end_forget(results);
        return row_add(results, number, line, json);
    }
    if (strcmp(type, "end") == 0) {
        end_forget(results);
        results->end = json_incref(json);
    }
    return true;
}

static bool line_read(struct results *results, size_t number, const struct line *line, struct error *error)
{
    const char *broken = line->too_long ? "is longer than any that triebench writes"
                         : line->cut    ? "cut short"
                                        : NULL;
    json_error_t cause;
    json_t *json =
        broken != NULL ? NULL : json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES, &cause);
    /* What is wrong with a line has a text; want of memory mostly has none (seen with jansson 2.14). */
    if (broken == NULL && json == NULL) {
        if (cause.text[0] == '\0' || json_error_code(&cause) == json_error_out_of_memory)
            return error_set(error, "no memory");
        broken = cause.text;
    }
    bool kept = true;
    if (results->run == NULL)
        kept = head_take(results, json, error);
    else if (broken != NULL)
        kept = problem_add(results, number, broken) || error_set(error, "no memory");
    else
        kept = line_take(results, number, line, json) || error_set(error, "no memory");
    json_decref(json);
    return kept;
}

static bool lines_read(FILE *file, struct results *results, struct error *error)
{
    struct line line = {0};
    bool good = true, end = false;
    for (size_t number = 1; good && !results->stopped; number++) {
        good = line_next(file, &line, &end, error);
        if (!good || end)
            break;
        good = line_read(results, number, &line, error);
    }
    line_free(&line);
    if (good && results->run == NULL)
        good = error_set(error, "the file is empty");
    return good;
}

/* Equal lines beside each other, the first of them first. */
static int row_order(const void *a, const void *b)
{
    const struct result_row *left = *(const struct result_row *const *)a,
                            *right = *(const struct result_row *const *)b;
    int by_hash = (left->hash > right->hash) - (left->hash < right->hash);
    return by_hash != 0 ? by_hash : (left->line > right->line) - (left->line < right->line);
}

/* Marks each row that says the very same as one before it by taking its line number away, and tells of it. */
static bool doubled_find(struct results *results, struct result_row **rows)
{
    const struct result_row *first = NULL;
    for (size_t i = 0; i < results->row_count; i++) {
        char text[64];
        if (first == NULL || rows[i]->hash != first->hash || json_equal(rows[i]->json, first->json) != 1) {
            first = rows[i];
            continue;
        }
        snprintf(text, sizeof text, "says the same as line %zu, and is left out", first->line);
        if (!problem_add(results, rows[i]->line, text))
            return false;
        rows[i]->line = 0;
    }
    return true;
}

static bool doubled_drop(struct results *results, struct error *error)
{
    struct result_row **rows = calloc(results->row_count + 1, sizeof(struct result_row *));
    for (size_t i = 0; rows != NULL && i < results->row_count; i++)
        rows[i] = &results->rows[i];
    if (rows != NULL)
        qsort(rows, results->row_count, sizeof(struct result_row *), row_order);
    bool good = rows != NULL && doubled_find(results, rows);
    free(rows);
    size_t kept = 0;
    for (size_t i = 0; good && i < results->row_count; i++) {
        if (results->rows[i].line == 0)
            result_row_free(&results->rows[i]);
        else
            results->rows[kept++] = results->rows[i];
    }
    if (good)
        results->row_count = kept;
    return good || error_set(error, "no memory");
}

bool results_read_stream(FILE *file, struct results *results, struct error *error)
{
    *results = (struct results){0};
    if (!lines_read(file, results, error) || !doubled_drop(results, error)) {
        results_free(results);
        return false;
    }
    results->unfinished = !json_is_true(json_object_get(results->end, "finished"));
    return true;
}

/* Only a regular file: its size bounds what it can take of memory, and reading it cannot block. */
static FILE *open_regular(const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;
    FILE *file = NULL;
    if (fd < 0 || fstat(fd, &info) != 0 || (S_ISREG(info.st_mode) && (file = fdopen(fd, "r")) == NULL))
        error_errno(error, "cannot open it");
    else if (!S_ISREG(info.st_mode))
        error_set(error, "it is no regular file");
    if (file == NULL && fd >= 0)
        close(fd);
    return file;
}

bool results_read(const char *path, struct results *results, struct error *error)
{
    *results = (struct results){0};
    FILE *file = open_regular(path, error);
    bool good = file != NULL && results_read_stream(file, results, error);
    if (file != NULL)
        fclose(file);
    return good || error_context(error, "%s", path);
}

bool results_open(const char *folder_or_file, struct results *results, struct error *error)
{
    struct stat info;
    char file[PATH_MAX];
    bool folder = stat(folder_or_file, &info) == 0 && S_ISDIR(info.st_mode);
    *results = (struct results){0};
    if (!folder)
        return results_read(folder_or_file, results, error);
    return rundir_file(folder_or_file, file, sizeof file, error) && results_read(file, results, error);
}

const struct result_row **results_rows(const struct results *results, const char *build, size_t *count)
{
    const struct result_row **rows = calloc(results->row_count + 1, sizeof(struct result_row *));
    *count = 0;
    for (size_t i = 0; rows != NULL && i < results->row_count; i++) {
        if (build == NULL || strcmp(results->rows[i].build, build) == 0)
            rows[(*count)++] = &results->rows[i];
    }
    return rows;
}

bool result_named(const char *spec, const char *name, const char *rest)
{
    size_t length = strlen(name);
    if (strncmp(spec, name, length) != 0)
        return false;
    return rest[0] == '\0' ? spec[length] == '\0'
                           : spec[length] == ':' && strcmp(spec + length + 1, rest) == 0;
}

double result_number(const struct result_row *row, const char *object, const char *name)
{
    const json_t *from = object == NULL ? row->json : json_object_get(row->json, object);
    const json_t *value = json_object_get(from, name);
    return json_is_number(value) ? json_number_value(value) : -1;
}

void results_free(struct results *results)
{
    for (size_t i = 0; i < results->row_count; i++)
        result_row_free(&results->rows[i]);
    free(results->rows);
    free(results->problems);
    json_decref(results->run);
    json_decref(results->end);
    *results = (struct results){0};
}
