/*
 * test_launch.c - real processes: this program starts itself as the worker, in a role that the environment
 * names, and looks at what trial_run() makes of each end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/trial/supervise.h"
#include "tests/support/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROLE "TRIEBENCH_TEST_ROLE"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

/* The worker's half */

enum { PAGE_FD = 3, REPORT_FD = 4 };

static struct trial_page *page_map(void)
{
    struct trial_page *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, PAGE_FD, 0);
    if (page == MAP_FAILED)
        exit(99);
    page->magic = PAGE_MAGIC;
    page->version = PAGE_VERSION;
    return page;
}

static void say_done(void)
{
    if (write(REPORT_FD, "done\n", 5) != 5)
        exit(98);
}

static void report(uint32_t verdict, const char *reason)
{
    struct trial_page *page = page_map();
    page->verdict = verdict;
    page->stage = STAGE_DONE;
    page->sample_count = 2;
    page->samples_ns[0] = 100;
    page->samples_ns[1] = 300;
    strcpy(page->reason, reason);
    say_done();
}

static void die_by(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}

static void role_ok(void)
{
    report(PAGE_VERDICT_OK, "");
}

static void role_corrupt(void)
{
    report(PAGE_VERDICT_CORRUPT, "sample 0: 1 of 2 keys");
}

static void role_refused(void)
{
    report(PAGE_VERDICT_REFUSED, "not this allocator");
}

static void role_oom(void)
{
    report(PAGE_VERDICT_OOM, "the allocator returned NULL");
}

static void role_crash(void)
{
    struct trial_page *page = page_map();
    page->stage = STAGE_CHECK;
    static const char words[] = "about to\nread \033[31m\0null\n\n";
    fwrite(words, 1, sizeof words - 1, stderr);
    die_by(SIGSEGV);
}

static void role_abort(void)
{
    page_map();
    die_by(SIGABRT);
}

static void role_killed(void)
{
    raise(SIGKILL);
}

static void role_hang(void)
{
    page_map()->stage = STAGE_WORKLOAD;
    for (;;)
        pause();
}

/* Hangs while the pipes are full: neither must keep the driver from its clock. */
static void role_flood(void)
{
    static char line[4096];
    memset(line, 'x', sizeof line);
    for (;;) {
        if (write(STDOUT_FILENO, line, sizeof line) < 0 || write(REPORT_FD, line, sizeof line) < 0)
            exit(97);
    }
}

static void role_grow(void)
{
    size_t bytes = (size_t)1 << 28;
    char *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        exit(96);
    memset(block, 1, bytes);
    for (;;)
        pause();
}

static void role_early(void)
{
    fprintf(stderr, "unknown option --x\n");
    exit(2);
}

static void role_late(void)
{
    report(PAGE_VERDICT_OK, "");
    exit(7);
}

static void role_closes(void)
{
    page_map()->stage = STAGE_OPEN;
    close(REPORT_FD);
    usleep(500000);
}

static void role_overwrites(void)
{
    struct trial_page *page = page_map();
    memset(page, 0xff, sizeof *page);
    say_done();
}

static void role_cuts(void)
{
    report(PAGE_VERDICT_OK, "");
    if (ftruncate(PAGE_FD, 100) != 0)
        exit(95);
}

static void role_mumbles(void)
{
    page_map();
    if (write(REPORT_FD, "don", 3) != 3)
        exit(94);
}

/* Leaves a child of its own behind, and says its number. */
static void role_parent(void)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    printf("%d\n", (int)child);
    fflush(stdout);
    report(PAGE_VERDICT_OK, "");
}

static void role_talks(void)
{
    for (int i = 0; i < 20000; i++)
        printf("line %d\n", i);
    fflush(stdout);
    report(PAGE_VERDICT_OK, "");
}

