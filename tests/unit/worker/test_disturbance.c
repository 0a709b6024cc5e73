/* test_disturbance.c - what is read of threads and memory, and the spinning control. */
#include "harness/worker/control.h"
#include "harness/worker/disturbance.h"
#include "harness/worker/memory.h"
#include "harness/worker/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static struct trial_page *map_page(void)
{
    struct error error;
    struct trial_page *page;
    assert_true(page_map(-1, &page, &error));
    return page;
}

static void a_thread_that_lives_is_read(void **unused)
{
    (void)unused;
    struct thread_counts counts;
    uint32_t cpu = UINT32_MAX;
    disturbance_of_thread((uint32_t)gettid(), &counts, &cpu);
    assert_true(counts.switches_forced != PAGE_UNKNOWN);
    assert_true(cpu < BIND_CPUS_MAX);
}

static void a_thread_that_is_gone_is_unknown(void **unused)
{
    (void)unused;
    struct thread_counts counts;
    uint32_t cpu = 0;
    disturbance_of_thread(0, &counts, &cpu);
    assert_true(counts.migrations == PAGE_UNKNOWN);
    assert_true(counts.switches_forced == PAGE_UNKNOWN);
    assert_int_equal(cpu, UINT32_MAX);
}

static void a_pinned_thread_elsewhere_is_a_migration(void **unused)
{
    (void)unused;
    static struct disturbance before;
    struct trial_page *page = map_page();
    struct error error;
    struct binding binding;
    assert_true(bind_place_here("core", 1, &binding, &error));
    assert_true(bind_pin(&binding, 0));
    page->thread_count = 1;
    page->threads[0].tid = (uint32_t)gettid();
    disturbance_begin(&before, page);
    disturbance_end(&before, &binding, page);
    assert_int_equal(page->threads[0].cpu, binding.cpus[0]);
    assert_int_equal(page->migrations, 0);
    binding.cpus[0]++; /* as though it belonged next door */
    disturbance_end(&before, &binding, page);
    assert_int_equal(page->migrations, 1);
    page_unmap(page);
}

static void a_thread_that_is_new_has_no_difference(void **unused)
{
    (void)unused;
    static struct disturbance before;
    struct trial_page *page = map_page();
    struct error error;
    struct binding binding;
    assert_true(bind_place_here("none", 1, &binding, &error));
    page->thread_count = 1;
    disturbance_begin(&before, page);
    page->threads[0].tid = (uint32_t)gettid();
    disturbance_end(&before, &binding, page);
    assert_true(page->threads[0].switches_forced == PAGE_UNKNOWN);
    assert_true(page->switches_forced != PAGE_UNKNOWN);
    assert_int_equal(page->migrations, 0);
    page_unmap(page);
}

static void the_control_has_a_thread_a_processor(void **unused)
{
    (void)unused;
    const struct binding binding = {.count = 4};
    assert_int_equal(control_threads(&binding, 1), 1);
    assert_int_equal(control_threads(&binding, 3), 3);
    assert_int_equal(control_threads(&binding, 9), 4);
}

static void the_control_spins(void **unused)
{
    (void)unused;
    struct error error;
    struct binding binding;
    double speedup = 0;
    assert_true(bind_place_here("compact", 2, &binding, &error));
    assert_true(control_spin(&binding, binding.count, &speedup));
    assert_true(speedup > 0);
}

static void a_processor_that_is_not_there_fails_the_control(void **unused)
{
    (void)unused;
    const struct binding binding = {.pinned = true, .count = 1, .cpus = {BIND_CPUS_MAX - 1}};
    if (sysconf(_SC_NPROCESSORS_CONF) >= BIND_CPUS_MAX)
        skip();
    double speedup = -1;
    assert_false(control_spin(&binding, 1, &speedup));
}

static void levels_become_differences(void **unused)
{
    (void)unused;
    struct trial_page *page = map_page();
    memory_note_levels(page, &(struct memory_levels){.before = 100, .standing = 350, .after = 110});
    assert_int_equal(page->heap_live_bytes, 250);
    assert_int_equal(page->leak_bytes, 10);
    memory_note_levels(page, &(struct memory_levels){.before = 110, .standing = 300, .after = 90});
    assert_int_equal(page->heap_live_bytes, 190);
    assert_int_equal(page->heap_peak_bytes, 250);
    assert_int_equal(page->leak_bytes, 0); /* never below nothing */
    page_unmap(page);
}

static void what_an_allocator_does_not_count_stays_unknown(void **unused)
{
    (void)unused;
    struct trial_page *page = map_page();
    const uint64_t none = PAGE_UNKNOWN;
    memory_note_levels(page, &(struct memory_levels){none, none, none});
    assert_true(page->heap_live_bytes == none && page->heap_peak_bytes == none && page->leak_bytes == none);
    const struct allocator_counters before = {none, none, none, none, none, none, 5};
    const struct allocator_counters after = {none, none, 3, none, none, none, 9};
    memory_note_contention(page, &before, &after);
    assert_int_equal(page->arenas, 3);
    assert_true(page->lock_waits == none);
    assert_int_equal(page->lock_wait_ns, 4);
    page_unmap(page);
}

static void a_page_is_no_smaller_than_it_says(void **unused)
{
    (void)unused;
    struct error error;
    struct trial_page *page;
    int pipe_ends[2];
    assert_false(page_map(1000000, &page, &error));
    assert_int_equal(pipe(pipe_ends), 0);
    assert_false(page_map(pipe_ends[0], &page, &error));
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_lives_is_read),
        cmocka_unit_test(a_thread_that_is_gone_is_unknown),
        cmocka_unit_test(a_pinned_thread_elsewhere_is_a_migration),
        cmocka_unit_test(a_thread_that_is_new_has_no_difference),
        cmocka_unit_test(the_control_has_a_thread_a_processor),
        cmocka_unit_test(the_control_spins),
        cmocka_unit_test(a_processor_that_is_not_there_fails_the_control),
        cmocka_unit_test(levels_become_differences),
        cmocka_unit_test(what_an_allocator_does_not_count_stays_unknown),
        cmocka_unit_test(a_page_is_no_smaller_than_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
