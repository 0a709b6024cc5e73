/* test_sample.c - one sample, and the loop over samples, with a strategy that goes wrong on demand. */
#include "harness/worker/page.h"
#include "harness/worker/sampling.h"
#include "strategies/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BATCH = 10, SEEN_MAX = 4096 };
#define DAY_NS UINT64_C(86400000000000)

enum fault { NONE, LOSE_ONE, SWAP_ONE, FAIL_CREATE, FAIL_PREPARE, FAIL_INSERT, FAIL_WALK };

/* A strategy that remembers the batch, as its state and its space. */
struct store {
    enum fault fault;
    enum strategy_status status; /* what the call that fails returns */
    unsigned fault_from;         /* number of the insertion that it begins with */
    unsigned inserts, phase_inserts, standing;
    struct batch kept, prepared;
    const struct item *seen[SEEN_MAX]; /* first item of each insertion */
};

static bool goes_wrong(const struct store *store, enum fault fault)
{
    return store->fault == fault && store->inserts > store->fault_from;
}

static enum strategy_status store_create(void *state, void **space)
{
    struct store *store = state;
    if (store->fault == FAIL_CREATE && store->inserts >= store->fault_from)
        return store->status;
    store->standing++;
    *space = store;
    return STRATEGY_OK;
}

static enum strategy_status store_prepare(void *state, void *space, const struct batch *batch)
{
    struct store *store = state;
    assert_ptr_equal(space, store);
    store->prepared = *batch;
    return store->fault == FAIL_PREPARE ? store->status : STRATEGY_OK;
}

static enum strategy_status store_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    struct store *store = state;
    assert_ptr_equal(space, store);
    assert_true(store->inserts < SEEN_MAX);
    assert_ptr_equal(batch->items, store->prepared.items);
    assert_int_equal(batch->count, store->prepared.count);
    store->kept = *batch;
    store->seen[store->inserts++] = batch->items;
    store->phase_inserts += run->phase_ns != NULL;
    if (run->phase_ns != NULL)
        run->phase_ns[PHASE_INSERT] += 1;
    return goes_wrong(store, FAIL_INSERT) ? store->status : STRATEGY_OK;
}

static enum strategy_status store_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    const struct store *store = state;
    (void)space;
    size_t first = goes_wrong(store, LOSE_ONE) || goes_wrong(store, SWAP_ONE) ? 1 : 0;
    for (size_t i = first; i < store->kept.count; i++)
        visit(context, store->kept.items[i].key, store->kept.items[i].key_length);
    if (goes_wrong(store, SWAP_ONE)) /* as many keys, but one of them twice */
        visit(context, store->kept.items[1].key, store->kept.items[1].key_length);
    return goes_wrong(store, FAIL_WALK) ? store->status : STRATEGY_OK;
}

static void store_destroy(void *state, void *space)
{
    struct store *store = state;
    (void)space;
    store->standing--;
}

static const struct strategy strategy_store = {
    .abi = STRATEGY_ABI,
    .name = "store",
    .create = store_create,
    .prepare = store_prepare,
    .insert = store_insert,
    .walk = store_walk,
    .destroy = store_destroy,
};

/* Everything that sampling needs. */
struct bench {
    struct store store;
    struct allocator_variant variant;
    struct binding binding;
    struct sampler sampler;
    struct trial_args args;
    struct sampling_room *room;
};

static void set_up(struct bench *bench, uint64_t batch)
{
    memset(bench, 0, sizeof *bench);
    struct error error;
    char reason[256];
    struct workload *workload;
    const struct workload_need need = {.batch = batch, .encoded = true, .seed = 7};
    assert_true(workload_open("facts", &need, &workload, &error));
    assert_true(page_map(-1, &bench->sampler.page, &error));
    assert_true(allocator_parse("glibc", &bench->variant, reason, sizeof reason));
    assert_true(bind_place_here("none", 1, &bench->binding, &error));
    bench->sampler.strategy = &strategy_store;
    bench->sampler.state = &bench->store;
    bench->sampler.workload = workload;
    bench->sampler.variant = &bench->variant;
    trial_args_init(&bench->args);
    bench->args.warmup = 5;
    bench->room = calloc(1, sizeof *bench->room);
    assert_non_null(bench->room);
}

static void tear_down(struct bench *bench)
{
    assert_int_equal(bench->store.standing, 0); /* whatever happened, every space was destroyed */
    workload_close((struct workload *)(uintptr_t)bench->sampler.workload);
    page_unmap(bench->sampler.page);
    free(bench->room);
}

