/*
 * test_marks.c - between the marks of a sample the harness makes no system call and no allocation.
 *
 * The very function that times an insertion runs in a child under a seccomp filter that ends the child on any
 * system call, and with the allocation counter read before and after.
 */
#include "harness/worker/clock.h"
#include "harness/worker/sample.h"
#include "strategies/registry.h"
#include "tests/support/fault.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SAMPLES = 1000, DONE = 7, ALLOCATED = 8 };

/* From here on every system call but the last one ends the process by SIGSYS. */
static void forbid_system_calls(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof rules[0], .filter = rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(1);
}

static enum strategy_status insert_with_a_call(void *state, void *space, const struct batch *batch,
                                               struct strategy_run *run)
{
    (void)state;
    (void)space;
    (void)batch;
    (void)run;
    return getppid() > 0 ? STRATEGY_OK : STRATEGY_FAILED;
}

static enum strategy_status insert_with_memory(void *state, void *space, const struct batch *batch,
                                               struct strategy_run *run)
{
    (void)space;
    (void)batch;
    (void)run;
    *(void **)state = malloc(16);
    return STRATEGY_OK;
}

/* How a child ended that took samples of the strategy. */
static int take_samples(const struct strategy *strategy)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static struct strategy_progress progress[1];
        static uint64_t phase_ns[PHASE_COUNT];
        const struct batch batch = {0};
        void *kept = NULL;
        uint64_t ns = clock_now_ns(); /* binds the symbol */
        long live = fault_live();
        forbid_system_calls();
        for (int i = 0; i < SAMPLES; i++)
            if (sample_insert(strategy, &kept, NULL, &batch, progress, i % 8 == 0 ? phase_ns : NULL, &ns) !=
                STRATEGY_OK)
                break;
        syscall(SYS_exit_group, fault_live() == live ? DONE : ALLOCATED);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void nothing_is_called(void **unused)
{
    (void)unused;
    int status = take_samples(strategy_find("nothing"));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), DONE);
}

/* The two checks can fail. */
static void a_system_call_is_seen(void **unused)
{
    (void)unused;
    struct strategy calling = *strategy_find("nothing");
    calling.insert = insert_with_a_call;
    int status = take_samples(&calling);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void an_allocation_is_seen(void **unused)
{
    (void)unused;
    struct strategy allocating = *strategy_find("nothing");
    allocating.insert = insert_with_memory;
    int status = take_samples(&allocating);
    assert_true(WIFEXITED(status) ? WEXITSTATUS(status) == ALLOCATED : WTERMSIG(status) == SIGSYS);
}

int main(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_system_call_is_seen)};
    (void)nothing_is_called; /* the sanitizers' own runtime makes calls of its own */
    (void)an_allocation_is_seen;
#else
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_called),
        cmocka_unit_test(a_system_call_is_seen),
        cmocka_unit_test(an_allocation_is_seen),
    };
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
