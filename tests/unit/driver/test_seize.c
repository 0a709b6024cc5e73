/* test_seize.c - threads of another process are held, looked at, and let go as if nothing had been. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/trial/seize.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, PATIENCE_MS = 2000 };

static struct seizure seizure;

static void *sleep_on(void *unused)
{
    for (;;)
        pause();
    return unused;
}

typedef void act(void);

/* A child that says when it is ready. */
static pid_t start(act *play)
{
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        if (dup2(ends[1], STDIN_FILENO) == STDIN_FILENO)
            play();
        _exit(9);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    return child;
}

static void tell_ready(void)
{
    if (write(STDIN_FILENO, "r", 1) != 1)
        _exit(8);
}

static void wait_with_threads(void)
{
    pthread_t thread;
    for (int i = 1; i < THREADS; i++)
        if (pthread_create(&thread, NULL, sleep_on, NULL) != 0)
            _exit(7);
    tell_ready();
    (void)sleep_on(NULL);
}

static void wait_for_a_signal(void)
{
    sigset_t wanted;
    int got;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &wanted, NULL);
    tell_ready();
    _exit(sigwait(&wanted, &got) == 0 && got == SIGUSR1 ? 0 : 6);
}

/* The kernel holds it until its child is gone, and heeds nothing but SIGKILL. */
static void wait_in_a_vfork(void)
{
    (void)setpgid(0, 0); /* so that both can be ended */
    /* NOLINTBEGIN(clang-analyzer-*): the wait of vfork() is what is wanted */
    if (vfork() == 0) {
        (void)!write(STDIN_FILENO, "r", 1);
        (void)syscall(SYS_pause);
        _exit(0);
    }
    /* NOLINTEND(clang-analyzer-*) */
}

/* Whether waitid() tells the end of the process, and leaves it to be reaped. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid &&
           info.si_code != CLD_TRAPPED;
}

static void expect_killed(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void every_thread_is_held(void **unused)
{
    (void)unused;
    pid_t child = start(wait_with_threads);
    assert_true(seize(&seizure, child, PATIENCE_MS));
    assert_int_equal(seizure.alive, THREADS);
    assert_int_equal(seizure.count, THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        struct registers registers = {0};
        assert_true(seizure.threads[i].stopped);
        assert_true(seized_registers(&seizure.threads[i], &registers));
        assert_true(registers.pc != 0);
    }
    seizure_release(&seizure);
    assert_int_equal(seizure.count, 0);
    kill(child, SIGKILL);
    expect_killed(child);
}

static void who_is_let_go_goes_on(void **unused)
{
    (void)unused;
    pid_t child = start(wait_for_a_signal);
    assert_true(seize(&seizure, child, PATIENCE_MS));
    kill(child, SIGUSR1);
    assert_false(has_ended(child));
    seizure_release(&seizure);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* However it dies while it is held, its end can be seen, and is left to who waits for it. */
static void who_is_killed_while_held_can_be_reaped(void **unused)
{
    (void)unused;
    pid_t child = start(wait_with_threads);
    assert_true(seize(&seizure, child, PATIENCE_MS));
    kill(child, SIGKILL);
    while (!has_ended(child)) {
        seizure_release(&seizure);
        usleep(1000);
    }
    expect_killed(child);
}

static void who_cannot_be_stopped_is_not_waited_for(void **unused)
{
    (void)unused;
    pid_t child = start(wait_in_a_vfork);
    assert_true(seize(&seizure, child, 50));
    assert_int_equal(seizure.alive, 1);
    assert_false(seizure.threads[0].stopped);
    seizure_release(&seizure);
    assert_int_equal(seizure.count, 1);
    kill(-child, SIGKILL);
    while (!has_ended(child)) {
        seizure_release(&seizure);
        usleep(1000);
    }
    expect_killed(child);
}

static void who_is_gone_is_not_held(void **unused)
{
    (void)unused;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(seize(&seizure, child, PATIENCE_MS));
    seizure_release(&seizure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* who forks under them waits otherwise  \
                                                                     */
        cmocka_unit_test(every_thread_is_held),
        cmocka_unit_test(who_is_let_go_goes_on),
        cmocka_unit_test(who_is_killed_while_held_can_be_reaped),
        cmocka_unit_test(who_cannot_be_stopped_is_not_waited_for),
#endif
        cmocka_unit_test(who_is_gone_is_not_held),
    };
    (void)every_thread_is_held;
    (void)who_is_let_go_goes_on;
    (void)who_is_killed_while_held_can_be_reaped;
    (void)who_cannot_be_stopped_is_not_waited_for;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
