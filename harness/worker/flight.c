/* flight.c - see flight.h. */
#include "harness/worker/flight.h"

#include "harness/worker/clock.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { STACK_BYTES = 32 << 10, WITNESS_WAIT_MS = 5000 };

static const int recorded_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

/* A signal handler is given no context of ours, so these three are the only mutable globals of the worker. */
static struct trial_page *black_box;
static int alarm_fd = -1;
static atomic_flag crashed = ATOMIC_FLAG_INIT;

#ifdef __SANITIZE_ADDRESS__
/*
 * ASan gives each thread a signal stack, and when the thread ends unmaps whatever is in its place by then,
 * which is one of ours. What it reports is to end in a signal, with stacks for whoever looks on, and not in a
 * mere exit. The name is that of its interface.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "use_sigaltstack=0:abort_on_error=1";
}

/* UBSan, built in with ASan here, reads options of its own. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "abort_on_error=1";
}
#endif

static void read_registers(const ucontext_t *context, struct trial_page *page)
{
#if defined __x86_64__
    /* By DWARF number (System V ABI, AMD64, figure 3.36). */
    static const int order[PAGE_REGISTERS] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                              REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                              REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
    for (size_t i = 0; i < PAGE_REGISTERS; i++)
        page->crash_registers[i] = (uint64_t)context->uc_mcontext.gregs[order[i]];
    page->crash_ip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    page->crash_sp = (uint64_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined __aarch64__
    for (size_t i = 0; i + 1 < PAGE_REGISTERS; i++)
        page->crash_registers[i] = context->uc_mcontext.regs[i];
    page->crash_registers[PAGE_REGISTERS - 1] = context->uc_mcontext.sp;
    page->crash_ip = context->uc_mcontext.pc;
    page->crash_sp = context->uc_mcontext.sp;
#else
    (void)context;
    page->crash_ip = page->crash_sp = 0;
#endif
}

static void record(struct trial_page *page, int signal, const siginfo_t *info, const ucontext_t *context)
{
    page->crash_code = info->si_code;
    page->crash_tid = (uint32_t)gettid();
    page->crash_address = (uint64_t)(uintptr_t)info->si_addr;
    read_registers(context, page);
    page->crash_ns = clock_now_ns();
    page->crash_signal = (uint32_t)signal; /* last: it says that the rest is there */
}

/*
 * Sends the signal again, with its own siginfo, to its own thread: blocked while the handler runs, it strikes
 * when the handler returns, at the instruction that caused it. Returning alone would not do: after a trap, or
 * when another thread has meanwhile mapped the page, the program would simply go on.
 */
static void strike_again(int signal, siginfo_t *info)
{
    struct sigaction by_default;
    memset(&by_default, 0, sizeof by_default);
    by_default.sa_handler = SIG_DFL;
    sigaction(signal, &by_default, NULL);
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), signal, info) != 0)
        syscall(SYS_tgkill, getpid(), gettid(), signal);
}

/* Calls the driver and stands still, stacks as they were, until it has looked; but not for ever. */
static void await_witness(const struct trial_page *page)
{
    const struct timespec pause_ms = {.tv_nsec = 1000000};
    /* Not heard, it costs time: the driver looks at the page now and then anyway. */
    if (page->witness_comes != 0)
        (void)!write(alarm_fd, "\n", 1);
    for (int i = 0; i < WITNESS_WAIT_MS && page->witness_comes != 0 && page->witness_done == 0; i++)
        nanosleep(&pause_ms, NULL);
}

static void on_crash(int signal, siginfo_t *info, void *context)
{
    if (atomic_flag_test_and_set(&crashed))
        for (;;)
            pause(); /* another thread was first, and is about to end the process */
    record(black_box, signal, info, context);
    await_witness(black_box);
    strike_again(signal, info);
}

bool flight_record(struct trial_page *page, int fd, struct error *error)
{
    black_box = page;
    alarm_fd = fd;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof recorded_signals / sizeof recorded_signals[0]; i++)
        if (sigaction(recorded_signals[i], &action, NULL) != 0)
            return error_errno(error, "cannot watch for signal %d", recorded_signals[i]);
    return true;
}

bool flight_stacks_map(struct flight_stacks *stacks, unsigned count, struct error *error)
{
    long minimum = sysconf(_SC_SIGSTKSZ); /* grows with the registers that the machine has to save */
    stacks->size = minimum > STACK_BYTES ? ((size_t)minimum + 4095) & ~(size_t)4095 : STACK_BYTES;
    stacks->count = count;
    void *bytes = mmap(NULL, stacks->size * count, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    stacks->bytes = bytes == MAP_FAILED ? NULL : bytes;
    return stacks->bytes != NULL || error_errno(error, "no memory for %u signal stacks", count);
}

void flight_stacks_unmap(struct flight_stacks *stacks)
{
    if (stacks->bytes == NULL)
        return;
    const stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(stacks->bytes, stacks->size * stacks->count);
    stacks->bytes = NULL;
}

bool flight_use_stack(const struct flight_stacks *stacks, unsigned worker)
{
    const stack_t own = {.ss_sp = stacks->bytes + stacks->size * (worker % stacks->count),
                         .ss_size = stacks->size};
    return sigaltstack(&own, NULL) == 0;
}
