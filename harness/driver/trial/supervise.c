/* supervise.c - see supervise.h. */
#include "harness/driver/trial/supervise.h"

#include "harness/driver/trial/oom.h"
#include "harness/driver/trial/outcome.h"
#include "harness/driver/trial/procfs.h"
#include "harness/driver/trial/seize.h"
#include "harness/driver/trial/stacks.h"
#include "harness/driver/text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 250,         /* with nothing to look at but the clock and the interruption */
    TICK_RESIDENT_MS = 20, /* with a limit of resident memory */
    TICK_NO_PIDFD_MS = 5,  /* where the end of the worker does not wake us */
    TICK_HELD_MS = 5,      /* while a thread of the worker is still to be let go */
    PATIENCE_MS = 1000,    /* for its threads to stop, before they are looked at */
    DRAIN_BYTES = 1 << 16, /* of one pipe a tick, at most: no flood keeps us from the clock */
};

struct watch {
    struct worker worker;
    const struct launch_options *options;
    const volatile sig_atomic_t *interrupted;
    uint64_t deadline_ns; /* UINT64_MAX: none */
    enum stop_cause stopped;
    char said[5]; /* the first bytes on the report pipe; a crash says something else, to wake us */
    size_t said_length;
    bool report_over, report_closed;
    char *output; /* RESULT_OUTPUT_BYTES, the last of what was printed */
    size_t output_length;
    bool witnessed;         /* its crash was looked at */
    struct stacks *stacks;  /* what was seen then */
    struct seizure seizure; /* threads that are held, for a look or because they cannot be let go yet */
};

/* What the worker says and prints */

/* Appends to the tail of the output; the oldest bytes fall out. Zero bytes would end the text: they become
 * blanks. */
static void output_keep(struct watch *watch, const char *bytes, size_t count)
{
    const size_t room = RESULT_OUTPUT_BYTES - 1;
    if (count > room) {
        bytes += count - room;
        count = room;
    }
    size_t over = watch->output_length + count > room ? watch->output_length + count - room : 0;
    memmove(watch->output, watch->output + over, watch->output_length - over);
    watch->output_length -= over;
    for (size_t i = 0; i < count; i++)
        watch->output[watch->output_length++] = bytes[i] != '\0' ? bytes[i] : ' ';
    watch->output[watch->output_length] = '\0';
}

static void output_drain(struct watch *watch)
{
    char bytes[4096];
    for (size_t total = 0; watch->worker.output_fd >= 0 && total < DRAIN_BYTES;) {
        ssize_t got = read(watch->worker.output_fd, bytes, sizeof bytes);
        if (got < 0)
            return; /* nothing there now */
        if (got == 0) {
            close(watch->worker.output_fd);
            watch->worker.output_fd = -1;
            return;
        }
        output_keep(watch, bytes, (size_t)got);
        total += (size_t)got;
    }
}

static void report_drain(struct watch *watch)
{
    char bytes[4096];
    for (size_t total = 0; !watch->report_over && total < DRAIN_BYTES;) {
        ssize_t got = read(watch->worker.report_fd, bytes, sizeof bytes);
        if (got < 0)
            return;
        if (got == 0) {
            watch->report_over = true;
            watch->report_closed = !process_exiting(watch->worker.pid);
            return;
        }
        size_t room = sizeof watch->said - watch->said_length;
        size_t kept = (size_t)got < room ? (size_t)got : room;
        memcpy(watch->said + watch->said_length, bytes, kept);
        watch->said_length += kept;
        total += (size_t)got;
    }
}

static bool said_done(const struct watch *watch)
{
    return watch->said_length == sizeof watch->said && memcmp(watch->said, "done\n", sizeof watch->said) == 0;
}

/* The witness */

/* One number of the page, without mapping it: a worker that cuts its page short must not give its driver a
 * SIGBUS. */
#define PAGE_READ(watch, field, value)                                                                       \
    (pread((watch)->worker.page_fd, &(value), sizeof(value), offsetof(struct trial_page, field)) ==          \
     (ssize_t)sizeof(value))

static void page_put(const struct watch *watch, size_t offset, uint32_t value)
{
    /* Should it fail, the handler waits in vain for a while, and goes on. */
    (void)!pwrite(watch->worker.page_fd, &value, sizeof value, (off_t)offset);
}

static void witness(struct watch *watch, const struct crash_point *crash)
{
    if (watch->stacks != NULL || watch->seizure.count > 0)
        return;
    if (seize(&watch->seizure, watch->worker.pid, PATIENCE_MS))
        watch->stacks = stacks_take(&watch->seizure, crash);
    seizure_release(&watch->seizure);
}