/* Prints what it was started with, for test_surroundings(). */
static void role_shows(void)
{
    struct rlimit core, memory, stack;
    getrlimit(RLIMIT_CORE, &core);
    getrlimit(RLIMIT_AS, &memory);
    getrlimit(RLIMIT_STACK, &stack);
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    struct stat input, null;
    fstat(STDIN_FILENO, &input);
    stat("/dev/null", &null);
    printf("core=%llu stack=%llu memory=%lld group=%d blocked=%d null=%d", (unsigned long long)core.rlim_cur,
           (unsigned long long)stack.rlim_cur,
           memory.rlim_cur == RLIM_INFINITY ? -1LL : (long long)memory.rlim_cur, getpgrp() == getpid(),
           sigismember(&mask, SIGUSR1), input.st_rdev == null.st_rdev);
    struct sigaction action;
    sigaction(SIGPIPE, NULL, &action);
    printf(" pipe=%d conf=%s keep=%s", action.sa_handler == SIG_DFL, getenv("MALLOC_CONF") ? "there" : "gone",
           getenv("TRIEBENCH_TEST_KEEP") ? "there" : "gone");
    int open_count = 0;
    for (int fd = 0; fd < 256; fd++)
        open_count += fcntl(fd, F_GETFD) >= 0;
    printf(" fds=%d\n", open_count);
    fflush(stdout);
    report(PAGE_VERDICT_OK, "");
}

static const struct {
    const char *name;
    void (*play)(void);
} roles[] = {
    {"ok", role_ok},           {"corrupt", role_corrupt},
    {"refused", role_refused}, {"oom", role_oom},
    {"crash", role_crash},     {"abort", role_abort},
    {"killed", role_killed},   {"hang", role_hang},
    {"flood", role_flood},     {"grow", role_grow},
    {"early", role_early},     {"late", role_late},
    {"closes", role_closes},   {"overwrites", role_overwrites},
    {"cuts", role_cuts},       {"mumbles", role_mumbles},
    {"parent", role_parent},   {"talks", role_talks},
    {"shows", role_shows},
};

static int worker_main(const char *role)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(roles[i].name, role) == 0) {
            roles[i].play();
            _exit(0);
        }
    }
    return 93;
}

/* The driver's half */

static const struct launch_options plain = {.worker_path = "/proc/self/exe", .timeout_s = 60};

static void request_make(struct trial_request *request)
{
    memset(request, 0, sizeof *request);
    trial_args_init(&request->args);
}

/* Runs a role to its end; the caller frees the result. */
static struct trial_result play(const char *role, const struct launch_options *options,
                                const volatile sig_atomic_t *interrupted)
{
    struct trial_request request;
    struct trial_result result;
    struct error error = {""};
    request_make(&request);
    setenv(ROLE, role, 1);
    if (!trial_run(&request, options, interrupted, &result, &error))
        fail_msg("%s: %s", role, error.text);
    unsetenv(ROLE);
    return result;
}

static void expect(const char *role, const struct launch_options *options, enum outcome outcome,
                   const char *reason)
{
    struct trial_result result = play(role, options, NULL);
    if (result.outcome != outcome || strcmp(result.reason, reason) != 0)
        fail_msg("%s: outcome %d, reason '%s'", role, (int)result.outcome, result.reason);
    assert_false(result.interrupted);
    trial_result_free(&result);
}

static void test_ok(void **state)
{
    (void)state;
    struct trial_result result = play("ok", &plain, NULL);
    assert_int_equal(result.outcome, OUTCOME_OK);
    assert_string_equal(result.reason, "");
    assert_true(result.page_valid);
    assert_int_equal(result.page->sample_count, 2);
    assert_int_equal(result.page->samples_ns[1], 300);
    assert_int_equal(result.wait_status, 0);
    assert_true(result.wall_ns > 0 && result.started_ns > 0 && result.rss_peak_bytes > 0);
    trial_result_free(&result);
    assert_null(result.page);
}

static void test_every_end(void **state)
{
    (void)state;
    expect("corrupt", &plain, OUTCOME_CORRUPT, "sample 0: 1 of 2 keys");
    expect("refused", &plain, OUTCOME_REFUSED, "not this allocator");
    expect("oom", &plain, OUTCOME_OOM, "the allocator returned NULL");
    expect("crash", &plain, OUTCOME_CRASH, "killed by SIGSEGV, in stage check: read  [31m null");
    expect("abort", &plain, OUTCOME_ABORT, "killed by SIGABRT, in stage start");
    expect("killed", &plain, OUTCOME_LOST, "killed by SIGKILL from outside, before it had begun");
    expect("early", &plain, OUTCOME_LOST,
           "exited with status 2 before it reported, before it had begun: unknown option --x");
    expect("late", &plain, OUTCOME_LOST, "reported, and then exited with status 7");
    expect("mumbles", &plain, OUTCOME_LOST, "exited with status 0 before it reported, in stage start");
    expect("closes", &plain, OUTCOME_LOST, "closed its report pipe, in stage open");
    expect("overwrites", &plain, OUTCOME_LOST, "the shared page was overwritten");
    expect("cuts", &plain, OUTCOME_LOST, "the shared page was overwritten");
}

