/* test_pool.c - the threads of parallel strategies: everybody works once a job, errors come back, idle
 * threads park. */
#include "strategies/pool.h"
#include "tests/support/clock.h"
#include "tests/support/fault.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum { WORKERS_MAX = 8, JOBS = 200 };

static const unsigned worker_counts[] = {1, 2, 3, WORKERS_MAX};
enum { WORKER_COUNTS = sizeof worker_counts / sizeof worker_counts[0] };

struct witness {
    atomic_uint started[WORKERS_MAX];
    uint64_t plain[WORKERS_MAX]; /* written without atomics: the pool must order it */
    pthread_t threads[WORKERS_MAX];
    uint64_t input;
    enum strategy_status answers[WORKERS_MAX];
};

static void note_start(void *harness, unsigned worker)
{
    struct witness *witness = harness;
    atomic_fetch_add(&witness->started[worker], 1);
}

static struct strategy_setup setup_of(struct witness *witness, unsigned workers)
{
    return (struct strategy_setup){
        .workers = workers, .harness = witness, .worker_started = note_start, .now_ns = clock_ns};
}

static enum strategy_status count_work(void *context, unsigned worker)
{
    struct witness *witness = context;
    witness->plain[worker] += witness->input;
    witness->threads[worker] = pthread_self();
    return witness->answers[worker];
}

static struct pool *open_pool(const struct strategy_setup *setup, enum pool_kind kind)
{
    struct pool *pool = NULL;
    assert_int_equal(pool_open(setup, kind, &pool), STRATEGY_OK);
    assert_non_null(pool);
    return pool;
}

static void each_worker_works_once(enum pool_kind kind, unsigned workers)
{
    struct witness witness = {.input = 0};
    struct strategy_setup setup = setup_of(&witness, workers);
    struct pool *pool = open_pool(&setup, kind);
    uint64_t expected = 0;
    for (uint64_t job = 1; job <= JOBS; job++) {
        witness.input = job;
        expected += job;
        assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_OK);
        for (unsigned i = 0; i < workers; i++)
            assert_int_equal(witness.plain[i], expected);
    }
    assert_true(pthread_equal(witness.threads[0], pthread_self()));
    for (unsigned i = 1; i < workers; i++)
        assert_false(pthread_equal(witness.threads[i], pthread_self()));
    pool_close(pool);
    assert_int_equal(atomic_load(&witness.started[0]), 0);
    for (unsigned i = 1; i < workers; i++)
        assert_int_equal(atomic_load(&witness.started[i]), kind == POOL_SPAWN ? JOBS : 1);
}

static void test_each_worker_works_once(void **state)
{
    (void)state;
    for (int kind = POOL_SPAWN; kind <= POOL_SPIN; kind++)
        for (unsigned i = 0; i < WORKER_COUNTS; i++)
            each_worker_works_once((enum pool_kind)kind, worker_counts[i]);
}

static void test_lowest_error_comes_back(void **state)
{
    (void)state;
    for (int kind = POOL_SPAWN; kind <= POOL_SPIN; kind++) {
        struct witness witness = {.input = 1};
        witness.answers[2] = STRATEGY_NO_MEMORY;
        witness.answers[5] = STRATEGY_FAILED;
        struct strategy_setup setup = setup_of(&witness, WORKERS_MAX);
        struct pool *pool = open_pool(&setup, (enum pool_kind)kind);
        assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_NO_MEMORY);
        witness.answers[2] = STRATEGY_OK;
        assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_FAILED);
        witness.answers[5] = STRATEGY_OK;
        assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_OK);
        pool_close(pool);
    }
}

struct phase_witness {
    struct strategy_run *run;
    uint32_t seen[WORKERS_MAX];
};

static enum strategy_status read_phase(void *context, unsigned worker)
{
    struct phase_witness *witness = context;
    witness->seen[worker] = witness->run->progress[worker].phase;
    return STRATEGY_OK;
}

static void test_workers_are_marked(void **state)
{
    (void)state;
    enum { WORKERS = 3 };
    struct witness unused = {.input = 0};
    struct strategy_setup setup = setup_of(&unused, WORKERS);
    struct pool *pool = open_pool(&setup, POOL_PARK);
    struct strategy_progress progress[WORKERS] = {{.phase = PHASE_NONE}};
    uint64_t phase_ns[PHASE_COUNT] = {0};
    struct strategy_run run = {.progress = progress, .phase_ns = phase_ns, .phase_since_ns = clock_ns()};
    uint64_t begin = run.phase_since_ns;
    struct phase_witness witness = {.run = &run};
    assert_int_equal(pool_run(pool, &run, PHASE_BUILD, read_phase, &witness), STRATEGY_OK);
    phase_enter(&run, &setup, PHASE_NONE);
    for (unsigned i = 0; i < WORKERS; i++) {
        assert_int_equal(witness.seen[i], PHASE_BUILD);
        assert_int_equal(progress[i].phase, PHASE_NONE);
    }
    assert_true(phase_ns[PHASE_HANDOFF] > 0);
    assert_true(phase_ns[PHASE_BUILD] > 0);
    uint64_t sum = 0;
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        sum += phase_ns[i];
    assert_int_equal(sum, run.phase_since_ns - begin);
    pool_close(pool);
}

static void sleep_ns(long ns)
{
    struct timespec pause = {.tv_nsec = ns};
    nanosleep(&pause, NULL);
}

