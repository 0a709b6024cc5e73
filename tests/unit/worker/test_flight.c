/* test_flight.c - the flight recorder: what is in the page, and how the process ended, after each kind of
 * death. */
#include "harness/worker/flight.h"
#include "harness/worker/page.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4 };

struct scene {
    struct trial_page *page; /* shared with the parent */
    struct flight_stacks stacks;
};

typedef void play_act(struct scene *scene);

/* Plays an act in a child that is recorded, and returns how the child ended. */
static int play(play_act *act, struct trial_page **page)
{
    struct error error;
    assert_true(page_map(-1, page, &error));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        struct scene scene = {.page = *page};
        setrlimit(RLIMIT_CORE, &none);
        if (flight_stacks_map(&scene.stacks, THREADS, &error) && flight_use_stack(&scene.stacks, 0) &&
            flight_record(*page, -1, &error))
            act(&scene);
        _exit(1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_recorded(play_act *act, int signal, int64_t address, bool sent)
{
    struct trial_page *page;
    int status = play(act, &page);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), signal);
    assert_int_equal(page->crash_signal, signal);
    assert_int_equal(page->crash_code <= 0, sent); /* si_code tells a signal that was sent from a fault */
    if (address >= 0)
        assert_int_equal(page->crash_address, address);
    assert_true(page->crash_tid != 0);
    assert_true(page->crash_ip != 0 && page->crash_sp != 0 && page->crash_ns != 0);
    page_unmap(page);
}

/* A sanitizer would see these coming. */
#define UNWATCHED __attribute__((noinline, no_sanitize("address", "undefined", "thread")))

UNWATCHED static void read_field_of_null(struct scene *scene)
{
    (void)scene;
    volatile uintptr_t address = 0x10; /* not known to the compiler */
    (void)*(volatile const uint32_t *)address;
}

static void send_abort(struct scene *scene)
{
    (void)scene;
    abort();
}

static void send_trap(struct scene *scene)
{
    (void)scene;
    raise(SIGTRAP); /* returning from its handler alone would let the program go on */
}

UNWATCHED static void execute_nonsense(struct scene *scene)
{
    (void)scene;
#if defined __x86_64__
    __asm__ volatile("ud2");
#else
    raise(SIGILL);
#endif
}

static void touch_beyond_the_file(struct scene *scene)
{
    (void)scene;
    int fd = memfd_create("short", MFD_CLOEXEC);
    volatile char *byte = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0 && byte != MAP_FAILED)
        *byte = 1;
}

UNWATCHED static int dig(volatile const char *above)
{
    volatile char room[4096];
    room[0] = above[0];
    return above[0] == 0 ? 0 : dig(room) + room[0]; /* it is never 0 */
}

static void *overflow(void *argument)
{
    struct scene *scene = argument;
    volatile char bottom = 1;
    if (flight_use_stack(&scene->stacks, 1))
        dig(&bottom);
    return NULL;
}

static void overflow_the_stack_of_a_thread(struct scene *scene)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, overflow, scene) == 0)
        pthread_join(thread, NULL);
}

static pthread_barrier_t barrier; /* of the child: its threads crash together */

static void *crash_together(void *argument)
{
    pthread_barrier_wait(&barrier);
    read_field_of_null(argument);
    return NULL;
}

static void crash_in_all_threads(struct scene *scene)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, crash_together, scene) != 0)
            return;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void live(struct scene *scene)
{
    (void)scene;
    _exit(0);
}

static void a_fault_leaves_its_address(void **unused)
{
    (void)unused;
    assert_recorded(read_field_of_null, SIGSEGV, 0x10, false);
    assert_recorded(touch_beyond_the_file, SIGBUS, -1, false);
}

static void a_signal_that_was_sent_ends_the_process_too(void **unused)
{
    (void)unused;
    assert_recorded(send_abort, SIGABRT, -1, true);
    assert_recorded(send_trap, SIGTRAP, -1, true);
}

static void nonsense_is_recorded(void **unused)
{
    (void)unused;
    struct trial_page *page;
    int status = play(execute_nonsense, &page);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGILL);
    assert_int_equal(page->crash_signal, SIGILL);
    page_unmap(page);
}

static void an_overflown_stack_is_recorded(void **unused)
{
    (void)unused;
    assert_recorded(overflow_the_stack_of_a_thread, SIGSEGV, -1, false);
}

static void many_crashes_at_once_are_one(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++)
        assert_recorded(crash_in_all_threads, SIGSEGV, 0x10, false);
}

/* Who crashes calls, waits, and goes on as soon as it has been looked at. */
static void a_crash_waits_for_its_witness(void **unused)
{
    (void)unused;
    struct trial_page *page;
    struct error error;
    int ends[2], status;
    char byte;
    assert_true(page_map(-1, &page, &error));
    assert_int_equal(pipe(ends), 0);
    page->witness_comes = 1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (flight_record(page, ends[1], &error))
            abort();
        _exit(1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    assert_int_equal(page->crash_signal, SIGABRT);
    assert_int_equal(waitpid(child, &status, WNOHANG), 0);
#ifdef __x86_64__
    assert_true(page->crash_registers[7] == page->crash_sp && page->crash_registers[16] == page->crash_ip);
#endif
    page->witness_done = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    page_unmap(page);
}

static void a_process_that_lives_leaves_nothing(void **unused)
{
    (void)unused;
    struct trial_page *page;
    int status = play(live, &page);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(page->crash_signal, 0);
    page_unmap(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_leaves_its_address),
        cmocka_unit_test(a_signal_that_was_sent_ends_the_process_too),
        cmocka_unit_test(nonsense_is_recorded),
        cmocka_unit_test(an_overflown_stack_is_recorded),
        cmocka_unit_test(many_crashes_at_once_are_one),
        cmocka_unit_test(a_crash_waits_for_its_witness),
        cmocka_unit_test(a_process_that_lives_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
