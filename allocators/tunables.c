/* tunables.c - see tunables.h. */
#include "allocators/tunables.h"
#include "allocators/knobs.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

/* The whole list of glibc 2.36 takes 2 KiB. */
enum { LIST_BYTES = 16384 };

bool tunables_asked(const char *tunable, uint64_t *value)
{
    const char *at = getenv("GLIBC_TUNABLES");
    size_t length = strlen(tunable);
    while (at != NULL) {
        if (strncmp(at, tunable, length) == 0 && at[length] == '=') {
            *value = strtoull(at + length + 1, NULL, 0);
            return true;
        }
        at = strchr(at, ':');
        at += at != NULL;
    }
    return false;
}

/* Starts the loader with its standard output into a pipe, whose other end is *out. Returns 0 or an errno. */
static int start_loader(pid_t *child, int *out)
{
    Dl_info info;
    const void *base = (const void *)getauxval(AT_BASE);
    if (base == NULL || dladdr(base, &info) == 0 || info.dli_fname == NULL)
        return ENOENT;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed == 0) {
        char list[] = "--list-tunables";
        char *arguments[] = {(char *)info.dli_fname, list, NULL};
        failed = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        if (failed == 0)
            failed = posix_spawn(child, info.dli_fname, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (failed != 0)
        close(ends[0]);
    *out = ends[0];
    return failed;
}

/* Reads until the end or until text[LIST_BYTES] is full, and ends it with a zero. */
static void read_all(int fd, char *text)
{
    size_t length = 0;
    while (length < LIST_BYTES - 1) {
        ssize_t got = read(fd, text + length, LIST_BYTES - 1 - length);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        length += got > 0 ? (size_t)got : 0;
    }
    text[length] = '\0';
}

/* Finds the line "TUNABLE: VALUE (...". */
static bool find_value(const char *text, const char *tunable, uint64_t *value)
{
    size_t length = strlen(tunable);
    for (const char *line = text; line != NULL; line = strchr(line, '\n'), line += line != NULL)
        if (strncmp(line, tunable, length) == 0 && line[length] == ':') {
            *value = strtoull(line + length + 1, NULL, 0);
            return true;
        }
    return false;
}

bool tunables_loader(const char *tunable, uint64_t *value, char *reason, size_t size)
{
    if (getauxval(AT_SECURE) != 0)
        return allocator_fail(reason, size, "the loader drops GLIBC_TUNABLES from a privileged program");
    pid_t child = -1;
    int out = -1;
    int failed = start_loader(&child, &out);
    if (failed != 0)
        return allocator_fail(reason, size, "the loader cannot be asked for its tunables: %s",
                              strerror(failed));
    char text[LIST_BYTES];
    read_all(out, text);
    close(out);
    pid_t ended;
    do
        ended = waitpid(child, NULL, 0);
    while (ended < 0 && errno == EINTR);
    if (!find_value(text, tunable, value))
        return allocator_fail(reason, size, "the loader does not list a tunable %s", tunable);
    return true;
}
