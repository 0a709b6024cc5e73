/* test_stacks.c - signatures, kinds of memory, and the stacks of a process of our own. */
#include "harness/driver/trial/stacks.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct call {
    const char *function, *object;
};

static void expect(const struct call *calls, unsigned count, const char *object, const char *wanted)
{
    static struct thread_stack stack;
    char text[256];
    stack.frame_count = count;
    for (unsigned i = 0; i < count; i++) {
        snprintf(stack.frames[i].function, sizeof stack.frames[i].function, "%s", calls[i].function);
        snprintf(stack.frames[i].object, sizeof stack.frames[i].object, "%s", calls[i].object);
    }
    stack_signature(&stack, object, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void signatures_group_the_same_bug(void **unused)
{
    (void)unused;
    const struct call plain[] = {{"intern.constprop.0", "/x/worker"},
                                 {"add", "/x/worker"},
                                 {"encode", "/x/worker"},
                                 {"main", "/x/worker"}};
    expect(plain, 4, "/lib/libc.so.6", "intern<add<encode");
    /* The same overrun, found by two allocators in functions of their own. */
    const struct call glibc[] = {{"__pthread_kill_implementation", "/lib/libc.so.6"},
                                 {"raise", "/lib/libc.so.6"},
                                 {"abort", "/lib/libc.so.6"},
                                 {"__libc_message", "/lib/libc.so.6"},
                                 {"malloc_printerr", "/lib/libc.so.6"},
                                 {"_int_free", "/lib/libc.so.6"},
                                 {"free", "/lib/libc.so.6"},
                                 {"drop", "/x/worker"}};
    expect(glibc, 8, "/lib/libc.so.6", "(allocator)<drop");
    const struct call other[] = {{"je_arena_dalloc", "/usr/lib/libjemalloc.so.2"},
                                 {"free", "/usr/lib/libjemalloc.so.2"},
                                 {"drop", "/x/worker"}};
    expect(other, 3, "/usr/lib/libjemalloc.so.2", "(allocator)<drop");
    /* Without debug information only what is exported has a name. */
    const struct call bare[] = {{"raise", "/lib/libc.so.6"},
                                {"abort", "/lib/libc.so.6"},
                                {"", "/usr/lib/libmimalloc.so.2.0"},
                                {"mi_free", "/usr/lib/libmimalloc.so.2.0"},
                                {"drop", "/x/worker"}};
    expect(bare, 5, "/lib/libmimalloc.so", "(allocator)<drop");
    const struct call end_of_thread[] = {{"", "/usr/lib/libjemalloc.so.2"},
                                         {"tsd_cleanup", "/usr/lib/libjemalloc.so.2"},
                                         {"start_thread", "/lib/libc.so.6"}};
    expect(end_of_thread, 3, "/usr/lib/libjemalloc.so.2", "(allocator)<start_thread");
    /* Who calls malloc from within the C library is told. */
    const struct call copied[] = {{"_int_malloc", "/lib/libc.so.6"},
                                  {"malloc@@GLIBC_2.2.5", "/lib/libc.so.6"},
                                  {"strdup", "/lib/libc.so.6"},
                                  {"keep", "/x/worker"}};
    expect(copied, 4, "/lib/libc.so.6", "(allocator)<strdup<keep");
    const struct call broken[] = {{"raise", "/lib/libc.so.6"},
                                  {"abort", "/lib/libc.so.6"},
                                  {"", "/lib/libc.so.6"},
                                  {"__assert_fail", "/lib/libc.so.6"},
                                  {"graft", "/x/worker"}};
    expect(broken, 5, "", "graft");
    const struct call reported[] = {{"raise", "/lib/libc.so.6"},  {"abort", "/lib/libc.so.6"},
                                    {"Die", "/lib/libasan.so.8"}, {"free", "/lib/libasan.so.8"},
                                    {"drop", "/x/worker"},        {"free", "/lib/libasan.so.8"}};
    expect(reported, 6, "/lib/libc.so.6", "drop<free");
    /* The C library's other functions are not its allocator. */
    const struct call copy[] = {{"memcpy", "/lib/libc.so.6"}, {"", "/x/unknown.so"}, {"", ""}};
    expect(copy, 3, "/lib/libc.so.6", "memcpy<unknown.so<?");
    expect(copy, 3, "", "memcpy<unknown.so<?");
    expect(copy, 0, "", "");
    assert_true(signature_hash("SIGSEGV a<b insert") != signature_hash("SIGSEGV a<c insert"));
    assert_true(signature_hash("") == UINT64_C(0xcbf29ce484222325));
}

static const char maps[] = "00400000-00500000 r-xp 00000000 08:01 1 /x/worker\n"
                           "01000000-01021000 rw-p 00000000 00:00 0                  [heap]\n"
                           "7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n"
                           "7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n"
                           "7f0001000000-7f0001001000 rw-s 00000000 00:01 12     /memfd:page\n";

static void kinds_of_memory(void **unused)
{
    (void)unused;
    assert_string_equal(maps_class(maps, 0x1000010, 0x7f0000400000), "heap");
    assert_string_equal(maps_class(maps, 0x400010, 0x7f0000400000), "mapped-no-access");
    assert_string_equal(maps_class(maps, 0x600000, 0x7f0000400000), "unmapped");
    assert_string_equal(maps_class(maps, 0x7f0000000ff8, 0x7f0000001010), "stack-guard");
    assert_string_equal(maps_class(maps, 0x7f0000000ff8, 0x7f0000400000), "mapped-no-access");
    assert_string_equal(maps_class(maps, 0x7f0000401000, 0), "heap");
    assert_string_equal(maps_class(maps, 0x7f0001000010, 0), "mapped-no-access");
    assert_string_equal(maps_class("", 0x600000, 0), "unmapped");
    assert_string_equal(maps_class("nonsense\n-\n12\n", 0x12, 0), "unmapped");
}

static __attribute__((noinline)) void wait_here(int fd)
{
    char byte;
    while (read(fd, &byte, 1) != 0)
        continue;
    __asm__ volatile("" ::: "memory");
}

static struct seizure seizure;
static const struct crash_point no_crash;

static void a_living_process_is_seen(void **unused)
{
    (void)unused;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[1]);
        wait_here(ends[0]);
        _exit(0);
    }
    assert_true(seize(&seizure, child, 2000));
    struct stacks *stacks = stacks_take(&seizure, &no_crash);
    seizure_release(&seizure);
    assert_non_null(stacks);
    assert_int_equal(stacks->threads_alive, 1);
    const struct thread_stack *stack = stacks_of(stacks, (uint32_t)child);
    assert_non_null(stack);
    bool seen = false;
    for (unsigned i = 0; i < stack->frame_count; i++)
        seen = seen || (strcmp(stack->frames[i].function, "a_living_process_is_seen") == 0 &&
                        strstr(stack->frames[i].file, "test_stacks.c") != NULL && stack->frames[i].line > 0);
    assert_true(seen);
    assert_null(stacks_of(stacks, 1));
    json_t *json = stack_json(stack);
    assert_true(json_is_array(json));
    assert_int_equal(json_array_size(json), stack->frame_count);
    json_decref(json);
    stacks_free(stacks);
    close(ends[1]);
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* it went on where it was */
}

static void a_process_that_is_gone_is_told(void **unused)
{
    (void)unused;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(seize(&seizure, child, 0));
    assert_null(stacks_take(&seizure, &no_crash));
    assert_null(stacks_of(NULL, 1));
    stacks_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_group_the_same_bug),
        cmocka_unit_test(kinds_of_memory),
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* who forks under them waits otherwise  \
                                                                     */
        cmocka_unit_test(a_living_process_is_seen),
#endif
        cmocka_unit_test(a_process_that_is_gone_is_told),
    };
    (void)a_living_process_is_seen;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
