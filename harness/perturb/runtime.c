/* runtime.c - see runtime.h: arming, the threads' streams, and how a thread gives way. */
#include "harness/perturb/runtime.h"

#include "harness/perturb/point.h"
#include "harness/worker/clock.h"

#include <errno.h>
#include <math.h>
#include <sched.h>

/* One in so many spins for a while and stays on its core: two threads on two cores, alone there, slide past
 * each other only so, because to them a yield is no more than a short system call. */
enum { SPIN_ONE_IN = 8, SPIN_NS = 2048 };

#define NEVER UINT64_MAX

_Thread_local struct perturb_stream perturb_stream PERTURB_INITIAL_EXEC;
_Atomic uint64_t perturb_epoch; /* counts calls of arm and disarm */

/* What the present arming asks for; each a word of its own, since threads may join while it changes. */
static _Atomic uint64_t armed_seed;
static _Atomic uint32_t armed_one_in;
static _Atomic uint32_t threads_numbered;

void perturb_arm(uint64_t seed, uint32_t one_in)
{
    atomic_store(&armed_seed, seed);
    atomic_store(&armed_one_in, one_in);
    atomic_fetch_add(&perturb_epoch, 1); /* last: who sees it sees the rest */
}

void perturb_disarm(void)
{
    perturb_arm(0, 0);
}

void perturb_number_thread(uint32_t number)
{
    perturb_stream.number = number;
    perturb_stream.numbered = true;
    perturb_stream.epoch = NEVER; /* joins anew, with this number */
}

uint64_t perturb_yields(void)
{
    return perturb_stream.yields;
}

/*
 * Accesses until the next one that gives way, itself counted: geometric, by inversion of its distribution
 * function (L. Devroye, "Non-Uniform Random Variate Generation", 1986, X.2). One draw for each that gives
 * way, none for the rest.
 */
static uint64_t draw_gap(struct perturb_stream *stream)
{
    double uniform = ((double)(random_next(&stream->random) >> 11) + 0.5) * 0x1p-53;
    return 1 + (uint64_t)(log(uniform) * stream->gap_scale); /* below 2^38 for any one_in */
}

void perturb_join(void)
{
    struct perturb_stream *stream = &perturb_stream;
    stream->epoch =
        atomic_load(&perturb_epoch); /* first: what changes after it makes the thread join again */
    uint32_t one_in = atomic_load(&armed_one_in);
    if (one_in == 0) {
        stream->accesses = NEVER;
        return;
    }
    if (!stream->numbered) {
        stream->number = atomic_fetch_add(&threads_numbered, 1);
        stream->numbered = true;
    }
    stream->yields = 0;
    stream->random = random_of(atomic_load(&armed_seed), stream->number);
    stream->gap_scale = 1 / log1p(-1.0 / one_in);
    stream->accesses = draw_gap(stream);
}

static void spin(uint64_t spin_ns)
{
    uint64_t since_ns = clock_now_ns();
    while (clock_now_ns() - since_ns < spin_ns)
        ;
}

void perturb_give_way(void)
{
    struct perturb_stream *stream = &perturb_stream;
    int saved = errno;
    stream->accesses = draw_gap(stream);
    stream->yields++;
    if (random_below(&stream->random, SPIN_ONE_IN) == 0)
        spin(random_below(&stream->random, SPIN_NS));
    else
        sched_yield();
    errno = saved;
}
