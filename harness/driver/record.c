/* record.c - see record.h. */
#include "harness/driver/record.h"

#include "harness/driver/json_build.h"
#include "harness/driver/trial_json.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct record {
    int fd;
    char path[]; /* for sentences */
};

/* Where the last whole line ends: behind the last newline before size, or 0. */
static bool last_line_end(int fd, off_t size, off_t *end)
{
    char block[4096];
    while (size > 0) {
        size_t take = size < (off_t)sizeof block ? (size_t)size : sizeof block;
        ssize_t got = pread(fd, block, take, size - (off_t)take);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != (ssize_t)take)
            return false;
        const char *newline = memrchr(block, '\n', take);
        if (newline != NULL) {
            *end = size - (off_t)take + (newline - block) + 1;
            return true;
        }
        size -= (off_t)take;
    }
    *end = 0;
    return true;
}

static bool cut_torn_line(int fd, const char *path, struct error *error)
{
    struct stat info;
    off_t end = 0;
    if (fstat(fd, &info) != 0)
        return error_errno(error, "cannot look at %s", path);
    if (!S_ISREG(info.st_mode))
        return error_set(error, "%s is no regular file", path);
    if (!last_line_end(fd, info.st_size, &end))
        return error_errno(error, "cannot read %s", path);
    if (end < info.st_size && ftruncate(fd, end) != 0)
        return error_errno(error, "cannot cut the torn last line off %s", path);
    return true;
}

static bool lock(int fd, const char *path, struct error *error)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return error_set(error, "%s is being written by another triebench", path);
    return error_errno(error, "cannot lock %s", path);
}

bool record_open(const char *path, bool resume, struct record **record, struct error *error)
{
    size_t path_bytes = strlen(path) + 1;
    struct record *made = malloc(sizeof *made + path_bytes);
    if (made == NULL)
        return error_set(error, "no memory to open %s", path);
    memcpy(made->path, path, path_bytes);
    int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | (resume ? O_NONBLOCK : O_CREAT | O_EXCL);
    made->fd = open(path, flags, 0644);
    bool good = made->fd >= 0 || error_errno(error, resume ? "cannot open %s" : "cannot make %s", path);
    good = good && lock(made->fd, path, error) && (!resume || cut_torn_line(made->fd, path, error));
    if (good) {
        *record = made;
        return true;
    }
    if (made->fd >= 0)
        close(made->fd);
    free(made);
    return false;
}

/* One write, so that no other writer and no signal comes between; a line that got in only in part is taken
 * out again. */
static bool append(const struct record *record, const char *line, size_t length, struct error *error)
{
    off_t before = lseek(record->fd, 0, SEEK_END);
    ssize_t written = -1;
    do
        written = write(record->fd, line, length);
    while (written < 0 && errno == EINTR);
    if (written == (ssize_t)length)
        return fsync(record->fd) == 0 || error_errno(error, "cannot flush %s to the disk", record->path);
    bool torn = written >= 0;
    int cause = written < 0 ? errno : ENOSPC;
    if (torn && (before < 0 || ftruncate(record->fd, before) != 0))
        return error_set(error, "a line of %s was written only in part, and could not be taken back",
                         record->path);
    errno = cause;
    return error_errno(error, "cannot write to %s", record->path);
}

/* Takes object. */
static bool record_line(struct record *record, json_t *object, struct error *error)
{
    size_t length = 0;
    char *line = object == NULL ? NULL : json_print(object, JSON_COMPACT | JSON_REAL_PRECISION(15), &length);
    json_decref(object);
    if (line == NULL)
        return error_set(error, "no memory for a line of %s", record->path);
    line[length++] = '\n'; /* where the NUL stood: a line is counted, not ended */
    bool done = append(record, line, length, error);
    free(line);
    return done;
}

bool record_run(struct record *record, const struct run_header *header, struct error *error)
{
    return record_line(record, run_json(header), error);
}

bool record_trial(struct record *record, const struct trial_result *result, struct error *error)
{
    return record_line(record, trial_json(result), error);
}

bool record_end(struct record *record, const struct run_summary *summary, struct error *error)
{
    return record_line(record, end_json(summary), error);
}

bool record_close(struct record *record, struct error *error)
{
    if (record == NULL)
        return true;
    bool closed = close(record->fd) == 0 || error_errno(error, "cannot close %s", record->path);
    free(record);
    return closed;
}