/* After the spinning has ended, and after a rousing, jobs are done as before. */
static void test_parked_spinners_wake(void **state)
{
    (void)state;
    struct witness witness = {.input = 1};
    struct strategy_setup setup = setup_of(&witness, 2);
    struct pool *pool = open_pool(&setup, POOL_SPIN);
    for (uint64_t job = 1; job <= 10; job++) {
        sleep_ns(5L * POOL_SPIN_NS);
        if (job % 2 == 0)
            pool_rouse(pool);
        assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_OK);
        assert_int_equal(witness.plain[1], job);
    }
    pool_close(pool);
}

/* An idle pool uses next to nothing of the time that passes. */
static void test_idle_pool_burns_no_core(void **state)
{
    (void)state;
    struct witness witness = {.input = 1};
    struct strategy_setup setup = setup_of(&witness, 2);
    struct pool *pool = open_pool(&setup, POOL_SPIN);
    assert_int_equal(pool_run(pool, NULL, PHASE_NONE, count_work, &witness), STRATEGY_OK);
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    sleep_ns(500L * POOL_SPIN_NS);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    int64_t burnt_ns =
        (int64_t)(after.tv_sec - before.tv_sec) * 1000000000 + (int64_t)(after.tv_nsec - before.tv_nsec);
    assert_true(burnt_ns < 250L * POOL_SPIN_NS);
    pool_close(pool);
}

static void test_opening_without_memory(void **state)
{
    (void)state;
    struct witness witness = {.input = 0};
    struct strategy_setup setup = setup_of(&witness, 2);
    struct pool *pool = NULL;
    long before = fault_live();
    fault_arm(0, false);
    assert_int_equal(pool_open(&setup, POOL_PARK, &pool), STRATEGY_NO_MEMORY);
    assert_true(fault_disarm());
    assert_null(pool);
    assert_int_equal(fault_live(), before);
}

/* In a process that may map nothing more there is no stack for a thread. */
static int try_without_address_space(enum pool_kind kind)
{
    struct witness witness = {.input = 0};
    struct strategy_setup setup = setup_of(&witness, WORKERS_MAX);
    struct rlimit none = {0, 0};
    struct pool *pool = NULL;
    enum strategy_status status;
    if (kind != POOL_SPAWN) {
        if (setrlimit(RLIMIT_AS, &none) != 0)
            return 1;
        status = pool_open(&setup, kind, &pool);
    } else {
        if (pool_open(&setup, kind, &pool) != STRATEGY_OK || setrlimit(RLIMIT_AS, &none) != 0)
            return 1;
        status = pool_run(pool, NULL, PHASE_NONE, count_work, &witness);
        pool_close(pool);
    }
    return status == STRATEGY_NO_THREAD ? 0 : 2;
}

static void test_no_thread_to_be_had(void **state)
{
    (void)state;
    if (SANITIZED) /* they need address space of their own */
        skip();
    for (int kind = POOL_SPAWN; kind <= POOL_SPIN; kind++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(try_without_address_space((enum pool_kind)kind));
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void test_spans_cover_everything_once(void **state)
{
    (void)state;
    for (size_t count = 0; count < 40; count++)
        for (unsigned workers = 1; workers <= 9; workers++) {
            size_t next = 0;
            for (unsigned i = 0; i < workers; i++) {
                struct pool_span span = pool_span(count, i, workers);
                assert_int_equal(span.from, next);
                assert_true(span.to - span.from >= count / workers);
                assert_true(span.to - span.from <= count / workers + 1);
                next = span.to;
            }
            assert_int_equal(next, count);
        }
}

/* A clock that stands still but for what each part takes: 10, 30 and 20. */
static uint64_t made_up_ns;

static uint64_t made_up_clock(void)
{
    return made_up_ns;
}

static enum strategy_status timed_work(void *context, unsigned worker)
{
    static const uint64_t parts_ns[] = {10, 30, 20};
    made_up_ns += parts_ns[worker];
    return count_work(context, worker);
}

/* With alone, nobody is started: the caller does every part, and what they take is added up. */
static void test_parts_run_alone(void **unused)
{
    (void)unused;
    struct witness witness = {.input = 1};
    struct strategy_alone alone = {.jobs = 0};
    for (int kind = POOL_SPAWN; kind <= POOL_SPIN; kind++) {
        struct strategy_setup setup = setup_of(&witness, 3);
        setup.now_ns = made_up_clock;
        setup.alone = &alone;
        struct pool *pool = open_pool(&setup, (enum pool_kind)kind);
        pool_rouse(pool);
        witness.answers[2] = STRATEGY_OK;
        assert_int_equal(pool_run(pool, NULL, PHASE_BUILD, timed_work, &witness), STRATEGY_OK);
        witness.answers[2] = STRATEGY_NO_MEMORY;
        assert_int_equal(pool_run(pool, NULL, PHASE_BUILD, timed_work, &witness), STRATEGY_NO_MEMORY);
        pool_close(pool);
    }
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(witness.plain[i], 6);
        assert_true(pthread_equal(witness.threads[i], pthread_self()));
        assert_int_equal(witness.started[i], 0);
    }
    assert_int_equal(alone.jobs, 6);
    assert_int_equal(alone.parts_ns, 6 * 60);
    assert_int_equal(alone.longest_ns, 6 * 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_run_alone),
        cmocka_unit_test(test_each_worker_works_once),
        cmocka_unit_test(test_lowest_error_comes_back),
        cmocka_unit_test(test_workers_are_marked),
        cmocka_unit_test(test_parked_spinners_wake),
        cmocka_unit_test(test_idle_pool_burns_no_core),
        cmocka_unit_test(test_opening_without_memory),
        cmocka_unit_test(test_no_thread_to_be_had),
        cmocka_unit_test(test_spans_cover_everything_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
