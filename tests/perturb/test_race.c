/*
 * test_race.c - perturbation shows the study's race within a bounded number of rounds, and never accuses a
 * lock.
 *
 * This file itself is compiled with -fsanitize=thread, so its own accesses are what is perturbed.
 */
#include "harness/perturb/runtime.h"
#include "tests/perturb/core.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { SLOTS = 256, ROUNDS_MAX = 200, RACERS = 2, EXIT_NULL_CAPACITY = 42 };

struct slab {
    struct slab *next;
    volatile uint64_t used;
    volatile uint64_t capacity; /* at offset 16 */
};

/* Volatile, so that the last slab is read before the first is tested, and its capacity first, as the race
 * needs. */
struct slot {
    struct slab *volatile first, *volatile last;
    struct slab slab;
};

struct race {
    struct slot slots[SLOTS];
    atomic_uint arrived;
    unsigned rounds;
    bool sound;
    pthread_mutex_t lock;
};

static void append(struct slot *slot)
{
    struct slab *last = slot->last;
    if (slot->first == NULL) {
        slot->slab.capacity = 64;
        slot->last = &slot->slab;
        slot->first = &slot->slab;
    } else {
        uint64_t capacity = last->capacity;
        uint64_t used = last->used;
        if (used < capacity)
            last->used = used + 1;
    }
}

static void append_locked(struct race *race, struct slot *slot)
{
    pthread_mutex_lock(&race->lock);
    append(slot);
    pthread_mutex_unlock(&race->lock);
}

/* All racers together, times over. */
static void meet(struct race *race, unsigned times)
{
    atomic_fetch_add(&race->arrived, 1);
    while (atomic_load(&race->arrived) < RACERS * times)
        sched_yield();
}

static void race_on(struct race *race, unsigned racer)
{
    for (unsigned round = 0; round < race->rounds; round++) {
        if (racer == 0)
            memset(race->slots, 0, sizeof race->slots);
        meet(race, 2 * round + 1);
        for (int i = 0; i < SLOTS; i++)
            if (race->sound)
                append_locked(race, &race->slots[i]);
            else
                append(&race->slots[i]);
        meet(race, 2 * round + 2);
    }
}

static void *second_racer(void *argument)
{
    race_on(argument, 1);
    return NULL;
}

static void on_segv(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    _exit(info->si_addr == (void *)offsetof(struct slab, capacity) ? EXIT_NULL_CAPACITY : 1);
}

_Noreturn static void race_in_child(bool sound, uint64_t seed)
{
    static struct race race = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    race.sound = sound;
    race.rounds = ROUNDS_MAX;
    /* Both on one core, where without perturbation the race as good as never shows. */
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || !core_use(&allowed, 0))
        _exit(2);
    pthread_t second;
    perturb_arm(seed, PERTURB_ONE_IN);
    if (pthread_create(&second, NULL, second_racer, &race) != 0)
        _exit(2);
    race_on(&race, 0);
    pthread_join(second, NULL);
    _exit(0);
}

static int race_status(bool sound, uint64_t seed)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        race_in_child(sound, seed);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_a_race_shows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        assert_int_equal(race_status(false, seed), EXIT_NULL_CAPACITY);
}

static void test_a_lock_never_does(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++)
        assert_int_equal(race_status(true, seed), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_race_shows),
        cmocka_unit_test(test_a_lock_never_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
