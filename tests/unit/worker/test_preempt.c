/* test_preempt.c - forced preemption: each thread by a timer of its own, and none when stopped. */
#include "harness/worker/preempt.h"

#include "harness/worker/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { PERIOD_US = 200, YIELDS = 20, PATIENCE_S = 30, WORKERS = 6 };

/* Large, and written by late signals: one for the whole program. */
static struct preempt preempt;

static uint64_t yields_of(unsigned worker)
{
    return atomic_load(&preempt.threads[worker].yields);
}

/* Computes until the worker was made to yield so often. false if that takes longer than any machine needs. */
static bool work_until(unsigned worker, uint64_t yields)
{
    uint64_t since_ns = clock_now_ns();
    while (yields_of(worker) < yields)
        if (clock_now_ns() - since_ns > PATIENCE_S * NS_PER_SECOND)
            return false;
    return true;
}

static void work_for(uint64_t ns)
{
    uint64_t since_ns = clock_now_ns();
    while (clock_now_ns() - since_ns < ns)
        ;
}

/* Timers of this process, as the kernel lists them; -1 if it does not. */
static int timers_left(void)
{
    FILE *list = fopen("/proc/self/timers", "r");
    if (list == NULL)
        return -1;
    int count = 0;
    char line[256];
    while (fgets(line, sizeof line, list) != NULL)
        count += strncmp(line, "ID:", 3) == 0;
    fclose(list);
    return count;
}

static void open_for(unsigned threads)
{
    struct error error;
    assert_true(preempt_open(&preempt, PERIOD_US, threads, threads, &error));
}

static int close_all(void **state)
{
    (void)state;
    preempt_close(&preempt);
    return timers_left() > 0;
}

static void test_period_grows_with_threads_a_core(void **state)
{
    (void)state;
    static const struct {
        unsigned threads, cores;
        uint64_t factor;
    } cases[] = {{1, 1, 1},  {2, 2, 1},   {1, 64, 1},      {18, 2, 9},
                 {18, 4, 5}, {18, 18, 1}, {1024, 1, 1024}, {3, 2, 2}};
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(preempt_open(&preempt, 100, cases[i].threads, cases[i].cores, &error));
        assert_int_equal(preempt.period_ns, 100000 * cases[i].factor);
    }
}

static void test_nonsense_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint64_t period_us;
        unsigned threads, cores;
    } cases[] = {{0, 1, 1},
                 {PREEMPT_US_MIN - 1, 1, 1},
                 {PREEMPT_US_MAX + 1, 1, 1},
                 {UINT64_MAX, 1, 1},
                 {100, 0, 1},
                 {100, 1, 0},
                 {100, PAGE_THREADS_MAX + 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = {.text = ""};
        assert_false(preempt_open(&preempt, cases[i].period_us, cases[i].threads, cases[i].cores, &error));
        assert_true(error.text[0] != '\0');
    }
    open_for(2);
    assert_false(preempt_start_thread(&preempt, 2));
    assert_int_equal(errno, EINVAL);
}

static void test_a_thread_yields_until_it_is_stopped(void **state)
{
    (void)state;
    open_for(1);
    work_for(5 * PERIOD_US * UINT64_C(1000));
    assert_int_equal(preempt_yields(&preempt), 0);
    assert_true(preempt_start_thread(&preempt, 0));
    assert_true(work_until(0, YIELDS));
    preempt_stop_thread(&preempt, 0);
    work_for(PERIOD_US * UINT64_C(1000)); /* one may be on its way */
    uint64_t yields = preempt_yields(&preempt);
    assert_true(yields >= YIELDS);
    work_for(20 * PERIOD_US * UINT64_C(1000));
    assert_int_equal(preempt_yields(&preempt), yields);
    preempt_stop_thread(&preempt, 0); /* again does no harm */
}

static void *work_as(void *argument)
{
    unsigned worker = *(unsigned *)argument;
    if (!preempt_start_thread(&preempt, worker))
        return NULL;
    return work_until(worker, yields_of(worker) + YIELDS) ? argument : NULL;
}

static void test_each_thread_has_its_own(void **state)
{
    (void)state;
    pthread_t threads[WORKERS];
    unsigned numbers[WORKERS];
    open_for(WORKERS);
    for (unsigned i = 1; i < WORKERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, work_as, &numbers[i]), 0);
    }
    for (unsigned i = 1; i < WORKERS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, &numbers[i]);
    }
    assert_int_equal(yields_of(0), 0); /* it never asked for a timer */
    assert_true(preempt_yields(&preempt) >= (WORKERS - 1) * YIELDS);
}

/* As a pool does that starts its threads anew for each job, and gives them no last word. */
static void test_a_number_may_be_used_again(void **state)
{
    (void)state;
    unsigned number = 1;
    open_for(2);
    for (int life = 1; life <= 5; life++) {
        pthread_t thread;
        void *result = NULL;
        assert_int_equal(pthread_create(&thread, NULL, work_as, &number), 0);
        pthread_join(thread, &result);
        assert_ptr_equal(result, &number);
        assert_true(timers_left() <= 1);
    }
}

/* Deaf to the signal from the start: what is counted for it then was delivered to somebody else. */
static void *work_deaf(void *argument)
{
    sigset_t timers;
    sigemptyset(&timers);
    sigaddset(&timers, SIGRTMIN);
    if (pthread_sigmask(SIG_BLOCK, &timers, NULL) != 0 || !preempt_start_thread(&preempt, 1))
        return NULL;
    work_for(YIELDS * PERIOD_US * UINT64_C(1000));
    preempt_stop_thread(&preempt, 1);
    return argument;
}

static void test_no_thread_is_interrupted_for_another(void **state)
{
    (void)state;
    pthread_t thread;
    void *result = NULL;
    open_for(2);
    assert_int_equal(pthread_create(&thread, NULL, work_deaf, &preempt), 0);
    pthread_join(thread, &result);
    assert_ptr_equal(result, &preempt);
    assert_int_equal(preempt_yields(&preempt), 0);
}

static void test_a_foreign_signal_is_not_followed(void **state)
{
    (void)state;
    open_for(1);
    const union sigval junk = {.sival_ptr = (void *)UINTPTR_MAX};
    errno = EDOM;
    assert_int_equal(sigqueue(getpid(), SIGRTMIN, junk), 0);
    assert_int_equal(errno, EDOM);
    assert_int_equal(preempt_yields(&preempt), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_period_grows_with_threads_a_core, close_all),
        cmocka_unit_test_teardown(test_nonsense_is_refused, close_all),
        cmocka_unit_test_teardown(test_a_thread_yields_until_it_is_stopped, close_all),
        cmocka_unit_test_teardown(test_each_thread_has_its_own, close_all),
        cmocka_unit_test_teardown(test_a_number_may_be_used_again, close_all),
        cmocka_unit_test_teardown(test_no_thread_is_interrupted_for_another, close_all),
        cmocka_unit_test_teardown(test_a_foreign_signal_is_not_followed, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
