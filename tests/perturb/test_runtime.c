/*
 * test_runtime.c - the runtime of perturbation: its atomics are atomic, and its yields come as often as asked
 * and as the seed says.
 *
 * This file itself is compiled with -fsanitize=thread, so its own accesses are what is perturbed.
 */
#include "harness/perturb/runtime.h"
#include "tests/perturb/core.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

__extension__ typedef unsigned __int128 word128;

/* The runtime's own, called as the compiler calls it: exactly one access. */
void __tsan_read4(void *address);

/* --- every call that the compiler may make is there --- */

static void expect_symbol(const char *name)
{
    if (dlsym(RTLD_DEFAULT, name) == NULL)
        fail_msg("the runtime lacks %s", name);
}

static void test_every_call_is_provided(void **state)
{
    (void)state;
    static const char *const sized[] = {"read",           "write",          "volatile_read",
                                        "volatile_write", "unaligned_read", "unaligned_write"};
    static const char *const operations[] = {"load",
                                             "store",
                                             "exchange",
                                             "fetch_add",
                                             "fetch_sub",
                                             "fetch_and",
                                             "fetch_or",
                                             "fetch_xor",
                                             "fetch_nand",
                                             "compare_exchange_strong",
                                             "compare_exchange_weak"};
    static const char *const single[] = {"__tsan_init",
                                         "__tsan_func_entry",
                                         "__tsan_func_exit",
                                         "__tsan_read_range",
                                         "__tsan_write_range",
                                         "__tsan_vptr_update",
                                         "__tsan_vptr_read",
                                         "__tsan_atomic_thread_fence",
                                         "__tsan_atomic_signal_fence",
                                         "__tsan_memcpy",
                                         "__tsan_memmove",
                                         "__tsan_memset"};
    char name[64];
    for (size_t i = 0; i < sizeof sized / sizeof sized[0]; i++)
        for (unsigned bytes = 1; bytes <= 16; bytes *= 2) {
            snprintf(name, sizeof name, "__tsan_%s%u", sized[i], bytes);
            expect_symbol(name);
        }
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        for (unsigned bits = 8; bits <= 128; bits *= 2) {
            snprintf(name, sizeof name, "__tsan_atomic%u_%s", bits, operations[i]);
            expect_symbol(name);
        }
    for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
        expect_symbol(single[i]);
}

/* --- atomics --- */

/* Every operation of one width, on one thread: what it returns and what it leaves. */
#define CHECK_OPERATIONS(type)                                                                               \
    do {                                                                                                     \
        _Alignas(16) type cell = 0;                                                                          \
        type other = 7, high = (type)((type)0x5a << (8 * sizeof(type) - 8));                                 \
        __atomic_store_n(&cell, high, __ATOMIC_RELEASE);                                                     \
        assert_true(__atomic_load_n(&cell, __ATOMIC_ACQUIRE) == high);                                       \
        assert_true(__atomic_fetch_add(&cell, 5, __ATOMIC_RELAXED) == high && cell == (type)(high + 5));     \
        assert_true(__atomic_fetch_sub(&cell, 6, __ATOMIC_SEQ_CST) == (type)(high + 5));                     \
        assert_true(cell == (type)(high - 1));                                                               \
        assert_true(__atomic_exchange_n(&cell, 12, __ATOMIC_ACQ_REL) == (type)(high - 1) && cell == 12);     \
        assert_true(__atomic_fetch_and(&cell, 10, __ATOMIC_SEQ_CST) == 12 && cell == 8);                     \
        assert_true(__atomic_fetch_or(&cell, 3, __ATOMIC_SEQ_CST) == 8 && cell == 11);                       \
        assert_true(__atomic_fetch_xor(&cell, 2, __ATOMIC_SEQ_CST) == 11 && cell == 9);                      \
        assert_true(__atomic_fetch_nand(&cell, 8, __ATOMIC_SEQ_CST) == 9 && cell == (type) ~(type)8);        \
        assert_false(                                                                                        \
            __atomic_compare_exchange_n(&cell, &other, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));       \
        assert_true(other == (type) ~(type)8 && cell == other);                                              \
        assert_true(                                                                                         \
            __atomic_compare_exchange_n(&cell, &other, high, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));     \
        assert_true(cell == high);                                                                           \
    } while (0)

static void test_atomics_compute(void **state)
{
    (void)state;
    CHECK_OPERATIONS(uint8_t);
    CHECK_OPERATIONS(uint16_t);
    CHECK_OPERATIONS(uint32_t);
    CHECK_OPERATIONS(uint64_t);
    CHECK_OPERATIONS(word128);
}

enum { COUNTING_THREADS = 8, COUNTS = 20000 };

struct counters {
    _Alignas(16) word128 added128, swapped128;
    uint64_t added64, swapped64;
    uint32_t added32;
    uint16_t added16;
    uint8_t added8;
    uint8_t locked_flag;
    uint64_t locked; /* plain, behind locked_flag */
};

struct counting {
    struct counters *counters;
    const cpu_set_t *allowed;
    unsigned number;
};