static void test_time_limit(void **state)
{
    (void)state;
    /* Long enough for the role to begin, also in a sanitized build on a busy machine. */
    struct launch_options brief = {.worker_path = plain.worker_path, .timeout_s = SANITIZED ? 3 : 0.3};
    struct trial_result result = play("hang", &brief, NULL);
    assert_int_equal(result.outcome, OUTCOME_HANG);
    assert_non_null(strstr(result.reason, "no end within"));
    assert_true(WIFSIGNALED(result.wait_status) && WTERMSIG(result.wait_status) == SIGKILL);
    assert_true(result.wall_ns >= (uint64_t)(brief.timeout_s * 1e9));
    trial_result_free(&result);
}

static void test_a_flood_does_not_stop_the_clock(void **state)
{
    (void)state;
    struct launch_options brief = {.worker_path = plain.worker_path, .timeout_s = 0.3};
    struct trial_result result = play("flood", &brief, NULL);
    assert_int_equal(result.outcome, OUTCOME_HANG);
    assert_int_equal(strlen(result.output), RESULT_OUTPUT_BYTES - 1);
    trial_result_free(&result);
}

static void test_resident_limit(void **state)
{
    (void)state;
    struct launch_options tight = plain;
    tight.resident_limit_bytes = 100 << 20;
    expect("grow", &tight, OUTCOME_OOM,
           "held more than the limit of 104857600 bytes of memory, before it had begun");
    expect("ok", &tight, OUTCOME_OK, "");
}

static void test_the_last_of_the_output_is_kept(void **state)
{
    (void)state;
    struct trial_result result = play("talks", &plain, NULL);
    assert_int_equal(result.outcome, OUTCOME_OK);
    size_t length = strlen(result.output);
    assert_int_equal(length, RESULT_OUTPUT_BYTES - 1);
    assert_string_equal(result.output + length - 22, "line 19998\nline 19999\n");
    trial_result_free(&result);
}

/* Whether a process runs; one that is dead but that nobody reaped yet does not. */
static bool process_runs(pid_t pid)
{
    char path[64];
    char state = 'X';
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    int got = fscanf(file, "%*d %*s %c", &state);
    fclose(file);
    return got == 1 && state != 'Z' && state != 'X';
}

static void test_no_grandchild_is_left(void **state)
{
    (void)state;
    struct trial_result result = play("parent", &plain, NULL);
    assert_int_equal(result.outcome, OUTCOME_OK);
    pid_t grandchild = (pid_t)strtol(result.output, NULL, 10);
    trial_result_free(&result);
    assert_true(grandchild > 1);
    /* A kill is delivered, not waited for: it takes its moment. */
    for (int i = 0; i < 1000 && process_runs(grandchild); i++)
        usleep(10000);
    assert_false(process_runs(grandchild));
}

static volatile sig_atomic_t interrupted;

static void on_alarm(int number)
{
    (void)number;
    interrupted = 1;
}

