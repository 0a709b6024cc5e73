/* capture.c - see capture.h. */
#include "harness/driver/trial/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STREAMS = 2, CHUNK_BYTES = 1 << 16 };

/* What one pipe has brought so far. */
struct stream {
    int fd; /* -1 once it has ended */
    char *text;
    size_t length, size;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void stream_close(struct stream *stream)
{
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
}

static bool stream_drain(struct stream *stream, struct error *error)
{
    if (stream->size - stream->length < CHUNK_BYTES) {
        if (stream->size > CAPTURE_BYTES_MAX)
            return error_set(error, "prints more than %d bytes", CAPTURE_BYTES_MAX);
        size_t size = 2 * stream->size + CHUNK_BYTES + 1;
        char *grown = realloc(stream->text, size);
        if (grown == NULL)
            return error_set(error, "no memory");
        stream->text = grown;
        stream->size = size;
    }
    ssize_t got = read(stream->fd, stream->text + stream->length, CHUNK_BYTES - 1);
    if (got < 0 && errno != EINTR)
        return error_errno(error, "cannot read what it prints");
    if (got > 0)
        stream->length += (size_t)got;
    stream->text[stream->length] = '\0';
    if (got == 0)
        stream_close(stream);
    return true;
}

static bool streams_drain(struct stream streams[STREAMS], int timeout_ms, struct error *error)
{
    int64_t until = now_ms() + timeout_ms;
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        int64_t left = until - now_ms();
        if (left <= 0)
            return error_set(error, "took more than %d ms", timeout_ms);
        struct pollfd polled[STREAMS] = {{.fd = streams[0].fd, .events = POLLIN},
                                         {.fd = streams[1].fd, .events = POLLIN}};
        if (poll(polled, STREAMS, (int)left) < 0 && errno != EINTR)
            return error_errno(error, "poll");
        for (size_t i = 0; i < STREAMS; i++) {
            if (polled[i].revents != 0 && streams[i].fd >= 0 && !stream_drain(&streams[i], error))
                return false;
        }
    }
    return true;
}

static pid_t spawn_failed(int cause, struct error *error)
{
    errno = cause;
    error_errno(error, "cannot be started");
    return -1;
}

/* Returns the process, or -1 with the reason in *error. */
static pid_t spawn(const char *const argv[], const int write_fds[STREAMS], struct error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int cause = posix_spawn_file_actions_init(&actions);
    if (cause != 0)
        return spawn_failed(cause, error);
    cause = posix_spawnattr_init(&attributes);
    if (cause != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return spawn_failed(cause, error);
    }
    pid_t pid = -1;
    cause = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (cause == 0)
        cause = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (cause == 0)
        cause = posix_spawn_file_actions_adddup2(&actions, write_fds[0], STDOUT_FILENO);
    if (cause == 0)
        cause = posix_spawn_file_actions_adddup2(&actions, write_fds[1], STDERR_FILENO);
    if (cause == 0)
        cause = posix_spawn(&pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return cause == 0 ? pid : spawn_failed(cause, error);
}

static int reap(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return 255;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The program has its own process group, so that a grandchild which holds the pipes ends with it. */
static bool run_and_drain(const char *const argv[], struct stream streams[STREAMS], int write_fds[STREAMS],
                          int timeout_ms, int *status, struct error *error)
{
    pid_t pid = spawn(argv, write_fds, error);
    for (size_t i = 0; i < STREAMS; i++)
        close(write_fds[i]);
    if (pid < 0)
        return false;
    bool good = streams_drain(streams, timeout_ms, error);
    if (!good)
        kill(-pid, SIGKILL);
    *status = reap(pid);
    return good;
}

bool capture_run(const char *const argv[], int timeout_ms, struct capture *capture, struct error *error)
{
    struct stream streams[STREAMS] = {{.fd = -1}, {.fd = -1}};
    int write_fds[STREAMS] = {-1, -1};
    for (size_t i = 0; i < STREAMS; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            error_errno(error, "pipe");
            if (i > 0)
                close(write_fds[0]);
            stream_close(&streams[0]);
            return false;
        }
        streams[i].fd = ends[0];
        write_fds[i] = ends[1];
    }
    bool good = run_and_drain(argv, streams, write_fds, timeout_ms, &capture->status, error);
    for (size_t i = 0; i < STREAMS; i++) {
        stream_close(&streams[i]);
        if (good && streams[i].text == NULL) /* cannot be: the end of a pipe is drained too */
            good = error_set(error, "no memory");
    }
    capture->output = streams[0].text;
    capture->errors = streams[1].text;
    if (!good)
        capture_free(capture);
    return good;
}

void capture_free(struct capture *capture)
{
    free(capture->output);
    free(capture->errors);
    capture->output = capture->errors = NULL;
}
