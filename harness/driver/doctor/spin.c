/* spin.c - see doctor_spin.h. */
#include "harness/driver/doctor/spin.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum { SPIN_MS = 20, PIECES = 60, TRIES = 2, CALIBRATION_STEPS = 1 << 16 };

uint64_t spin_clock_ns(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Each step needs the one before, so that the time is that of so many multiplications, however wide the
 * processor is. */
static void spin(uint64_t steps)
{
    uint64_t state = steps;
    for (uint64_t i = 0; i < steps; i++)
        state = state * UINT64_C(6364136223846793005) + 1;
    /* The result is used, so that the loop stays. */
    __asm__ volatile("" : : "r"(state));
}

static void *spin_thread(void *steps)
{
    spin(*(const uint64_t *)steps);
    return NULL;
}

/* Steps that take about 1 ms: by the fastest of a few short pieces, as a disturbance only makes one slower.
 */
static uint64_t steps_per_ms(void)
{
    uint64_t best_ns = UINT64_MAX;
    for (unsigned i = 0; i < 8; i++) {
        uint64_t start_ns = spin_clock_ns();
        spin(CALIBRATION_STEPS);
        uint64_t took_ns = spin_clock_ns() - start_ns;
        if (took_ns > 0 && took_ns < best_ns)
            best_ns = took_ns;
    }
    uint64_t steps = (uint64_t)CALIBRATION_STEPS * 1000000u / best_ns;
    return steps > 0 ? steps : 1;
}

/* Starts a thread on a processor, or anywhere if cpu is negative. */
static bool start_on(int cpu, uint64_t *steps, pthread_t *thread)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool good = true;
    if (cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        good = cpu < CPU_SETSIZE;
        if (good) {
            CPU_SET((size_t)cpu, &set);
            good = pthread_attr_setaffinity_np(&attributes, sizeof set, &set) == 0;
        }
    }
    good = good && pthread_create(thread, &attributes, spin_thread, steps) == 0;
    pthread_attr_destroy(&attributes);
    return good;
}

/* Wall time of `count` (1 or 2) threads spinning `steps` each; 0 if one could not be started. */
static uint64_t spin_threads_ns(unsigned count, const int cpus[2], uint64_t steps)
{
    pthread_t threads[2];
    unsigned started = 0;
    uint64_t start_ns = spin_clock_ns();
    while (started < count && start_on(cpus[started], &steps, &threads[started]))
        started++;
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started == count ? spin_clock_ns() - start_ns : 0;
}

/* Keeps the smallest time that is one: a disturbance only adds. */
static void keep_faster(uint64_t *kept_ns, uint64_t took_ns)
{
    if (took_ns > 0 && (*kept_ns == 0 || took_ns < *kept_ns))
        *kept_ns = took_ns;
}

static double speedup(uint64_t one_ns, uint64_t two_ns)
{
    return two_ns > 0 ? 2.0 * (double)one_ns / (double)two_ns : 0;
}

void spin_speedups(const int pin[2], double *unbound, double *pinned)
{
    const int anywhere[2] = {-1, -1};
    bool two = pin[0] >= 0 && pin[1] >= 0;
    uint64_t steps = SPIN_MS * steps_per_ms();
    uint64_t one_ns = 0, unbound_ns = 0, pinned_ns = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        keep_faster(&one_ns, spin_threads_ns(1, pin, steps));
        keep_faster(&unbound_ns, spin_threads_ns(2, anywhere, steps));
        if (two)
            keep_faster(&pinned_ns, spin_threads_ns(2, pin, steps));
    }
    *unbound = speedup(one_ns, unbound_ns);
    *pinned = speedup(one_ns, pinned_ns);
}

static int by_size(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

double spin_unsteadiness(void)
{
    uint64_t steps = steps_per_ms(), took_ns[PIECES];
    for (unsigned i = 0; i < PIECES; i++) {
        uint64_t start_ns = spin_clock_ns();
        spin(steps);
        took_ns[i] = spin_clock_ns() - start_ns;
    }
    qsort(took_ns, PIECES, sizeof took_ns[0], by_size);
    uint64_t fast_ns = took_ns[PIECES / 10], slow_ns = took_ns[PIECES - 1 - PIECES / 10];
    return fast_ns > 0 ? (double)slow_ns / (double)fast_ns : 0;
}
