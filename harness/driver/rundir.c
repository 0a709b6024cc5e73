/* rundir.c - see rundir.h. */
#include "harness/driver/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void rundir_time(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(text, size, "unknown");
}

void rundir_id(char id[RUN_ID_BYTES])
{
    uint16_t drawn;
    if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        drawn = (uint16_t)getpid();
    char when[RUN_ID_BYTES], *to = id;
    rundir_time(when, sizeof when);
    for (const char *from = when; *from != '\0'; from++) {
        if (*from != '-' && *from != ':')
            *to++ = *from;
    }
    snprintf(to, RUN_ID_BYTES - (size_t)(to - id), "-%04x", drawn);
}

static bool folder_empty(const char *path, struct error *error)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return error_errno(error, "cannot look into %s", path);
    bool empty = true;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(folder);
    return empty ? true : error_set(error, "%s is not empty; results are never overwritten", path);
}

bool rundir_choose(const char *out, const char *id, char *path, size_t size, struct error *error)
{
    int used = out != NULL ? snprintf(path, size, "%s", out) : snprintf(path, size, "results/runs/%s", id);
    return (used >= 0 && (size_t)used < size) || error_set(error, "--out: too long a path");
}

bool rundir_make(const char *path, struct error *error)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return error_set(error, "the path of the results is empty or too long");
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return error_errno(error, "cannot make the folder %s", part);
    }
    return folder_empty(path, error);
}

bool rundir_file(const char *folder, char *path, size_t size, struct error *error)
{
    int used = snprintf(path, size, "%s/run.jsonl", folder);
    return used >= 0 && (size_t)used < size ? true : error_set(error, "the path of the results is too long");
}
