/*
 * test_allocators.c - that a real child runs on the allocator that was asked for, and says so when it does
 * not.
 *
 * The program starts itself again as `--child VARIANT` under the environment that allocator_start() gives;
 * the child proves its allocator, counts before and while threads hold blocks, and writes a struct answer to
 * standard output.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "allocators/allocator.h"
#include "allocators/process.h"
#include "allocators/tunables.h"

#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 12, BLOCKS = 100, BLOCK_BYTES = 1000, HELD_BYTES = THREADS * BLOCKS * BLOCK_BYTES };

struct answer {
    bool proven;
    char reason[256];
    struct allocator_proof proof;
    struct allocator_counters before, held;
};

static void *hold_blocks(void *argument)
{
    pthread_barrier_t *barrier = argument;
    void *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i] = malloc(BLOCK_BYTES);
    pthread_barrier_wait(barrier);
    pthread_barrier_wait(barrier);
    for (size_t i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    return NULL;
}

static bool count_held(const struct allocator_variant *variant, struct answer *answer)
{
    pthread_barrier_t barrier;
    pthread_t threads[THREADS];
    if (pthread_barrier_init(&barrier, NULL, THREADS + 1) != 0)
        return false;
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, hold_blocks, &barrier) != 0)
            return false;
    pthread_barrier_wait(&barrier);
    allocator_count(variant, &answer->held);
    pthread_barrier_wait(&barrier);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    return true;
}

static int child(const char *spec)
{
    static struct answer answer;
    struct allocator_variant variant;
    if (!allocator_parse(spec, &variant, answer.reason, sizeof answer.reason))
        return 10;
    answer.proven = allocator_prove(&variant, &answer.proof, answer.reason, sizeof answer.reason);
    allocator_count(&variant, &answer.before);
    if (!count_held(&variant, &answer))
        return 11;
    return write(STDOUT_FILENO, &answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : 12;
}

/* Reads a variant and locates it; both must succeed. */
static struct allocator_variant variant_of(const char *spec)
{
    struct allocator_variant variant;
    char reason[256] = "";
    if (!allocator_parse(spec, &variant, reason, sizeof reason) ||
        !allocator_locate(&variant, reason, sizeof reason))
        fail_msg("%s: %s", spec, reason);
    return variant;
}

/* The environment of this process without what steers allocators, and that of the variant (NULL: nothing)
 * behind it. */
static void build_environment(const char *spec, struct allocator_environment *added, char *out[], size_t room)
{
    size_t count = 0;
    for (char **entry = environ; *entry != NULL && count < room / 2; entry++)
        if (!allocator_variable_foreign(*entry))
            out[count++] = *entry;
    added->count = 0;
    if (spec != NULL) {
        struct allocator_variant variant = variant_of(spec);
        char reason[256] = "";
        if (!allocator_start(&variant, added, reason, sizeof reason))
            fail_msg("%s: %s", spec, reason);
    }
    for (size_t i = 0; i < added->count; i++)
        out[count++] = added->entry[i];
    out[count] = NULL;
}

/* Starts a child under the environment of `started` that asks for `asked`. */
static struct answer run_child(const char *started, const char *asked)
{
    static struct allocator_environment added;
    char *environment[512], flag[] = "--child", self[] = "/proc/self/exe", spec[512];
    build_environment(started, &added, environment, sizeof environment / sizeof environment[0]);
    snprintf(spec, sizeof spec, "%s", asked);
    char *arguments[] = {self, flag, spec, NULL};

    int ends[2], status = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO), 0);
    pid_t pid;
    assert_int_equal(posix_spawn(&pid, self, &actions, NULL, arguments, environment), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);

    struct answer answer;
    size_t length = 0;
    for (ssize_t got; length < sizeof answer; length += (size_t)got) {
        got = read(ends[0], (char *)&answer + length, sizeof answer - length);
        if (got <= 0)
            break;
    }
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0 || length != sizeof answer)
        fail_msg("child of %s: wait status %#x, %zu bytes", asked, (unsigned)status, length);
    return answer;
}

static struct answer run_proven(const char *spec)
{
    struct answer answer = run_child(spec, spec);
    if (!answer.proven)
        fail_msg("%s is not proven: %s", spec, answer.reason);
    return answer;
}

/* A sanitizer has malloc for itself, and address sanitizer refuses to start under a preload. */
static void need_plain_build(void)
{
    if (process_sanitized())
        skip();
}

static void assert_counts_live(const struct answer *answer)
{
    assert_true(answer->before.live_bytes != ALLOCATOR_UNKNOWN);
    assert_in_range(answer->held.live_bytes - answer->before.live_bytes, HELD_BYTES, 2 * HELD_BYTES);
}

static void assert_counts_resident(const struct answer *answer)
{
    assert_true(answer->held.resident_bytes != ALLOCATOR_UNKNOWN);
    assert_true(answer->held.resident_bytes >= HELD_BYTES);
}