static void *count(void *argument)
{
    const struct counting *counting = argument;
    struct counters *counters = counting->counters;
    if (!core_use(counting->allowed, counting->number))
        return NULL;
    const word128 step = (word128)1 << 64 | 1; /* both halves must move as one */
    for (int i = 0; i < COUNTS; i++) {
        __atomic_fetch_add(&counters->added8, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counters->added16, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counters->added32, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counters->added64, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counters->added128, step, __ATOMIC_RELAXED);
        uint64_t seen64 = __atomic_load_n(&counters->swapped64, __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(&counters->swapped64, &seen64, seen64 + 1, true, __ATOMIC_RELAXED,
                                            __ATOMIC_RELAXED))
            ;
        word128 seen128 = __atomic_load_n(&counters->swapped128, __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(&counters->swapped128, &seen128, seen128 + step, true,
                                            __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            ;
        while (__atomic_test_and_set(&counters->locked_flag, __ATOMIC_ACQUIRE))
            ;
        counters->locked++;
        __atomic_clear(&counters->locked_flag, __ATOMIC_RELEASE);
    }
    return NULL;
}

static void test_atomics_are_atomic(void **state)
{
    (void)state;
    struct counters counters = {.added64 = 0};
    struct counting counting[COUNTING_THREADS];
    pthread_t threads[COUNTING_THREADS];
    cpu_set_t allowed;
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    perturb_arm(1, 50);
    for (unsigned i = 0; i < COUNTING_THREADS; i++) {
        counting[i] = (struct counting){.counters = &counters, .allowed = &allowed, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, count, &counting[i]), 0);
    }
    for (int i = 0; i < COUNTING_THREADS; i++)
        pthread_join(threads[i], NULL);
    perturb_disarm();
    const uint64_t total = (uint64_t)COUNTING_THREADS * COUNTS;
    assert_int_equal(counters.added8, (uint8_t)total);
    assert_int_equal(counters.added16, (uint16_t)total);
    assert_int_equal(counters.added32, total);
    assert_int_equal(counters.added64, total);
    assert_int_equal(counters.swapped64, total);
    assert_int_equal(counters.locked, total);
    const word128 total128 = (word128)total << 64 | total;
    assert_true(counters.added128 == total128);
    assert_true(counters.swapped128 == total128);
}

/* --- how often, and by which seed --- */

enum { ACCESSES = 200000 };

static uint64_t yields_of(uint64_t seed, uint32_t one_in, unsigned accesses)
{
    perturb_arm(seed, one_in);
    for (unsigned i = 0; i < accesses; i++)
        __tsan_read4(NULL);
    uint64_t yields = perturb_yields();
    perturb_disarm();
    return yields;
}

static void test_nothing_gives_way_unarmed(void **state)
{
    (void)state;
    assert_int_equal(yields_of(1, 1, 10), 10);
    for (int i = 0; i < ACCESSES; i++)
        __tsan_read4(NULL);
    assert_int_equal(perturb_yields(), 10); /* still those from before the disarming */
    perturb_arm(1, 0);
    for (int i = 0; i < ACCESSES; i++)
        __tsan_read4(NULL);
    perturb_disarm();
    assert_int_equal(perturb_yields(), 10);
}

static void test_every_access_gives_way_at_one_in_one(void **state)
{
    (void)state;
    assert_int_equal(yields_of(3, 1, 1000), 1000);
}

static void test_yields_are_as_frequent_as_asked(void **state)
{
    (void)state;
    static const uint32_t one_in[] = {2, 10, PERTURB_ONE_IN, 5000};
    for (size_t i = 0; i < sizeof one_in / sizeof one_in[0]; i++) {
        double mean = (double)ACCESSES / one_in[i], yields = (double)yields_of(7, one_in[i], ACCESSES);
        /* Binomial: five standard deviations on either side; with a fixed seed it passes always or never. */
        double off = yields - mean, variance = mean * (1 - 1.0 / one_in[i]);
        assert_true(off * off <= 25 * variance);
    }
    assert_true(yields_of(7, UINT32_MAX, 1000) <= 1);
}

static void test_the_seed_decides(void **state)
{
    (void)state;
    uint64_t first = yields_of(11, PERTURB_ONE_IN, ACCESSES);
    assert_int_equal(yields_of(11, PERTURB_ONE_IN, ACCESSES), first);
    bool differs = false;
    for (uint64_t seed = 12; seed < 16; seed++)
        differs |= yields_of(seed, PERTURB_ONE_IN, ACCESSES) != first;
    assert_true(differs);
}

struct numbered {
    uint32_t number;
    uint64_t yields;
};

static void *count_as_number(void *argument)
{
    struct numbered *numbered = argument;
    perturb_number_thread(numbered->number);
    for (int i = 0; i < ACCESSES; i++)
        __tsan_read4(NULL);
    numbered->yields = perturb_yields();
    return NULL;
}

static uint64_t yields_as_number(uint32_t number)
{
    struct numbered numbered = {.number = number};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, count_as_number, &numbered), 0);
    pthread_join(thread, NULL);
    return numbered.yields;
}

static void test_the_number_of_the_thread_decides(void **state)
{
    (void)state;
    perturb_arm(5, PERTURB_ONE_IN);
    uint64_t first = yields_as_number(3);
    assert_int_equal(yields_as_number(3), first);
    bool differs = false;
    for (uint32_t number = 4; number < 8; number++)
        differs |= yields_as_number(number) != first;
    perturb_disarm();
    assert_true(differs);
}

static void test_errno_is_kept(void **state)
{
    (void)state;
    perturb_arm(2, 1);
    errno = EDOM;
    for (int i = 0; i < 100; i++)
        __tsan_read4(NULL);
    assert_int_equal(errno, EDOM);
    perturb_disarm();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_is_provided),
        cmocka_unit_test(test_atomics_compute),
        cmocka_unit_test(test_atomics_are_atomic),
        cmocka_unit_test(test_nothing_gives_way_unarmed),
        cmocka_unit_test(test_every_access_gives_way_at_one_in_one),
        cmocka_unit_test(test_yields_are_as_frequent_as_asked),
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_the_number_of_the_thread_decides),
        cmocka_unit_test(test_errno_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
