/*
 * pool.h - the threads of a parallel strategy: one job at a time, done by every worker at once.
 *
 * Worker 0 is the calling thread, the others belong to the pool. How they are woken is the option `pool`:
 *   spawn  a thread is created for each job and joined after it
 *   park   threads sleep in the kernel between jobs
 *   spin   threads spin between jobs, and park when none comes for POOL_SPIN_NS, so that an idle pool burns
 * no core; where the workers have fewer processors than there are workers, they park at once Source: T1 to T3
 * of the dispatch variants in the domain facts, section 5; the time of a wake-up is in the limits of the
 * peers.
 */
#ifndef STRATEGIES_POOL_H
#define STRATEGIES_POOL_H

#include "strategies/strategy.h"

enum pool_kind { POOL_SPAWN, POOL_PARK, POOL_SPIN };

/* Several times what waking a parked thread costs, and still invisible in a second of idling. */
enum { POOL_SPIN_NS = 200000 };

/* The names of the kinds, NULL-ended, and the option that every parallel strategy declares. */
extern const char *const pool_kind_names[];
#define POOL_OPTION                                                                                          \
    {                                                                                                        \
        .name = "pool", .choices = pool_kind_names, .preset = POOL_SPIN,                                     \
        .sentence = "how workers wait for work: created anew, parked in the kernel, or spinning"             \
    }

struct pool;

/* What one worker does of a job. Runs on all workers at the same time. */
typedef enum strategy_status pool_work(void *context, unsigned worker);

/*
 * Makes a pool of setup->workers workers and waits until all of them have started. The setup must outlive it.
 * Errors: STRATEGY_NO_MEMORY, STRATEGY_NO_THREAD.
 */
enum strategy_status pool_open(const struct strategy_setup *setup, enum pool_kind kind, struct pool **pool);

/* Ends and joins the threads. NULL is allowed. */
void pool_close(struct pool *pool);

/*
 * Wakes spinning workers that have parked meanwhile, and waits for them; other kinds have nothing to do. For
 * create(), which is not timed: with pool=spin a batch finds its workers awake, however long the check before
 * it took.
 */
void pool_rouse(struct pool *pool);

/*
 * Runs work(context, worker) on every worker, and returns when the last has finished. Every worker is marked
 * with the phase while it works; what worker 0 spends on waking the others and waiting for them is
 * PHASE_HANDOFF. run may be NULL (no marks). Everything written before is seen by the workers, and everything
 * they wrote by the caller after. Errors: that of the lowest worker that had one; STRATEGY_NO_THREAD (spawn:
 * some workers did nothing then).
 * With setup->alone there are no threads: the caller does every worker's part, one behind the other, and adds
 * up what they take.
 */
enum strategy_status pool_run(struct pool *pool, struct strategy_run *run, enum strategy_phase phase,
                              pool_work *work, void *context);

/* The part of count items that a worker has: items from .. to - 1. Parts are contiguous and differ by one at
 * most. */
struct pool_span {
    size_t from, to;
};

static inline struct pool_span pool_span(size_t count, unsigned worker, unsigned workers)
{
    size_t each = count / workers, over = count % workers;
    size_t before = worker < over ? worker : over;
    size_t from = worker * each + before;
    return (struct pool_span){from, from + each + (worker < over)};
}

#endif
