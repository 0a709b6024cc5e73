/* control.c - see control.h. */
#include "harness/worker/control.h"

#include "harness/worker/clock.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CONTROL_STEPS = 400000, CONTROL_STACK_BYTES = 64 << 10 };

struct gate {
    const struct binding *binding;
    atomic_uint arrived;
    atomic_uint expected; /* 0 until it is known how many threads there are */
};

struct spinner {
    struct gate *gate;
    unsigned worker;
    bool pinned;
    uint64_t start_ns, end_ns;
    uint64_t result; /* kept, so that the arithmetic is not optimised away */
    pthread_t thread;
};

/* A chain of dependent steps: no memory, and no more than one of them at a time in the processor. */
static uint64_t spin(uint64_t x)
{
    for (int i = 0; i < CONTROL_STEPS; i++)
        x = (x ^ (x >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return x;
}

static void *run_spinner(void *argument)
{
    struct spinner *spinner = argument;
    struct gate *gate = spinner->gate;
    spinner->pinned = bind_pin(gate->binding, spinner->worker);
    atomic_fetch_add(&gate->arrived, 1);
    while (atomic_load(&gate->expected) == 0 || atomic_load(&gate->arrived) < atomic_load(&gate->expected))
        ;
    spinner->start_ns = clock_now_ns();
    spinner->result = spin(spinner->worker + UINT64_C(1));
    spinner->end_ns = clock_now_ns();
    return NULL;
}

/* Starts the spinners, lets them go together, and joins them. false if one could not be started or pinned. */
static bool run_together(struct gate *gate, struct spinner *spinners, unsigned threads,
                         const pthread_attr_t *attributes)
{
    unsigned started = 0;
    for (; started < threads; started++) {
        spinners[started] = (struct spinner){.gate = gate, .worker = started};
        if (pthread_create(&spinners[started].thread, attributes, run_spinner, &spinners[started]) != 0)
            break;
    }
    atomic_store(&gate->expected, started);
    bool good = started == threads;
    for (unsigned i = 0; i < started; i++) {
        pthread_join(spinners[i].thread, NULL);
        good = good && spinners[i].pinned;
    }
    return good;
}

/* From the first start to the last end. */
static uint64_t spread_ns(const struct spinner *spinners, unsigned threads)
{
    uint64_t start = UINT64_MAX, end = 0;
    for (unsigned i = 0; i < threads; i++) {
        start = spinners[i].start_ns < start ? spinners[i].start_ns : start;
        end = spinners[i].end_ns > end ? spinners[i].end_ns : end;
    }
    return end > start ? end - start : 1;
}

static bool time_spinners(const struct binding *binding, unsigned threads, uint64_t *ns)
{
    struct spinner spinners[BIND_CPUS_MAX];
    struct gate gate = {.binding = binding};
    pthread_attr_t attributes;
    if (threads > BIND_CPUS_MAX || pthread_attr_init(&attributes) != 0)
        return false;
    bool good = pthread_attr_setstacksize(&attributes, CONTROL_STACK_BYTES) == 0 &&
                run_together(&gate, spinners, threads, &attributes);
    pthread_attr_destroy(&attributes);
    if (good)
        *ns = spread_ns(spinners, threads);
    return good;
}

unsigned control_threads(const struct binding *binding, unsigned workers)
{
    return workers < binding->count ? workers : binding->count;
}

bool control_spin(const struct binding *binding, unsigned threads, double *speedup)
{
    uint64_t alone_ns, together_ns;
    /* All first: the clock of the processors has risen by the time that one spins alone. */
    if (!time_spinners(binding, threads, &together_ns) || !time_spinners(binding, 1, &alone_ns))
        return false;
    *speedup = (double)threads * (double)alone_ns / (double)together_ns;
    return true;
}
