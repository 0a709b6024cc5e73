/* launch.c - see launch.h. */
#include "harness/driver/trial/launch.h"

#include "allocators/allocator.h"
#include "harness/common/trial_page.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKER_PAGE_FD = 3, WORKER_REPORT_FD = 4, FD_FLOOR = 16, ARGV_BYTES = 4096 };

uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Environment */

static bool variant_environment(const char *text, struct allocator_environment *out, char *reason,
                                size_t size)
{
    struct allocator_variant variant;
    return allocator_parse(text, &variant, reason, size) && allocator_locate(&variant, reason, size) &&
           allocator_start(&variant, out, reason, size);
}

static bool environment_fill(struct launch_environment *environment,
                             const struct allocator_environment *added)
{
    size_t inherited = 0;
    while (environ != NULL && environ[inherited] != NULL)
        inherited++;
    environment->entries = calloc(inherited + added->count + 1, sizeof *environment->entries);
    if (environment->entries == NULL)
        return false;
    for (size_t i = 0; i < inherited; i++) {
        if (!allocator_variable_foreign(environ[i]))
            environment->entries[environment->entry_count++] = environ[i];
    }
    environment->owned_from = environment->entry_count;
    for (size_t i = 0; i < added->count; i++) {
        size_t bytes = strnlen(added->entry[i], ALLOCATOR_ENV_BYTES - 1) + 1;
        char *copy = malloc(bytes);
        if (copy == NULL)
            return false;
        memcpy(copy, added->entry[i], bytes - 1);
        copy[bytes - 1] = '\0';
        environment->entries[environment->entry_count++] = copy;
    }
    return true;
}

bool launch_environment_make(const char *allocator, struct launch_environment *environment, bool *refused,
                             struct error *error)
{
    struct allocator_environment added = {0};
    char reason[sizeof error->text] = "";
    *environment = (struct launch_environment){0};
    *refused = !variant_environment(allocator, &added, reason, sizeof reason);
    if (*refused)
        return error_set(error, "%s", reason);
    if (!environment_fill(environment, &added)) {
        launch_environment_free(environment);
        return error_set(error, "no memory for the environment of a worker");
    }
    return true;
}

void launch_environment_free(struct launch_environment *environment)
{
    for (size_t i = environment->owned_from; i < environment->entry_count; i++)
        free(environment->entries[i]);
    free(environment->entries);
    *environment = (struct launch_environment){0};
}

/* The child, between fork and exec: only calls that are safe there. */

struct child_plan {
    const char *path;
    char *const *argv;
    char *const *envp;
    pid_t parent;
    uint64_t memory_limit_bytes, stack_bytes;
    int page_fd, report_fd, output_fd, failure_fd;
};

/* What the child says on the failure pipe; the pipe closes silently when exec succeeds. */
struct child_failure {
    int cause; /* errno */
    char step[60];
};

static bool place(int fd, int number)
{
    return dup2(fd, number) == number;
}

/* Lifts every descriptor above the numbers to be filled first, as one of them may lie there. */
static bool child_descriptors(struct child_plan *plan)
{
    int *const mine[] = {&plan->page_fd, &plan->report_fd, &plan->output_fd, &plan->failure_fd};
    for (size_t i = 0; i < sizeof mine / sizeof mine[0]; i++) {
        int lifted = fcntl(*mine[i], F_DUPFD_CLOEXEC, FD_FLOOR);
        if (lifted < 0)
            return false;
        *mine[i] = lifted;
    }
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || !place(null, STDIN_FILENO) || !place(plan->output_fd, STDOUT_FILENO) ||
        !place(plan->output_fd, STDERR_FILENO) || !place(plan->page_fd, WORKER_PAGE_FD) ||
        !place(plan->report_fd, WORKER_REPORT_FD))
        return false;
    /* An old kernel without it leaves open what the driver itself was given open: untidy, no more. */
    (void)close_range(WORKER_REPORT_FD + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    return true;
}

/* The C library takes the size of every later thread's stack from the soft limit. */
static bool child_stack(uint64_t bytes)
{
    struct rlimit stack;
    if (bytes == 0)
        return true;
    if (getrlimit(RLIMIT_STACK, &stack) != 0)
        return false;
    stack.rlim_cur = bytes;
    return setrlimit(RLIMIT_STACK, &stack) == 0;
}

static bool child_limits(const struct child_plan *plan)
{
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || !child_stack(plan->stack_bytes))
        return false;
    if (plan->memory_limit_bytes == 0)
        return true;
    struct rlimit memory = {plan->memory_limit_bytes, plan->memory_limit_bytes};
    return setrlimit(RLIMIT_AS, &memory) == 0;
}

static void child_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    sigset_t empty;
    sigemptyset(&empty);
    (void)sigprocmask(SIG_SETMASK, &empty, NULL);
}

