/* test_bind.c - placing workers on machines made up for the purpose, and lists in taskset's notation. */
#include "harness/worker/bind.h"
#include "harness/worker/cpu_list.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Places workers on a synthetic machine, of which only the listed processors are allowed (NULL: all). */
static bool place(const char *machine, const char *allowed, const char *policy, unsigned workers,
                  struct binding *binding, struct error *error)
{
    hwloc_topology_t topology;
    assert_int_equal(hwloc_topology_init(&topology), 0);
    assert_int_equal(hwloc_topology_set_synthetic(topology, machine), 0);
    assert_int_equal(hwloc_topology_load(topology), 0);
    hwloc_bitmap_t set = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(topology));
    if (allowed != NULL)
        assert_int_equal(hwloc_bitmap_list_sscanf(set, allowed), 0);
    bool placed = bind_place(policy, workers, topology, set, binding, error);
    hwloc_bitmap_free(set);
    hwloc_topology_destroy(topology);
    return placed;
}

static void expect(const char *machine, const char *allowed, const char *policy, unsigned workers,
                   const char *wanted, bool oversubscribed)
{
    struct binding binding;
    struct error error = {""};
    char got[256] = "";
    if (!place(machine, allowed, policy, workers, &binding, &error))
        fail_msg("%s: %s", policy, error.text);
    for (unsigned i = 0; i < workers; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%u", i == 0 ? "" : " ",
                 bind_cpu(&binding, i));
    if (strcmp(got, wanted) != 0)
        fail_msg("%s on %s: %s instead of %s", policy, machine, got, wanted);
    assert_int_equal(binding.oversubscribed, oversubscribed);
}

/* Two packages of four cores of two processors each, 0 .. 15. */
#define MACHINE "package:2 core:4 pu:2"

static void core_takes_one_a_core(void **unused)
{
    (void)unused;
    expect(MACHINE, NULL, "core", 1, "0", false);
    expect(MACHINE, NULL, "core", 5, "0 2 4 6 8", false);
    expect("core:2 pu:1", NULL, "core", 5, "0 1 0 1 0", true);
}

static void compact_fills_a_core_first(void **unused)
{
    (void)unused;
    expect(MACHINE, NULL, "compact", 5, "0 1 2 3 4", false);
    expect(MACHINE, "3-6", "compact", 4, "3 4 5 6", false);
}

static void scatter_goes_far_apart(void **unused)
{
    (void)unused;
    struct binding binding;
    struct error error = {""};
    assert_true(place(MACHINE, NULL, "scatter", 2, &binding, &error));
    assert_int_not_equal(bind_cpu(&binding, 0) / 8, bind_cpu(&binding, 1) / 8); /* one a package */
    assert_false(binding.oversubscribed);
}

static void the_cpuset_is_respected(void **unused)
{
    (void)unused;
    expect(MACHINE, "4-7,10", "core", 3, "4 6 10", false);
    expect(MACHINE, "5", "core", 2, "5 5", true);
    expect(MACHINE, "4-7", "5,7", 2, "5 7", false);
    struct binding binding;
    struct error error = {""};
    assert_false(place(MACHINE, "4-7", "3", 1, &binding, &error));
    assert_non_null(strstr(error.text, "3"));
}

static void none_pins_nothing(void **unused)
{
    (void)unused;
    struct binding binding;
    struct error error = {""};
    assert_true(bind_place_here("none", 1, &binding, &error));
    assert_false(binding.pinned);
    assert_true(bind_pin(&binding, 0));
}

static void pins_hold_here(void **unused)
{
    (void)unused;
    struct binding binding;
    struct error error = {""};
    cpu_set_t before, after;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_true(bind_place_here("core", 2, &binding, &error));
    assert_true(bind_pin(&binding, 1));
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_int_equal(CPU_COUNT(&after), 1);
    assert_true(CPU_ISSET(bind_cpu(&binding, 1), &after));
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

static void unknown_policies_are_named(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"",    "cores", "0-",    "-1",  "1,,2", "0-3:0",
                                      "3-1", "1,1",   "99999", "0x1", "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct binding binding;
        struct error error = {""};
        if (place(MACHINE, NULL, bad[i], 1, &binding, &error))
            fail_msg("'%s' was taken", bad[i]);
        assert_true(error.text[0] != '\0');
    }
}

static void lists_read_as_taskset_does(void **unused)
{
    (void)unused;
    uint32_t cpus[64];
    unsigned count = 0;
    struct error error = {""};
    static const uint32_t wanted[] = {0, 1, 2, 3, 5, 8, 10, 12, 14, 16};
    assert_true(cpu_list_read("0-3,5,8-16:2", cpus, 64, &count, &error));
    assert_int_equal(count, sizeof wanted / sizeof wanted[0]);
    assert_memory_equal(cpus, wanted, sizeof wanted);
    assert_false(cpu_list_read("64", cpus, 64, &count, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(core_takes_one_a_core),      cmocka_unit_test(compact_fills_a_core_first),
        cmocka_unit_test(scatter_goes_far_apart),     cmocka_unit_test(the_cpuset_is_respected),
        cmocka_unit_test(none_pins_nothing),          cmocka_unit_test(pins_hold_here),
        cmocka_unit_test(unknown_policies_are_named), cmocka_unit_test(lists_read_as_taskset_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