/* Where the worker's signal handler says that it crashed; false if there was no crash. */
static bool page_crash(const struct watch *watch, struct crash_point *crash)
{
    uint32_t signal = 0;
    uint64_t sp = 0;
    struct registers *registers = &crash->registers;
    if (!PAGE_READ(watch, crash_signal, signal) || signal == 0 || !PAGE_READ(watch, crash_tid, crash->tid) ||
        !PAGE_READ(watch, crash_ip, registers->pc) || !PAGE_READ(watch, crash_sp, sp) ||
        !PAGE_READ(watch, crash_registers, registers->by_number))
        return false;
    /* Without registers its stack can only be walked from where it stands, in the handler. */
    if (sp == 0)
        crash->tid = 0;
    return true;
}

/* If the worker's signal handler waits for us: looks at all its threads, and lets it go on to its end. */
static void witness_crash(struct watch *watch)
{
    struct crash_point crash = {0};
    if (watch->witnessed || !page_crash(watch, &crash))
        return;
    watch->witnessed = true;
    witness(watch, &crash);
    page_put(watch, offsetof(struct trial_page, witness_done), 1);
}

/* A worker that hangs is looked at before it is killed. */
static void witness_hang(struct watch *watch)
{
    const struct crash_point none = {0};
    if (watch->stopped == STOP_TIMEOUT)
        witness(watch, &none);
}

/* The limits */

static bool over_resident_limit(const struct watch *watch)
{
    uint64_t limit_bytes = watch->options->resident_limit_bytes;
    return limit_bytes != 0 && process_resident_bytes(watch->worker.pid) > limit_bytes;
}

static enum stop_cause why_stop(const struct watch *watch)
{
    if (watch->interrupted != NULL && *watch->interrupted)
        return STOP_INTERRUPT;
    if (monotonic_ns() >= watch->deadline_ns)
        return STOP_TIMEOUT;
    return over_resident_limit(watch) ? STOP_MEMORY : STOP_NONE;
}

/* A sum that stays below UINT64_MAX for any time-out, also one that is no number. */
static uint64_t deadline_of(const struct watch *watch)
{
    double timeout_s = watch->options->timeout_s;
    if (!(timeout_s > 0) || timeout_s > 1e9)
        return UINT64_MAX;
    return watch->worker.started_ns + (uint64_t)(timeout_s * 1e9);
}

static int tick_ms(const struct watch *watch)
{
    int tick = TICK_MS;
    if (watch->options->resident_limit_bytes != 0)
        tick = TICK_RESIDENT_MS;
    if (watch->worker.pidfd < 0)
        tick = TICK_NO_PIDFD_MS;
    if (watch->seizure.count > 0)
        tick = TICK_HELD_MS;
    uint64_t now = monotonic_ns();
    if (watch->stopped != STOP_NONE || watch->deadline_ns == UINT64_MAX)
        return tick;
    uint64_t left_ms = now >= watch->deadline_ns ? 0 : (watch->deadline_ns - now) / 1000000 + 1;
    return left_ms < (uint64_t)tick ? (int)left_ms : tick;
}

/* The wait */

/*
 * Leaves the process unreaped, so that its number, which is its group's, cannot be given to another
 * meanwhile. Should there be nothing to wait for, the wait is over as well; reap() then says so.
 */
static bool worker_ended(const struct watch *watch)
{
    siginfo_t info = {0};
    int status = waitid(P_PID, (id_t)watch->worker.pid, &info, WEXITED | WNOHANG | WNOWAIT);
    bool held = info.si_code == CLD_TRAPPED; /* that one we hold has stopped is told here as well */
    return status == 0 ? info.si_pid != 0 && !held : errno != EINTR;
}

static void wait_tick(const struct watch *watch)
{
    struct pollfd fds[] = {
        {.fd = watch->worker.pidfd, .events = POLLIN},
        {.fd = watch->report_over ? -1 : watch->worker.report_fd, .events = POLLIN},
        {.fd = watch->worker.output_fd, .events = POLLIN},
    };
    /* The pipes are read and the process is looked at after every tick; should poll fail, only time is lost.
     */
    if (poll(fds, sizeof fds / sizeof fds[0], tick_ms(watch)) < 0 && errno != EINTR)
        (void)usleep(TICK_NO_PIDFD_MS * 1000);
}

static void watch_until_end(struct watch *watch)
{
    for (;;) {
        wait_tick(watch);
        report_drain(watch);
        output_drain(watch);
        if (watch->seizure.count > 0)
            seizure_release(&watch->seizure);
        if (worker_ended(watch))
            return;
        witness_crash(watch);
        if (watch->stopped == STOP_NONE) {
            watch->stopped = why_stop(watch);
            witness_hang(watch);
            if (watch->stopped != STOP_NONE)
                (void)kill(-watch->worker.pid, SIGKILL);
        }
    }
}

