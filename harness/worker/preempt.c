/* preempt.c - see preempt.h. */
#include "harness/worker/preempt.h"

#include "harness/worker/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* The C library has the field, but before 2.41 no public name for it. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* sched_yield is a bare system call, which may be made in a handler. */
static void on_timer(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    if (info->si_code != SI_TIMER)
        return; /* somebody else's, and so is its pointer */
    int saved = errno;
    struct preempt_thread *thread = info->si_value.sival_ptr;
    atomic_fetch_add_explicit(&thread->yields, 1, memory_order_relaxed);
    sched_yield();
    errno = saved;
}

bool preempt_open(struct preempt *preempt, uint64_t period_us, unsigned thread_count, unsigned core_count,
                  struct error *error)
{
    if (period_us < PREEMPT_US_MIN || period_us > PREEMPT_US_MAX)
        return error_set(error, "a thread can be preempted every %d to %d microseconds, not every %" PRIu64,
                         PREEMPT_US_MIN, PREEMPT_US_MAX, period_us);
    if (thread_count < 1 || thread_count > PAGE_THREADS_MAX || core_count < 1)
        return error_set(error, "cannot preempt %u threads on %u cores: 1 to %d threads are possible",
                         thread_count, core_count, PAGE_THREADS_MAX);
    memset(preempt, 0, sizeof *preempt);
    preempt->thread_count = thread_count;
    unsigned threads_a_core = thread_count / core_count + (thread_count % core_count != 0);
    preempt->period_ns = period_us * 1000 * threads_a_core;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_timer;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    if (sigaction(SIGRTMIN, &action, NULL) != 0)
        return error_errno(error, "cannot handle the timers' signal");
    return true;
}

static bool create_timer(struct preempt_thread *thread)
{
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGRTMIN;
    event.sigev_value.sival_ptr = thread;
    event.sigev_notify_thread_id = gettid();
    /* Real time, not the thread's own: the kernel looks at processor-time timers only at its tick, every 1 to
     * 10 ms. */
    return timer_create(CLOCK_MONOTONIC, &event, &thread->timer) == 0;
}

bool preempt_start_thread(struct preempt *preempt, unsigned worker)
{
    if (worker >= preempt->thread_count) {
        errno = EINVAL;
        return false;
    }
    preempt_stop_thread(preempt, worker);
    struct preempt_thread *thread = &preempt->threads[worker];
    if (!create_timer(thread))
        return false;
    thread->running = true;
    const struct timespec period = {.tv_sec = (time_t)(preempt->period_ns / NS_PER_SECOND),
                                    .tv_nsec = (long)(preempt->period_ns % NS_PER_SECOND)};
    const struct itimerspec every = {.it_interval = period, .it_value = period};
    if (timer_settime(thread->timer, 0, &every, NULL) == 0)
        return true;
    int cause = errno;
    preempt_stop_thread(preempt, worker);
    errno = cause;
    return false;
}

void preempt_stop_thread(struct preempt *preempt, unsigned worker)
{
    if (worker >= preempt->thread_count || !preempt->threads[worker].running)
        return;
    timer_delete(preempt->threads[worker].timer); /* fails only for a timer that is not there */
    preempt->threads[worker].running = false;
}

void preempt_close(struct preempt *preempt)
{
    for (unsigned worker = 0; worker < preempt->thread_count; worker++)
        preempt_stop_thread(preempt, worker);
}

uint64_t preempt_yields(const struct preempt *preempt)
{
    uint64_t yields = 0;
    for (unsigned worker = 0; worker < preempt->thread_count; worker++)
        yields += atomic_load_explicit(&preempt->threads[worker].yields, memory_order_relaxed);
    return yields;
}
