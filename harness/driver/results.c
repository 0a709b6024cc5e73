/* results.c - see results.h. */
#include "harness/driver/results.h"

#include "harness/driver/result_row.h"
#include "harness/driver/trial_json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

static bool row_add(struct results *results, size_t line, json_t *json)
{
    void *rows = results->rows;
    if (!grow(&rows, results->row_count, sizeof *results->rows))
        return false;
    results->rows = rows;
    struct error cause;
    struct result_row *row = &results->rows[results->row_count];
    switch (result_row_read(json, row, &cause)) {
    case ROW_OK:
        row->line = line;
        results->row_count++;
        return true;
    case ROW_BAD:
        return problem_add(results, line, cause.text);
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
static bool line_take(struct results *results, size_t line, json_t *json)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    if (type == NULL)
        return problem_add(results, line, "'type' is no text");
    if (strcmp(type, "trial") == 0) {
        end_forget(results);
        return row_add(results, line, json);
    }
    if (strcmp(type, "end") == 0) {
        end_forget(results);
        results->end = json_incref(json);
    }
    return true;
}

static bool line_read(struct results *results, size_t line, const char *text, size_t length,
                      struct error *error)
{
    bool cut = length == 0 || text[length - 1] != '\n';
    json_error_t cause;
    json_t *json = cut ? NULL : json_loadb(text, length, JSON_REJECT_DUPLICATES, &cause);
    /* What is wrong with a line has a text; want of memory mostly has none (seen with jansson 2.14). */
    if (!cut && json == NULL &&
        (cause.text[0] == '\0' || json_error_code(&cause) == json_error_out_of_memory))
        return error_set(error, "no memory");
    bool kept = true;
    if (results->run == NULL)
        kept = head_take(results, json, error);
    else if (json == NULL)
        kept = problem_add(results, line, cut ? "cut short" : cause.text) || error_set(error, "no memory");
    else
        kept = line_take(results, line, json) || error_set(error, "no memory");
    json_decref(json);
    return kept;
}

static bool lines_read(FILE *file, struct results *results, struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    bool good = true;
    for (size_t line = 1; good; line++) {
        errno = 0;
        ssize_t length = getline(&text, &size, file);
        if (length < 0) {
            good = feof(file) || error_errno(error, "cannot read it");
            break;
        }
        good = line_read(results, line, text, (size_t)length, error);
    }
    free(text);
    if (good && results->run == NULL)
        good = error_set(error, "the file is empty");
    return good;
}

/* Only a regular file: its size bounds what a line can take of memory, and reading it cannot block. */
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
    bool good = file != NULL && lines_read(file, results, error);
    if (file != NULL)
        fclose(file);
    if (!good) {
        results_free(results);
        return error_context(error, "%s", path);
    }
    results->unfinished = !json_is_true(json_object_get(results->end, "finished"));
    return true;
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