static void test_interruption(void **state)
{
    (void)state;
    interrupted = 0;
    struct sigaction action = {.sa_handler = on_alarm}, before;
    sigaction(SIGALRM, &action, &before);
    struct itimerval soon = {.it_value = {.tv_usec = 100000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    struct trial_result result = play("hang", &plain, &interrupted);
    sigaction(SIGALRM, &before, NULL);
    assert_true(result.interrupted);
    assert_int_equal(result.outcome, OUTCOME_LOST);
    trial_result_free(&result);
}

static bool output_has(const struct trial_result *result, const char *word)
{
    return strstr(result->output, word) != NULL;
}

static void test_surroundings(void **state)
{
    (void)state;
    setenv("MALLOC_CONF", "narenas:1", 1);
    setenv("TRIEBENCH_TEST_KEEP", "1", 1);
    sigset_t usr1, before;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &before);
    signal(SIGPIPE, SIG_IGN);
    int stray = open("/dev/null", O_RDONLY); /* without close-on-exec: must not reach the worker */

    struct launch_options limited = plain;
    limited.memory_limit_bytes = SANITIZED ? 0 : UINT64_C(1) << 32;
    limited.stack_bytes = 1 << 20;
    struct trial_result result = play("shows", &limited, NULL);

    close(stray);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    unsetenv("MALLOC_CONF");
    unsetenv("TRIEBENCH_TEST_KEEP");
    assert_int_equal(result.outcome, OUTCOME_OK);
    assert_true(output_has(&result, "core=0 stack=1048576 "));
    assert_true(output_has(&result, SANITIZED ? "memory=-1 " : "memory=4294967296 "));
    assert_true(output_has(&result, "group=1 blocked=0 null=1 pipe=1 conf=gone keep=there fds=5\n"));
    trial_result_free(&result);
}

static void test_what_cannot_be_started(void **state)
{
    (void)state;
    struct trial_request request;
    struct trial_result result;
    struct error error = {""};
    request_make(&request);
    struct launch_options missing = {.worker_path = "/nonexistent/worker"};
    assert_false(trial_run(&request, &missing, NULL, &result, &error));
    assert_string_equal(error.text,
                        "cannot start the worker /nonexistent/worker: execution: No such file or directory");
    assert_null(result.page);

    strcpy(request.args.allocator, "no-such-allocator");
    assert_true(trial_run(&request, &plain, NULL, &result, &error));
    assert_int_equal(result.outcome, OUTCOME_REFUSED);
    assert_non_null(strstr(result.reason, "no-such-allocator"));
    trial_result_free(&result);
}

static int open_descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static void test_nothing_leaks(void **state)
{
    (void)state;
    int before = open_descriptors();
    long blocks = fault_live();
    for (int i = 0; i < 200; i++) {
        struct trial_result result = play(i % 2 == 0 ? "ok" : "abort", &plain, NULL);
        assert_int_equal(result.outcome, i % 2 == 0 ? OUTCOME_OK : OUTCOME_ABORT);
        trial_result_free(&result);
    }
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(fault_live(), blocks);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Also where the driver's own 0 to 4 are closed, so that the pipes land on the numbers to be filled. */
static void test_low_descriptors(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        for (int fd = 0; fd < 16; fd++)
            close(fd);
        struct trial_result result = play("shows", &plain, NULL);
        bool good =
            result.outcome == OUTCOME_OK && output_has(&result, "null=1") && output_has(&result, "fds=5\n");
        _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct trial_request request;
    request_make(&request);
    setenv(ROLE, "ok", 1);
    long blocks = fault_live();
    int descriptors = open_descriptors();
    bool fired = true;
    for (size_t after = 0; fired; after++) {
        struct trial_result result;
        struct error error = {""};
        fault_arm(after, false);
        bool done = trial_run(&request, &plain, NULL, &result, &error);
        fired = fault_disarm();
        if (done)
            trial_result_free(&result);
        else
            assert_true(error.text[0] != '\0' && fired && result.page == NULL);
        assert_int_equal(fault_live(), blocks);
    }
    assert_int_equal(open_descriptors(), descriptors);
    unsetenv(ROLE);
}

int main(void)
{
    const char *role = getenv(ROLE);
    if (role != NULL)
        return worker_main(role);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ok),
        cmocka_unit_test(test_every_end),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_a_flood_does_not_stop_the_clock),
        cmocka_unit_test(test_resident_limit),
        cmocka_unit_test(test_the_last_of_the_output_is_kept),
        cmocka_unit_test(test_no_grandchild_is_left),
        cmocka_unit_test(test_interruption),
        cmocka_unit_test(test_surroundings),
        cmocka_unit_test(test_what_cannot_be_started),
        cmocka_unit_test(test_nothing_leaks),
        cmocka_unit_test(test_low_descriptors),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