static const char *child_prepare(struct child_plan *plan)
{
    child_signals();
    if (setpgid(0, 0) != 0)
        return "its process group";
    /* A worker must not outlive its driver, not even one that dies between fork and this call. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != plan->parent)
        return "tying it to the driver";
    if (!child_descriptors(plan))
        return "its descriptors";
    if (!child_limits(plan))
        return "its limits";
    return NULL;
}

static _Noreturn void child_run(struct child_plan *plan)
{
    const char *step = child_prepare(plan);
    if (step == NULL) {
        execve(plan->path, plan->argv, plan->envp);
        step = "execution";
    }
    struct child_failure failure = {.cause = errno};
    size_t length = strlen(step);
    memcpy(failure.step, step, length < sizeof failure.step ? length : sizeof failure.step - 1);
    ssize_t told = write(plan->failure_fd, &failure, sizeof failure);
    _exit(told == (ssize_t)sizeof failure ? 127 : 126);
}

/* The driver's side */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void launch_close(struct worker *worker)
{
    close_fd(&worker->pidfd);
    close_fd(&worker->page_fd);
    close_fd(&worker->report_fd);
    close_fd(&worker->output_fd);
}

/* [0] is the driver's end for reading, [1] the worker's. */
struct launch_pipes {
    int report[2], output[2], failure[2];
};

static void close_pipes(struct launch_pipes *pipes)
{
    int *const ends[] = {pipes->report, pipes->output, pipes->failure};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        close_fd(&ends[i][0]);
        close_fd(&ends[i][1]);
    }
}

static bool open_pipes(struct launch_pipes *pipes)
{
    return pipe2(pipes->report, O_CLOEXEC) == 0 && pipe2(pipes->output, O_CLOEXEC) == 0 &&
           pipe2(pipes->failure, O_CLOEXEC) == 0 && fcntl(pipes->report[0], F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(pipes->output[0], F_SETFL, O_NONBLOCK) == 0;
}

/* An empty page, but for the word that makes a crash wait for us. */
static int open_page(void)
{
    const uint32_t comes = 1;
    int fd = memfd_create("triebench-page", MFD_CLOEXEC);
    if (fd >= 0 &&
        (ftruncate(fd, (off_t)sizeof(struct trial_page)) != 0 ||
         pwrite(fd, &comes, sizeof comes, offsetof(struct trial_page, witness_comes)) != sizeof comes))
        close_fd(&fd);
    return fd;
}

/* Waits until the child's program runs or it has said why not. */
static bool await_exec(pid_t pid, int failure_fd, const char *path, struct error *error)
{
    struct child_failure failure = {0};
    ssize_t got = 0;
    do
        got = read(failure_fd, &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return true;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (got != (ssize_t)sizeof failure)
        return error_set(error, "cannot start the worker %s", path);
    failure.step[sizeof failure.step - 1] = '\0';
    errno = failure.cause;
    return error_errno(error, "cannot start the worker %s: %s", path, failure.step);
}

static bool start(struct child_plan *plan, struct launch_pipes *pipes, struct worker *worker,
                  struct error *error)
{
    /* Inherited as ignored, it would make the system reap the worker before its status can be read. */
    (void)signal(SIGCHLD, SIG_DFL);
    worker->started_ns = monotonic_ns();
    worker->pid = fork();
    if (worker->pid < 0)
        return error_errno(error, "cannot start a process for the worker");
    if (worker->pid == 0)
        child_run(plan);
    close_fd(&pipes->report[1]);
    close_fd(&pipes->output[1]);
    close_fd(&pipes->failure[1]);
    if (!await_exec(worker->pid, pipes->failure[0], plan->path, error))
        return false;
    worker->pidfd = pidfd_open(worker->pid, 0);
    worker->report_fd = pipes->report[0];
    worker->output_fd = pipes->output[0];
    pipes->report[0] = pipes->output[0] = -1;
    return true;
}

bool launch_worker(const struct trial_args *args, const struct launch_environment *environment,
                   const struct launch_options *options, struct worker *worker, struct error *error)
{
    struct trial_args own = *args;
    own.page_fd = WORKER_PAGE_FD;
    own.report_fd = WORKER_REPORT_FD;
    char buffer[ARGV_BYTES];
    const char *argv[TRIAL_ARGV_MAX];
    if (!trial_args_write(&own, options->worker_path, buffer, sizeof buffer, argv, error))
        return false;

    *worker =
        (struct worker){.pid = -1, .pidfd = -1, .page_fd = open_page(), .report_fd = -1, .output_fd = -1};
    if (worker->page_fd < 0)
        return error_errno(error, "cannot make the memory file for a trial page");
    struct launch_pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}};
    bool started = open_pipes(&pipes) || error_errno(error, "cannot make the pipes for a worker");
    if (started) {
        struct child_plan plan = {
            .path = options->worker_path,
            .argv = (char *const *)argv, /* execve() takes them so, and changes none */
            .envp = environment->entries,
            .parent = getpid(),
            .memory_limit_bytes = options->memory_limit_bytes,
            .stack_bytes = options->stack_bytes,
            .page_fd = worker->page_fd,
            .report_fd = pipes.report[1],
            .output_fd = pipes.output[1],
            .failure_fd = pipes.failure[1],
        };
        started = start(&plan, &pipes, worker, error);
    }
    close_pipes(&pipes);
    if (!started)
        launch_close(worker);
    return started;
}