static void test_glibc_is_proven_and_counts(void **state)
{
    (void)state;
    struct answer answer = run_proven("glibc");
    if (process_sanitized()) {
        assert_non_null(strstr(answer.proof.version, "+sanitizer"));
        assert_true(answer.held.arenas == ALLOCATOR_UNKNOWN);
        return;
    }
    assert_non_null(strstr(answer.proof.object, "libc.so.6"));
    assert_counts_live(&answer);
    assert_counts_resident(&answer);
    assert_int_equal(answer.before.arenas, 1);
    assert_in_range(answer.held.arenas, 2, answer.held.arenas_limit);
    assert_true(answer.held.lock_waits == ALLOCATOR_UNKNOWN);
}

static void test_glibc_with_one_arena_has_one(void **state)
{
    (void)state;
    need_plain_build();
    struct answer answer = run_proven("glibc:arena_max=1");
    assert_int_equal(answer.held.arenas, 1);
    assert_int_equal(answer.held.arenas_limit, 1);
    assert_counts_live(&answer);
}

static void test_jemalloc_is_proven_and_counts(void **state)
{
    (void)state;
    need_plain_build();
    struct answer answer = run_proven("jemalloc");
    assert_non_null(strstr(answer.proof.object, "libjemalloc.so.2"));
    assert_int_equal(answer.proof.version[0], '5');
    assert_counts_live(&answer);
    assert_counts_resident(&answer);
    assert_in_range(answer.held.arenas, 1, answer.held.arenas_limit + 1);
    assert_true(answer.held.lock_waits != ALLOCATOR_UNKNOWN && answer.held.lock_wait_ns != ALLOCATOR_UNKNOWN);
}

static void test_jemalloc_starved_shares_one_arena(void **state)
{
    (void)state;
    need_plain_build();
    struct answer answer = run_proven("jemalloc:narenas=1:tcache=false");
    assert_int_equal(answer.held.arenas_limit, 1);
    assert_int_equal(answer.held.arenas, 1);
    assert_in_range(answer.held.threads_per_arena_max, THREADS, THREADS + 1);
    assert_counts_live(&answer);
}

static void test_mimalloc_is_proven_and_leaves_unknown_what_it_does_not_count(void **state)
{
    (void)state;
    need_plain_build();
    struct answer answer = run_proven("mimalloc");
    assert_non_null(strstr(answer.proof.object, "libmimalloc.so.2"));
    assert_memory_equal(answer.proof.version, "2.", 2);
    assert_counts_resident(&answer);
    assert_true(answer.held.live_bytes == ALLOCATOR_UNKNOWN && answer.held.arenas == ALLOCATOR_UNKNOWN);
}

static void test_tcmalloc_is_proven_and_counts(void **state)
{
    (void)state;
    need_plain_build();
    static const char *const specs[] = {"tcmalloc", "tcmalloc-full"};
    static const char *const objects[] = {"libtcmalloc_minimal.so.4", "libtcmalloc.so.4"};
    for (size_t i = 0; i < 2; i++) {
        struct answer answer = run_proven(specs[i]);
        assert_non_null(strstr(answer.proof.object, objects[i]));
        assert_non_null(strstr(answer.proof.version, "gperftools"));
        assert_counts_live(&answer);
        assert_counts_resident(&answer);
        assert_true(answer.held.arenas == ALLOCATOR_UNKNOWN && answer.held.lock_waits == ALLOCATOR_UNKNOWN);
    }
}

static void test_any_library_is_proven_by_its_path(void **state)
{
    (void)state;
    need_plain_build();
    struct allocator_variant jemalloc = variant_of("jemalloc");
    struct answer answer = run_proven(jemalloc.object);
    assert_true(process_same_file(answer.proof.object, jemalloc.object));
    assert_string_equal(answer.proof.version, "unknown");
    assert_true(answer.held.live_bytes == ALLOCATOR_UNKNOWN);
}

/* The lowest and the highest value of every knob are taken by the real library, and it says so. */
static void test_every_knob_takes_effect_at_both_ends(void **state)
{
    (void)state;
    need_plain_build();
    size_t count;
    const struct allocator *const *table = allocator_registry(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < table[i]->knob_count; k++) {
            const struct allocator_knob *knob = &table[i]->knobs[k];
            const char *bar = strrchr(knob->values, '|'), *dots = strstr(knob->values, "..");
            const char *last = dots != NULL ? dots + 2 : bar + 1;
            char spec[256];
            int first_length = (int)strcspn(knob->values, "|.");
            snprintf(spec, sizeof spec, "%s:%s=%.*s", table[i]->name, knob->name, first_length, knob->values);
            run_proven(spec);
            snprintf(spec, sizeof spec, "%s:%s=%s", table[i]->name, knob->name, last);
            run_proven(spec);
        }
}