/* Ends what the worker left behind in its group, and reaps it. */
static bool reap(struct watch *watch, int *status, struct rusage *usage, struct error *error)
{
    (void)kill(-watch->worker.pid, SIGKILL);
    pid_t reaped = -1;
    do
        reaped = wait4(watch->worker.pid, status, 0, usage);
    while (reaped < 0 && errno == EINTR);
    return reaped == watch->worker.pid || error_errno(error, "cannot wait for the worker");
}

/* The result */

static uint64_t timeval_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_usec * 1000;
}

/* Reads instead of mapping: a worker that cuts its page short must not give its driver a SIGBUS. */
static enum page_state page_take(const struct worker *worker, struct trial_page *page)
{
    size_t length = 0;
    while (length < sizeof *page) {
        ssize_t got = pread(worker->page_fd, (char *)page + length, sizeof *page - length, (off_t)length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    enum page_state state = page_settle(page, length);
    if (state != PAGE_STATE_SANE)
        memset(page, 0, sizeof *page);
    return state;
}

/* Puts the last line that the worker printed behind the reason: most often it names the cause. */
static void reason_add_output(struct trial_result *result)
{
    size_t count;
    const char *line = text_last_line(result->output, &count);
    size_t length = strlen(result->reason);
    if (count == 0 || length + 3 >= sizeof result->reason)
        return;
    result->reason[length++] = ':';
    result->reason[length++] = ' ';
    for (size_t i = 0; i < count && length + 1 < sizeof result->reason; i++) {
        unsigned char c = (unsigned char)line[i];
        result->reason[length++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    result->reason[length] = '\0';
}

static void conclude(const struct watch *watch, enum page_state page_state, bool oom_killed,
                     struct trial_result *result)
{
    const struct outcome_evidence evidence = {
        .wait_status = result->wait_status,
        .stopped = watch->stopped,
        .said_done = said_done(watch),
        .report_closed = watch->report_closed,
        .oom_killed = oom_killed,
        .page_state = page_state,
        .page = result->page,
        .timeout_s = watch->options->timeout_s,
        .resident_limit_bytes = watch->options->resident_limit_bytes,
    };
    result->page_valid = page_state == PAGE_STATE_SANE;
    result->interrupted = watch->stopped == STOP_INTERRUPT && WIFSIGNALED(result->wait_status) &&
                          WTERMSIG(result->wait_status) == SIGKILL;
    result->outcome = outcome_decide(&evidence, result->reason, sizeof result->reason);
    if (result->outcome == OUTCOME_CRASH || result->outcome == OUTCOME_ABORT ||
        result->outcome == OUTCOME_LOST)
        reason_add_output(result);
}

static bool run_worker(const struct launch_environment *environment, struct watch *watch,
                       struct trial_result *result, struct error *error)
{
    uint64_t kills_before = oom_kills();
    if (!launch_worker(&result->request.args, environment, watch->options, &watch->worker, error))
        return false;
    watch->deadline_ns = deadline_of(watch);
    watch_until_end(watch);
    result->stacks = watch->stacks;
    result->started_ns = watch->worker.started_ns;
    result->wall_ns = monotonic_ns() - watch->worker.started_ns;

    struct rusage usage = {0};
    bool reaped = reap(watch, &result->wait_status, &usage, error);
    if (reaped) {
        report_drain(watch);
        output_drain(watch);
        result->user_ns = timeval_ns(usage.ru_utime);
        result->system_ns = timeval_ns(usage.ru_stime);
        result->rss_peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
        enum page_state page_state = page_take(&watch->worker, result->page);
        uint64_t kills = oom_kills();
        bool oom_killed = kills != UINT64_MAX && kills_before != UINT64_MAX && kills > kills_before;
        conclude(watch, page_state, oom_killed, result);
    }
    launch_close(&watch->worker);
    return reaped;
}

bool trial_run(const struct trial_request *request, const struct launch_options *options,
               const volatile sig_atomic_t *interrupted, struct trial_result *result, struct error *error)
{
    *result = (struct trial_result){.request = *request};
    result->page = calloc(1, sizeof *result->page);
    if (result->page == NULL)
        return error_set(error, "no memory for a trial page");

    struct launch_environment environment;
    struct error cause;
    bool refused = false;
    bool done = launch_environment_make(request->args.allocator, &environment, &refused, &cause);
    if (done) {
        struct watch watch = {.options = options, .interrupted = interrupted, .output = result->output};
        done = run_worker(&environment, &watch, result, &cause);
        launch_environment_free(&environment);
    } else if (refused) {
        result->outcome = OUTCOME_REFUSED;
        (void)snprintf(result->reason, sizeof result->reason, "%s", cause.text);
        done = true;
    }
    if (!done) {
        *error = cause;
        trial_result_free(result);
    }
    return done;
}

void trial_result_free(struct trial_result *result)
{
    free(result->page);
    stacks_free(result->stacks);
    *result = (struct trial_result){0};
}
