/* seize.c - see seize.h. */
#include "harness/driver/trial/seize.h"

#include "harness/driver/trial/launch.h"

#include <dirent.h>
#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAUSE_US = 200 };

/* Stopping */

static bool is_held(const struct seizure *seizure, pid_t tid)
{
    for (unsigned i = 0; i < seizure->count; i++)
        if (seizure->threads[i].tid == tid)
            return true;
    return false;
}

static bool hold(struct seizure *seizure, pid_t tid)
{
    if (seizure->count == SEIZED_MAX || ptrace(PTRACE_SEIZE, tid, NULL, NULL) != 0)
        return false;
    seizure->threads[seizure->count++] = (struct seized_thread){.tid = tid};
    /* If it fails the thread is on its way out, which thread_look() will see. */
    (void)ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
    return true;
}

/* Seizes what is not yet held; returns how many threads that were. */
static unsigned hold_new(struct seizure *seizure)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)seizure->pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return 0;
    unsigned found = 0;
    seizure->alive = 0;
    for (const struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        pid_t tid = (pid_t)strtol(task->d_name, NULL, 10);
        if (tid <= 0)
            continue;
        seizure->alive++;
        found += !is_held(seizure, tid) && hold(seizure, tid);
    }
    (void)closedir(tasks);
    return found;
}

/* Looks, without waiting, whether a thread has stopped. Returns false if it is gone. */
static bool thread_look(const struct seizure *seizure, struct seized_thread *thread)
{
    /* The leader's end is that of the process: whoever waits for that must find it. */
    int ends = thread->tid == seizure->pid ? 0 : WEXITED;
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)thread->tid, &info, WSTOPPED | ends | __WALL | WNOHANG) != 0)
        return false;
    if (info.si_pid == 0)
        return true;
    if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED)
        return false;
    thread->stopped = true;
    thread->signal = info.si_status >> 8 == PTRACE_EVENT_STOP ? 0 : info.si_status & 0x7f;
    return true;
}

/* Forgets the threads that are gone; returns how many have not stopped yet. */
static unsigned look_at_all(struct seizure *seizure)
{
    unsigned kept = 0, running = 0;
    for (unsigned i = 0; i < seizure->count; i++) {
        struct seized_thread thread = seizure->threads[i];
        if (!thread.stopped && !thread_look(seizure, &thread))
            continue;
        running += !thread.stopped;
        seizure->threads[kept++] = thread;
    }
    seizure->count = kept;
    return running;
}

bool seize(struct seizure *seizure, pid_t pid, unsigned patience_ms)
{
    uint64_t until_ns = monotonic_ns() + patience_ms * UINT64_C(1000000);
    *seizure = (struct seizure){.pid = pid};
    /* A thread may start another before it stops, so there are passes until one finds nothing new. */
    while (hold_new(seizure) > 0)
        while (look_at_all(seizure) > 0) {
            if (monotonic_ns() >= until_ns)
                return true;
            (void)usleep(PAUSE_US);
        }
    return seizure->count > 0;
}

void seizure_release(struct seizure *seizure)
{
    unsigned kept = 0;
    (void)look_at_all(seizure);
    for (unsigned i = 0; i < seizure->count; i++) {
        struct seized_thread thread = seizure->threads[i];
        if (thread.stopped && ptrace(PTRACE_DETACH, thread.tid, NULL, (void *)(intptr_t)thread.signal) == 0)
            continue;
        /* Killed while it stood: its end is still to be taken, but for the leader's. */
        if (thread.stopped && thread.tid == seizure->pid)
            continue;
        thread.stopped = false;
        seizure->threads[kept++] = thread;
    }
    seizure->count = kept;
}

/* Registers */

#if defined __x86_64__
#define FIELD(name) offsetof(struct user_regs_struct, name)
/* By DWARF number (System V ABI, AMD64, figure 3.36). */
static const size_t fields[PAGE_REGISTERS] = {
    FIELD(rax), FIELD(rdx), FIELD(rcx), FIELD(rbx), FIELD(rsi), FIELD(rdi), FIELD(rbp), FIELD(rsp), FIELD(r8),
    FIELD(r9),  FIELD(r10), FIELD(r11), FIELD(r12), FIELD(r13), FIELD(r14), FIELD(r15), FIELD(rip)};

static void order(const struct user_regs_struct *user, struct registers *registers)
{
    for (size_t i = 0; i < PAGE_REGISTERS; i++)
        memcpy(&registers->by_number[i], (const char *)user + fields[i], sizeof registers->by_number[i]);
    registers->pc = user->rip;
}
#elif defined __aarch64__
static void order(const struct user_regs_struct *user, struct registers *registers)
{
    memcpy(registers->by_number, user->regs, sizeof user->regs);
    registers->by_number[PAGE_REGISTERS - 1] = user->sp;
    registers->pc = user->pc;
}
#endif

bool seized_registers(const struct seized_thread *thread, struct registers *registers)
{
#if defined __x86_64__ || defined __aarch64__
    struct user_regs_struct user;
    struct iovec room = {.iov_base = &user, .iov_len = sizeof user};
    if (!thread->stopped ||
        ptrace(PTRACE_GETREGSET, thread->tid, (void *)(uintptr_t)NT_PRSTATUS, &room) != 0 ||
        room.iov_len != sizeof user)
        return false;
    order(&user, registers);
    return true;
#else
    (void)thread;
    (void)registers;
    return false;
#endif
}