static void test_the_wrong_allocator_is_not_proven(void **state)
{
    (void)state;
    need_plain_build();
    char by_path[ALLOCATOR_ENV_BYTES];
    strcpy(by_path, variant_of("mimalloc").object);
    const struct {
        const char *started, *asked, *said;
    } wrong[] = {
        {NULL, "jemalloc", "libc.so.6"},
        {NULL, "mimalloc", "not by 'libmimalloc"},
        {NULL, by_path, "libmimalloc"},
        {"jemalloc", "glibc", "libjemalloc.so.2"},
        {"jemalloc", by_path, "libjemalloc.so.2"},
        {"mimalloc", "tcmalloc", "libmimalloc"},
        {"tcmalloc", "tcmalloc-full", "libtcmalloc_minimal"},
        {"tcmalloc-full", "tcmalloc", "libtcmalloc.so.4"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct answer answer = run_child(wrong[i].started, wrong[i].asked);
        assert_false(answer.proven);
        if (strstr(answer.reason, wrong[i].said) == NULL)
            fail_msg("%s: '%s' does not say '%s'", wrong[i].asked, answer.reason, wrong[i].said);
        assert_true(answer.held.live_bytes == ALLOCATOR_UNKNOWN &&
                    answer.held.resident_bytes == ALLOCATOR_UNKNOWN);
    }
}

static void test_a_setting_that_is_not_there_is_not_proven(void **state)
{
    (void)state;
    need_plain_build();
    static const struct {
        const char *started, *asked, *said;
    } wrong[] = {
        {"glibc", "glibc:arena_max=1", "arena_max"},
        {"glibc:arena_max=2", "glibc:arena_max=1", "arena_max"},
        {"glibc", "glibc:mxfast=0", "mxfast"},
        {"jemalloc", "jemalloc:narenas=1", "for narenas, not 1"},
        {"jemalloc:tcache=true", "jemalloc:tcache=false", "true for tcache, not false"},
        {"jemalloc", "jemalloc:lg_tcache_max=12", "15 for lg_tcache_max"},
        {"mimalloc", "mimalloc:decommit_delay=0", "25 for decommit_delay"},
        {"tcmalloc", "tcmalloc:aggressive_decommit=1", "TCMALLOC_AGGRESSIVE_DECOMMIT"},
        {"tcmalloc", "tcmalloc:release_rate=5", "TCMALLOC_RELEASE_RATE"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct answer answer = run_child(wrong[i].started, wrong[i].asked);
        assert_false(answer.proven);
        if (strstr(answer.reason, wrong[i].said) == NULL)
            fail_msg("%s: '%s' does not say '%s'", wrong[i].asked, answer.reason, wrong[i].said);
    }
}

/* The loader is asked under the environment as it is now; of two settings of one tunable it takes the last.
 */
static void test_the_loader_reports_tunables(void **state)
{
    (void)state;
    char reason[256] = "";
    uint64_t value = 0;
    assert_int_equal(setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=7:glibc.malloc.perturb=9", 1), 0);
    bool asked = tunables_asked("glibc.malloc.perturb", &value);
    assert_true(asked && value == 7);
    assert_false(tunables_asked("glibc.malloc.pert", &value));
    bool told = tunables_loader("glibc.malloc.perturb", &value, reason, sizeof reason);
    bool told_unknown = tunables_loader("glibc.malloc.no_such", &value, reason, sizeof reason);
    assert_int_equal(unsetenv("GLIBC_TUNABLES"), 0);
    assert_true(told && value == 9);
    assert_false(told_unknown);
    assert_non_null(strstr(reason, "no_such"));
}

static void test_a_sanitizer_says_why_another_allocator_is_not_there(void **state)
{
    (void)state;
    if (!process_sanitized())
        skip();
    struct answer answer = run_child(NULL, "jemalloc");
    assert_false(answer.proven);
    assert_non_null(strstr(answer.reason, "sanitizer"));
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--child") == 0)
        return child(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glibc_is_proven_and_counts),
        cmocka_unit_test(test_glibc_with_one_arena_has_one),
        cmocka_unit_test(test_jemalloc_is_proven_and_counts),
        cmocka_unit_test(test_jemalloc_starved_shares_one_arena),
        cmocka_unit_test(test_mimalloc_is_proven_and_leaves_unknown_what_it_does_not_count),
        cmocka_unit_test(test_tcmalloc_is_proven_and_counts),
        cmocka_unit_test(test_any_library_is_proven_by_its_path),
        cmocka_unit_test(test_every_knob_takes_effect_at_both_ends),
        cmocka_unit_test(test_the_wrong_allocator_is_not_proven),
        cmocka_unit_test(test_a_setting_that_is_not_there_is_not_proven),
        cmocka_unit_test(test_the_loader_reports_tunables),
        cmocka_unit_test(test_a_sanitizer_says_why_another_allocator_is_not_there),
    };
    return cmocka_run_group_tests_name("allocators", tests, NULL, NULL);
}
