/*
 * preempt.h - forced preemption: a timer a thread, whose signal makes that thread yield wherever it is; for
 * code that cannot be compiled anew for harness/perturb/.
 *
 * A yield falls where the clock says and not at an access, so it is a weaker tool than perturbation; and it
 * slows the trial down, so such a trial is for crashes and checks only.
 */
#ifndef HARNESS_WORKER_PREEMPT_H
#define HARNESS_WORKER_PREEMPT_H

#include "harness/common/error.h"
#include "harness/common/trial_page.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Below 50 a thread hardly gets from one signal to the next: at 20, eighteen threads on two cores had not
 * done in 60 s what takes them 0.2 s undisturbed. */
enum { PREEMPT_US_MIN = 50, PREEMPT_US_MAX = 1000000 };

struct preempt_thread {
    timer_t timer;
    bool running;
    _Atomic uint64_t yields; /* written by the handler */
};

/* Must outlive the threads: a signal that is on its way when its timer is stopped still writes here. */
struct preempt {
    uint64_t period_ns;
    unsigned thread_count;
    struct preempt_thread threads[PAGE_THREADS_MAX];
};

/*
 * Makes ready for thread_count workers on core_count cores, and installs the handler of SIGRTMIN, for good: a
 * late signal would end a process without it. Interrupted system calls are started anew, but for those that
 * never are (nanosleep, poll). The period of each thread is period_us times the threads that share a core,
 * rounded up: the threads of a core wait for each other, and were each interrupted every period_us of real
 * time, none would get any further. Errors: false with a sentence: period not PREEMPT_US_MIN ..
 * PREEMPT_US_MAX, counts not 1 .. PAGE_THREADS_MAX.
 */
bool preempt_open(struct preempt *preempt, uint64_t period_us, unsigned thread_count, unsigned core_count,
                  struct error *error);

/*
 * From now on the calling thread, which is that worker, is interrupted. A timer left behind by an earlier
 * thread of the same number is deleted. Allocates nothing in this process. Errors: false with errno set;
 * EAGAIN when the user's limit of timers (RLIMIT_SIGPENDING) is reached.
 */
bool preempt_start_thread(struct preempt *preempt, unsigned worker);

/* That worker is interrupted no more. May be called by any thread, also when it never started or has ended.
 */
void preempt_stop_thread(struct preempt *preempt, unsigned worker);

/* None is interrupted any more. */
void preempt_close(struct preempt *preempt);

/* How often all workers together were made to yield. */
uint64_t preempt_yields(const struct preempt *preempt);

#endif