static bool take_one(struct bench *bench)
{
    struct sample_times times;
    return sample_take(&bench->sampler, NULL, NULL, &times);
}

static bool run(struct bench *bench)
{
    return sampling_run(&bench->sampler, &bench->args, &bench->binding, bench->room);
}

static void a_good_sample_is_checked(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    assert_true(take_one(&bench));
    const struct trial_page *page = bench.sampler.page;
    assert_int_equal(page->verdict, PAGE_VERDICT_NONE);
    assert_int_equal(page->samples_checked, 1);
    assert_int_equal(page->keys_found, BATCH);
    assert_int_equal(page->digest, page->digest_expected);
    assert_true(page->digest != 0);
    tear_down(&bench);
}

static void an_empty_batch_is_a_good_sample(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, 0);
    assert_true(take_one(&bench));
    assert_int_equal(bench.sampler.page->keys_expected, 0);
    assert_int_equal(bench.sampler.page->samples_checked, 1);
    tear_down(&bench);
}

static void a_fault_has_its_verdict(void **unused)
{
    (void)unused;
    static const struct {
        enum fault fault;
        enum strategy_status status;
        enum page_verdict verdict;
        const char *reason;
    } cases[] = {
        {LOSE_ONE, STRATEGY_OK, PAGE_VERDICT_CORRUPT, "sample 0: 9 of 10 keys"},
        {SWAP_ONE, STRATEGY_OK, PAGE_VERDICT_CORRUPT, "sample 0: 10 of 10 keys"},
        {FAIL_CREATE, STRATEGY_NO_MEMORY, PAGE_VERDICT_OOM, "create() got no memory"},
        {FAIL_PREPARE, STRATEGY_NO_MEMORY, PAGE_VERDICT_OOM, "prepare() got no memory"},
        {FAIL_PREPARE, STRATEGY_FAILED, PAGE_VERDICT_CORRUPT, "prepare() failed"},
        {FAIL_INSERT, STRATEGY_NO_MEMORY, PAGE_VERDICT_OOM, "insert() got no memory"},
        {FAIL_INSERT, STRATEGY_FAILED, PAGE_VERDICT_CORRUPT, "insert() failed"},
        {FAIL_INSERT, STRATEGY_UNSUPPORTED, PAGE_VERDICT_REFUSED, "does not support"},
        {FAIL_INSERT, STRATEGY_NO_THREAD, PAGE_VERDICT_REFUSED, "no thread"},
        {FAIL_INSERT, (enum strategy_status)77, PAGE_VERDICT_CORRUPT, "insert() failed"},
        {FAIL_WALK, STRATEGY_NO_MEMORY, PAGE_VERDICT_OOM, "walk() got no memory"},
        {FAIL_WALK, STRATEGY_FAILED, PAGE_VERDICT_CORRUPT, "walk() failed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench bench;
        set_up(&bench, BATCH);
        bench.store.fault = cases[i].fault;
        bench.store.status = cases[i].status;
        assert_false(take_one(&bench));
        assert_int_equal(bench.sampler.page->verdict, cases[i].verdict);
        assert_non_null(strstr(bench.sampler.page->reason, cases[i].reason));
        assert_int_equal(bench.sampler.page->samples_checked, 0);
        tear_down(&bench);
    }
}

static void a_control_must_hold_nothing(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.sampler.strategy = strategy_find("nothing");
    assert_true(take_one(&bench));
    struct strategy hoarder = strategy_store;
    hoarder.claims = STRATEGY_CONTROL;
    bench.sampler.strategy = &hoarder;
    assert_false(take_one(&bench));
    assert_non_null(strstr(bench.sampler.page->reason, "10 of 0 keys"));
    tear_down(&bench);
}

static void sampling_ends_at_the_most(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.args.time_ns = DAY_NS;
    bench.args.samples_max = 33;
    assert_true(run(&bench));
    const struct trial_page *page = bench.sampler.page;
    assert_int_equal(page->sample_count, 33);
    assert_int_equal(page->phase_samples, 4); /* after 8, 16, 24 and 32 */
    assert_int_equal(bench.store.phase_inserts, 4);
    assert_int_equal(page->phases_ns[PHASE_INSERT], 4);
    /* The first, the warm-up, those that count, the phases, and a few that read the memory. */
    unsigned known = 1 + 5 + 33 + 4;
    assert_in_range(bench.store.inserts, known + 1, known + 3);
    assert_int_equal(page->samples_checked, bench.store.inserts);
    tear_down(&bench);
}

static void sampling_ends_at_the_least_when_time_is_over(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.args.time_ns = 0;
    bench.args.samples_min = 3;
    assert_true(run(&bench));
    assert_int_equal(bench.sampler.page->sample_count, 3);
    assert_int_equal(bench.sampler.page->phase_samples, 1); /* one there is always */
    tear_down(&bench);
}

static void sampling_ends_when_the_median_is_known(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.sampler.strategy = strategy_find("nothing");
    bench.args.time_ns = DAY_NS;
    bench.args.samples_min = 1;
    bench.args.samples_max = PAGE_SAMPLES_MAX;
    bench.args.precision = 1;
    assert_true(run(&bench));
    assert_in_range(bench.sampler.page->sample_count, 8, PAGE_SAMPLES_MAX - 1);
    tear_down(&bench);
}

static void a_huge_batch_is_not_waited_for(void **unused)
{
    (void)unused;
    const uint64_t second_ns = UINT64_C(1000000000);
    struct trial_args args;
    trial_args_init(&args);
    args.time_ns = 2 * second_ns;
    args.warmup = 10;
    args.samples_min = 5;
    args.samples_max = 100;
    assert_false(sampling_is_warm(&args, 9, second_ns / 10));
    assert_true(sampling_is_warm(&args, 10, second_ns / 10));
    assert_false(sampling_is_warm(&args, 0, 0));
    assert_false(sampling_is_warm(&args, 1, 7 * second_ns));
    assert_true(sampling_is_warm(&args, 1, 10 * second_ns));
    assert_false(sampling_is_over(&args, 99, second_ns));
    assert_true(sampling_is_over(&args, 100, second_ns));
    assert_true(sampling_is_over(&args, 5, 2 * second_ns));
    assert_false(sampling_is_over(&args, 4, 21 * second_ns));
    assert_true(sampling_is_over(&args, 1, 22 * second_ns));
    args.samples_max = 5;
    assert_false(sampling_is_over(&args, 1, 3600 * second_ns));
}

static void a_late_fault_names_its_sample_and_keeps_the_others(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.store.fault = LOSE_ONE;
    bench.store.fault_from = 12;
    assert_false(run(&bench));
    const struct trial_page *page = bench.sampler.page;
    assert_int_equal(page->verdict, PAGE_VERDICT_CORRUPT);
    assert_non_null(strstr(page->reason, "sample 12: "));
    assert_int_equal(page->samples_checked, 12);
    assert_int_equal(page->sample_count, 12 - 1 - 5);
    tear_down(&bench);
}

static void all_that_are_compared_see_the_same_slices(void **unused)
{
    (void)unused;
    struct bench bench;
    set_up(&bench, BATCH);
    bench.args.samples_max = 40;
    bench.args.round = 3;
    assert_true(run(&bench));
    struct store once = bench.store;
    bench.store = (struct store){0};
    memset(bench.sampler.page, 0, sizeof *bench.sampler.page);
    assert_true(run(&bench));
    for (unsigned i = 0; i < 40; i++)
        assert_ptr_equal(bench.store.seen[i], once.seen[i]);
    bench.args.round = 4;
    bench.store = (struct store){0};
    memset(bench.sampler.page, 0, sizeof *bench.sampler.page);
    assert_true(run(&bench));
    assert_ptr_not_equal(bench.store.seen[0], once.seen[0]);
    tear_down(&bench);
}

static void rounds_start_apart(void **unused)
{
    (void)unused;
    enum { SLICES = 64 };
    bool taken[SLICES] = {false};
    for (uint64_t round = 0; round < SLICES; round++) {
        uint64_t start = sampling_first_slice(round) % SLICES;
        assert_false(taken[start]);
        taken[start] = true;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_sample_is_checked),
        cmocka_unit_test(an_empty_batch_is_a_good_sample),
        cmocka_unit_test(a_fault_has_its_verdict),
        cmocka_unit_test(a_control_must_hold_nothing),
        cmocka_unit_test(sampling_ends_at_the_most),
        cmocka_unit_test(sampling_ends_at_the_least_when_time_is_over),
        cmocka_unit_test(sampling_ends_when_the_median_is_known),
        cmocka_unit_test(a_huge_batch_is_not_waited_for),
        cmocka_unit_test(a_late_fault_names_its_sample_and_keeps_the_others),
        cmocka_unit_test(all_that_are_compared_see_the_same_slices),
        cmocka_unit_test(rounds_start_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
