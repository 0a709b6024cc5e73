/* pool.c - see pool.h. */
#include "strategies/pool.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CACHE_LINE_BYTES = 64, SPINS_PER_CLOCK = 64, POLITE_NS = 20000 };

/* A number that only grows; threads wait until it leaves the value they know. On a cache line of its own. */
struct gate {
    _Alignas(CACHE_LINE_BYTES) atomic_uint value;
    atomic_uint sleepers;
};

struct job {
    pool_work *work; /* NULL: the pool ends */
    void *context;
    struct strategy_run *run;
    enum strategy_phase phase;
};

/* One worker's own cache lines. */
struct worker {
    _Alignas(CACHE_LINE_BYTES) struct pool *pool;
    pthread_t thread;
    unsigned number;
    enum strategy_status status;
    cpu_set_t cpus; /* where it may run */
};

struct pool {
    const struct strategy_setup *setup;
    enum pool_kind kind;
    unsigned threads; /* that exist, without the caller */
    uint64_t spin_ns;
    struct job job; /* written before start opens, read after */
    struct gate start, finish;
    _Alignas(CACHE_LINE_BYTES) atomic_uint pending; /* threads that have not finished */
    struct worker workers[];
};

const char *const pool_kind_names[] = {"spawn", "park", "spin", NULL};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void futex(atomic_uint *word, int operation, unsigned value)
{
    syscall(SYS_futex, (unsigned *)word, operation, value, NULL, NULL, 0);
}

/*
 * Whether the gate left `seen` within the time. After POLITE_NS of nothing but spinning it offers its
 * processor to others between looks: where nothing binds threads, whoever is waited for may be queued behind
 * the one that waits.
 */
static bool gate_spin(struct gate *gate, unsigned seen, uint64_t spin_ns, uint64_t (*clock_ns)(void))
{
    uint64_t begin_ns = 0;
    for (;;) {
        for (int i = 0; i < SPINS_PER_CLOCK; i++) {
            if (atomic_load_explicit(&gate->value, memory_order_acquire) != seen)
                return true;
            relax();
        }
        uint64_t now_ns = clock_ns();
        if (begin_ns == 0)
            begin_ns = now_ns;
        else if (now_ns - begin_ns >= spin_ns)
            return false;
        else if (now_ns - begin_ns >= POLITE_NS)
            sched_yield();
    }
}

static void gate_wait(struct gate *gate, unsigned seen, uint64_t spin_ns, uint64_t (*clock_ns)(void))
{
    if (spin_ns > 0 && gate_spin(gate, seen, spin_ns, clock_ns))
        return;
    /* Sequentially consistent against gate_open(): either it sees the sleeper, or the sleeper sees the new
     * value. */
    atomic_fetch_add(&gate->sleepers, 1);
    while (atomic_load(&gate->value) == seen)
        futex(&gate->value, FUTEX_WAIT_PRIVATE, seen);
    atomic_fetch_sub(&gate->sleepers, 1);
}

static void gate_open(struct gate *gate)
{
    atomic_fetch_add(&gate->value, 1);
    if (atomic_load(&gate->sleepers) > 0)
        futex(&gate->value, FUTEX_WAKE_PRIVATE, INT32_MAX);
}

static void mark(const struct pool *pool, unsigned number, enum strategy_phase phase)
{
    if (pool->job.run == NULL)
        return;
    if (number == 0)
        phase_enter(pool->job.run, pool->setup, phase);
    else
        phase_mark(pool->job.run, number, phase);
}

static void work_as(struct pool *pool, unsigned number)
{
    mark(pool, number, pool->job.phase);
    pool->workers[number].status = pool->job.work(pool->job.context, number);
    mark(pool, number, number == 0 ? PHASE_HANDOFF : PHASE_NONE);
}

static void thread_started(struct worker *self)
{
    const struct strategy_setup *setup = self->pool->setup;
    if (setup->worker_started != NULL)
        setup->worker_started(setup->harness, self->number);
}

/* The last thread to finish lets the caller go on. */
static void thread_finished(struct pool *pool)
{
    if (atomic_fetch_sub(&pool->pending, 1) == 1)
        gate_open(&pool->finish);
}

static void note_cpus(struct worker *self)
{
    CPU_ZERO(&self->cpus);
    /* It fails on machines with more processors than the set can name: not the ones that are short of them.
     */
    if (sched_getaffinity(0, sizeof self->cpus, &self->cpus) != 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            CPU_SET(cpu, &self->cpus);
}

/* A thread that lives as long as the pool. */
static void *standing_thread(void *argument)
{
    struct worker *self = argument;
    struct pool *pool = self->pool;
    thread_started(self);
    note_cpus(self);
    thread_finished(pool);
    uint64_t spin_ns = 0; /* not known before the first job */
    for (unsigned seen = 0;; seen++) {
        gate_wait(&pool->start, seen, spin_ns, pool->setup->now_ns);
        if (pool->job.work == NULL)
            return NULL;
        spin_ns = pool->spin_ns;
        work_as(pool, self->number);
        thread_finished(pool);
    }
}

/* A thread that lives for one job. */
static void *spawned_thread(void *argument)
{
    struct worker *self = argument;
    thread_started(self);
    work_as(self->pool, self->number);
    return NULL;
}

/* Whether the workers may run on fewer processors than there are workers: then who spins keeps the others
 * from work. */
static bool pool_crowded(struct pool *pool)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    note_cpus(&pool->workers[0]);
    for (unsigned i = 0; i < pool->setup->workers; i++)
        CPU_OR(&cpus, &cpus, &pool->workers[i].cpus);
    return (unsigned)CPU_COUNT(&cpus) < pool->setup->workers;
}

