/* describe.c - see describe.h. */
#include "harness/driver/describe.h"

#include "harness/common/trial_page.h"
#include "harness/driver/trial/capture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DESCRIBE_TIMEOUT_MS = 30 * 1000 };

static bool path_beside(char *path, size_t size, struct error *error)
{
    ssize_t length = readlink("/proc/self/exe", path, size);
    if (length < 0)
        return error_errno(error, "cannot tell where this program lies");
    if ((size_t)length >= size)
        return error_set(error, "the path of this program is too long");
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    int used = snprintf(path + folder, size - folder, "triebench-worker");
    return used >= 0 && (size_t)used < size - folder ? true
                                                     : error_set(error, "the path of the worker is too long");
}

bool describe_worker_path(char *path, size_t size, struct error *error)
{
    const char *given = getenv("TRIEBENCH_WORKER");
    if (given == NULL) {
        if (!path_beside(path, size, error))
            return false;
    } else {
        int used = snprintf(path, size, "%s", given);
        if (used < 0 || (size_t)used >= size)
            return error_set(error, "TRIEBENCH_WORKER is too long");
    }
    if (access(path, X_OK) != 0)
        return error_errno(error, "cannot run the worker %s", path);
    return true;
}

/* The last line of text, without its newline, for a reason. Cuts text in place. */
static const char *last_line(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    const char *newline = strrchr(text, '\n');
    return newline == NULL ? text : newline + 1;
}

/* Programs of two builds would misread the page between them. */
static bool page_check(const char *worker_path, const char *text, struct error *error)
{
    json_t *json = json_loads(text, 0, NULL);
    json_int_t page = json_integer_value(json_object_get(json, "page"));
    json_decref(json);
    return page == PAGE_VERSION ||
           error_set(error,
                     "the worker %s is of another version (its trial page is %" JSON_INTEGER_FORMAT
                     ", this program's %u): build it again",
                     worker_path, page, PAGE_VERSION);
}

static bool ask(const char *worker_path, const char *option, const char *argument, const char *name,
                struct catalogue *catalogue, struct error *error)
{
    const char *argv[] = {worker_path, option, argument, NULL};
    struct capture capture;
    if (!capture_run(argv, DESCRIBE_TIMEOUT_MS, &capture, error))
        return error_context(error, "%s %s", worker_path, option);
    bool good = capture.status == 0;
    if (!good && argument != NULL)
        error_set(error, "%s", last_line(capture.errors));
    else if (!good)
        error_set(error, "%s %s ended with status %d: %s", worker_path, option, capture.status,
                  last_line(capture.errors));
    good = good && (argument != NULL || page_check(worker_path, capture.output, error)) &&
           catalogue_add(catalogue, capture.output, name, error);
    capture_free(&capture);
    return good;
}

bool describe_worker(const char *worker_path, struct catalogue *catalogue, struct error *error)
{
    return ask(worker_path, "--describe", NULL, NULL, catalogue, error);
}

bool describe_check(const char *worker_path, struct error *error)
{
    struct catalogue catalogue = {0};
    bool good = ask(worker_path, "--describe", NULL, NULL, &catalogue, error);
    catalogue_free(&catalogue);
    return good;
}

bool describe_plugin(const char *worker_path, const char *plugin_path, struct catalogue *catalogue,
                     struct error *error)
{
    return ask(worker_path, "--describe-strategy", plugin_path, plugin_path, catalogue, error);
}
