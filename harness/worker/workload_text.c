/* workload_text.c - reading the files that sources are made of. */
#include "harness/worker/workload_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t FILE_BYTES_MAX = INT64_C(4) << 30;

const char *text_path(const char *variable, const char *preset)
{
    const char *path = getenv(variable);
    return path != NULL && path[0] != '\0' ? path : preset;
}

bool text_is_symbol(const char *text, size_t size)
{
    if (size == 0 || size > EXPR_SYMBOL_BYTES_MAX || memchr("\";$", text[0], 3) != NULL)
        return false;
    for (size_t i = 0; i < size; i++)
        if (memchr(" \t\n()", text[i], 5) != NULL)
            return false;
    return true;
}

/* A file that grows meanwhile is read as far as it was long; one that shrinks, as far as it goes. */
static bool read_whole(int fd, char *text, size_t *size, const char *path, struct error *error)
{
    size_t done = 0;
    while (done < *size) {
        ssize_t got = read(fd, text + done, *size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(error, "cannot read %s", path);
        if (got == 0)
            break;
        done += (size_t)got;
    }
    *size = done;
    return true;
}

static bool read_open(struct draft *draft, int fd, const char *path, struct text_file *file,
                      struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return error_errno(error, "cannot read %s", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, "cannot read %s: not a regular file, and every trial reads it anew", path);
    if (status.st_size > FILE_BYTES_MAX)
        return error_set(error, "cannot read %s: larger than 4 GiB", path);
    size_t size = (size_t)status.st_size;
    char *text = store_array(&draft->store, size, 1, error);
    if (text == NULL || !read_whole(fd, text, &size, path, error))
        return false;
    *file = (struct text_file){text, size};
    return true;
}

bool text_read(struct draft *draft, const char *path, const char *package, struct text_file *file,
               struct error *error)
{
    /* Not blocking, so that a pipe without a writer is told from a file instead of waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        error_errno(error, "cannot open %s", path);
        return package == NULL ? false : error_context(error, "the Debian package %s is missing", package);
    }
    bool done = read_open(draft, fd, path, file, error);
    close(fd);
    return done;
}

bool text_line(struct text_file *rest, struct text_file *line)
{
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->text, '\n', rest->size);
    *line = (struct text_file){rest->text, end == NULL ? rest->size : (size_t)(end - rest->text)};
    size_t used = line->size + (end == NULL ? 0 : 1);
    *rest = (struct text_file){rest->text + used, rest->size - used};
    return true;
}