static enum strategy_status pool_start_threads(struct pool *pool, void *(*run)(void *))
{
    while (pool->threads + 1 < pool->setup->workers) {
        struct worker *worker = &pool->workers[pool->threads + 1];
        if (pthread_create(&worker->thread, NULL, run, worker) != 0)
            return STRATEGY_NO_THREAD;
        pool->threads++;
    }
    return STRATEGY_OK;
}

static void pool_join_threads(struct pool *pool)
{
    for (; pool->threads > 0; pool->threads--)
        pthread_join(pool->workers[pool->threads].thread, NULL);
}

static enum strategy_status pool_start_standing(struct pool *pool)
{
    unsigned seen = atomic_load(&pool->finish.value);
    atomic_store(&pool->pending, pool->setup->workers - 1);
    enum strategy_status status = pool_start_threads(pool, standing_thread);
    if (status != STRATEGY_OK)
        return status;
    gate_wait(&pool->finish, seen, pool->spin_ns, pool->setup->now_ns);
    pool->spin_ns = pool->kind == POOL_SPIN && !pool_crowded(pool) ? POOL_SPIN_NS : 0;
    return STRATEGY_OK;
}

enum strategy_status pool_open(const struct strategy_setup *setup, enum pool_kind kind, struct pool **pool)
{
    size_t bytes = sizeof(struct pool) + setup->workers * sizeof(struct worker);
    struct pool *made = aligned_alloc(CACHE_LINE_BYTES, bytes);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    *made = (struct pool){.setup = setup, .kind = kind};
    for (unsigned i = 0; i < setup->workers; i++)
        made->workers[i] = (struct worker){.pool = made, .number = i};
    if (setup->workers > 1 && kind != POOL_SPAWN && setup->alone == NULL) {
        enum strategy_status status = pool_start_standing(made);
        if (status != STRATEGY_OK) {
            pool_close(made);
            return status;
        }
    }
    *pool = made;
    return STRATEGY_OK;
}

void pool_close(struct pool *pool)
{
    if (pool == NULL)
        return;
    pool->job = (struct job){.work = NULL};
    gate_open(&pool->start);
    pool_join_threads(pool);
    free(pool);
}

static void run_standing(struct pool *pool)
{
    unsigned seen = atomic_load(&pool->finish.value);
    atomic_store(&pool->pending, pool->threads);
    gate_open(&pool->start);
    work_as(pool, 0);
    gate_wait(&pool->finish, seen, pool->spin_ns, pool->setup->now_ns);
}

static enum strategy_status run_spawned(struct pool *pool)
{
    enum strategy_status status = pool_start_threads(pool, spawned_thread);
    if (status == STRATEGY_OK)
        work_as(pool, 0);
    pool_join_threads(pool);
    return status;
}

/* All parts on this thread, in turn. */
static void run_alone(struct pool *pool, struct strategy_alone *alone)
{
    uint64_t longest_ns = 0, begin_ns = pool->setup->now_ns();
    for (unsigned i = 0; i < pool->setup->workers; i++) {
        work_as(pool, i);
        uint64_t end_ns = pool->setup->now_ns(), part_ns = end_ns - begin_ns;
        alone->parts_ns += part_ns;
        longest_ns = part_ns > longest_ns ? part_ns : longest_ns;
        begin_ns = end_ns;
    }
    alone->longest_ns += longest_ns;
    alone->jobs++;
}

enum strategy_status pool_run(struct pool *pool, struct strategy_run *run, enum strategy_phase phase,
                              pool_work *work, void *context)
{
    pool->job = (struct job){.work = work, .context = context, .run = run, .phase = phase};
    mark(pool, 0, PHASE_HANDOFF);
    enum strategy_status status = STRATEGY_OK;
    if (pool->setup->workers == 1)
        work_as(pool, 0);
    else if (pool->setup->alone != NULL)
        run_alone(pool, pool->setup->alone);
    else if (pool->kind == POOL_SPAWN)
        status = run_spawned(pool);
    else
        run_standing(pool);
    for (unsigned i = 0; status == STRATEGY_OK && i < pool->setup->workers; i++)
        status = pool->workers[i].status;
    return status;
}

static enum strategy_status idle_work(void *context, unsigned worker)
{
    (void)context;
    (void)worker;
    return STRATEGY_OK;
}

void pool_rouse(struct pool *pool)
{
    if (pool->spin_ns > 0)
        (void)pool_run(pool, NULL, PHASE_NONE, idle_work, NULL);
}
