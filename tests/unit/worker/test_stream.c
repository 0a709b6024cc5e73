/*
 * test_stream.c - batches so large that they are taken piece by piece: the same set as a plain model, in
 * order or not, and out of order only late; with texts that come again; and no memory at any point.
 */
#include "strategies/registry.h"
#include "strategies/stream.h"
#include "tests/support/clock.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ITEMS = STREAM_GIVEN_KEYS_MIN + 3777,
    TERMS = 4,
    KEY_BYTES = 64,
    WORKERS_MAX = 3,
    OPTIONS_MAX = 16,
    LATE = 60000,
    AGAIN = 10,         /* items that are inserted once more */
    WHOLE_ITEMS = 20000 /* too few to be taken in pieces */
};

struct key {
    uint8_t bytes[KEY_BYTES];
    size_t length;
};

struct source {
    char number[8], value[16];
    struct term terms[TERMS];
    struct key key;
};

static struct source sources[ITEMS];
static struct item items[ITEMS];
static struct batch batch = {.items = items, .count = ITEMS};
static struct key model[ITEMS], found[ITEMS + 1];
static size_t found_count;

/* Numbers of six digits, so that the order of facts is that of their numbers; every hundredth is there
 * twice. */
static void make_source(struct source *source, unsigned index)
{
    unsigned number = 100000 + index - (index % 100 == 99);
    snprintf(source->number, sizeof source->number, "%u", number);
    snprintf(source->value, sizeof source->value, "value-%u", number);
    const struct term fact[TERMS] = {
        {.size = 3, .kind = TERM_LIST},
        {.text = "fact", .size = 4, .kind = TERM_SYMBOL},
        {.text = source->number, .size = (uint32_t)strlen(source->number), .kind = TERM_SYMBOL},
        {.text = source->value, .size = (uint32_t)strlen(source->value), .kind = TERM_SYMBOL},
    };
    memcpy(source->terms, fact, sizeof fact);
    assert_int_equal(expr_encode(source->terms, TERMS, source->key.bytes, KEY_BYTES, &source->key.length),
                     TRIE_OK);
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static void offer(size_t at, const struct source *source)
{
    items[at] = (struct item){.terms = source->terms,
                              .term_count = TERMS,
                              .key = source->key.bytes,
                              .key_length = (uint32_t)source->key.length};
}

static int make_items(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ITEMS; i++) {
        make_source(&sources[i], i);
        offer(i, &sources[i]);
    }
    return 0;
}

static bool collect(void *context, const uint8_t *key, size_t length)
{
    (void)context;
    assert_true(found_count <= ITEMS && length <= KEY_BYTES);
    found[found_count].length = length;
    memcpy(found[found_count++].bytes, key, length);
    return true;
}

/* The keys found are those of the batch, each once. */
static void check_found(void)
{
    for (size_t i = 0; i < batch.count; i++) {
        model[i].length = items[i].key_length;
        memcpy(model[i].bytes, items[i].key, items[i].key_length);
    }
    qsort(model, batch.count, sizeof model[0], compare_keys);
    qsort(found, found_count, sizeof found[0], compare_keys);
    size_t distinct = 0;
    for (size_t i = 0; i < batch.count; i++)
        if (i == 0 || compare_keys(&model[i - 1], &model[i]) != 0) {
            assert_true(distinct < found_count);
            assert_int_equal(compare_keys(&found[distinct++], &model[i]), 0);
        }
    assert_int_equal(found_count, distinct);
}

enum form { INLINE, INTERNED, ENCODED, FORMS };

static struct strategy_setup setup_of(const struct strategy *strategy, unsigned workers, enum form form,
                                      int64_t *options)
{
    assert_true(strategy->option_count <= OPTIONS_MAX);
    for (size_t i = 0; i < strategy->option_count; i++)
        options[i] = strategy->options[i].preset;
    return (struct strategy_setup){.workers = workers,
                                   .interned = form == INTERNED,
                                   .encoded = form == ENCODED,
                                   .batch_max = ITEMS,
                                   .options = options,
                                   .now_ns = clock_ns};
}

/* Some of the items once more: that must change nothing, so the ids in the keys are those of the table. */
static void insert_again(const struct strategy *strategy, void *state, void *space, struct strategy_run *run)
{
    const struct batch some = {.items = items + batch.count - AGAIN, .count = AGAIN};
    assert_int_equal(strategy->insert(state, space, &some, run), STRATEGY_OK);
}

/* Two batches, as what was learnt from the first must not harm the second. */
static void check_strategy(const struct strategy *strategy, unsigned workers, enum form form)
{
    int64_t options[OPTIONS_MAX];
    struct strategy_setup setup = setup_of(strategy, workers, form, options);
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    void *state, *space;
    long live = fault_live();
    assert_int_equal(strategy->open(&setup, &state), STRATEGY_OK);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(strategy->create(state, &space), STRATEGY_OK);
        assert_int_equal(strategy->insert(state, space, &batch, &run), STRATEGY_OK);
        insert_again(strategy, state, space, &run);
        found_count = 0;
        assert_int_equal(strategy->walk(state, space, collect, NULL), STRATEGY_OK);
        check_found();
        strategy->destroy(state, space);
    }
    strategy->close(state);
    assert_int_equal(fault_live(), live);
}

static void check_all(void)
{
    for (int form = INLINE; form < FORMS; form++) {
        check_strategy(strategy_find("sorted"), 1, (enum form)form);
        check_strategy(strategy_find("partition"), WORKERS_MAX, (enum form)form);
    }
}

static void batches_in_order(void **state)
{
    (void)state;
    check_all();
}

static void disorder_that_shows_late(void **state)
{
    (void)state;
    offer(LATE, &sources[LATE + 1]);
    offer(LATE + 1, &sources[LATE]);
    check_all();
    offer(LATE, &sources[LATE]);
    offer(LATE + 1, &sources[LATE + 1]);
}

static void disorder_throughout(void **state)
{
    (void)state;
    for (size_t i = 0; i < ITEMS; i++)
        offer(i, &sources[i * 7919 % ITEMS]);
    check_all();
    for (size_t i = 0; i < ITEMS; i++)
        offer(i, &sources[i]);
}

static void offer_each_once(void)
{
    batch.count = 0;
    for (size_t i = 0; i < ITEMS; i++)
        if (i % 100 != 99)
            offer(batch.count++, &sources[i]);
}

static void offer_all(void)
{
    batch.count = ITEMS;
    for (size_t i = 0; i < ITEMS; i++)
        offer(i, &sources[i]);
}

/* So that all that are taken for new are. */
static void no_text_comes_again(void **state)
{
    (void)state;
    offer_each_once();
    check_all();
    offer_all();
}

/* In the last of so many items one does, when the first time is long forgotten; the keys are in order all the
 * same. */
static void check_text_again(size_t count)
{
    offer_each_once();
    struct source *last = &sources[count - 1 + (count - 1) / 99], kept = *last;
    last->terms[3] = sources[5].terms[3];
    assert_int_equal(expr_encode(last->terms, TERMS, last->key.bytes, KEY_BYTES, &last->key.length), TRIE_OK);
    offer(count - 1, last);
    batch.count = count;
    check_all();
    *last = kept;
    offer_all();
}

static void a_text_comes_again_late(void **state)
{
    (void)state;
    offer_each_once();
    check_text_again(batch.count);
}

static void a_text_comes_again_in_a_whole_batch(void **state)
{
    (void)state;
    check_text_again(WHOLE_ITEMS);
}

/* Those that keep no more than a piece of such a batch between their passes, alone and with others. */
static void what_waits_between_passes(void **state)
{
    (void)state;
    static const char *const names[] = {"text", "string-parallel", "space-parallel", "pipeline"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct strategy *strategy = strategy_find(names[i]);
        bool parallel = (strategy->claims & STRATEGY_PARALLEL) != 0;
        for (unsigned workers = 1; workers <= (parallel ? WORKERS_MAX : 1); workers += 2)
            check_strategy(strategy, workers, INTERNED);
    }
}

/* What one worker takes pieces with. */
struct taker {
    struct strategy_setup setup;
    struct strategy_progress progress;
    struct builder builder;
    struct space space;
    struct stream stream;
};

static void open_taker(struct taker *taker, unsigned workers, size_t count_max, enum builder_nodes nodes)
{
    memset(taker, 0, sizeof *taker);
    taker->setup =
        (struct strategy_setup){.workers = workers, .encoded = true, .batch_max = ITEMS, .now_ns = clock_ns};
    assert_int_equal(builder_open(&taker->builder, &taker->setup, count_max, nodes), STRATEGY_OK);
    stream_begin(&taker->stream, &batch, workers);
}

static enum strategy_status take(struct taker *taker, struct trie *trie)
{
    return stream_take(&taker->stream, &taker->builder, &taker->space, trie, &taker->progress);
}

/* One worker's pieces, with each of the first allocations failing in turn. */
static void no_memory(void **state)
{
    (void)state;
    struct taker taker;
    struct trie trie;
    open_taker(&taker, 1, 0, BUILDER_BLOCKS);
    trie_init(&trie);
    long live = fault_live();
    unsigned failed = 0;
    for (size_t k = 0; k < 40; k++) {
        stream_begin(&taker.stream, &batch, 1);
        fault_arm(k, false);
        enum strategy_status status = take(&taker, &trie);
        bool armed = fault_disarm();
        assert_int_equal(status, armed ? STRATEGY_NO_MEMORY : STRATEGY_OK);
        failed += armed;
        trie_clear(&trie);
        if (k > 0) /* the builder keeps what it got */
            assert_int_equal(fault_live(), live);
    }
    assert_true(failed > 10);
    builder_close(&taker.builder);
}

static size_t keys_of(const struct trie *trie)
{
    struct trie_stats stats;
    assert_int_equal(trie_measure(trie, &stats), TRIE_OK);
    return stats.keys;
}

static void all_is_taken_once(void **state)
{
    (void)state;
    struct taker taker;
    struct trie trie, rest;
    open_taker(&taker, 2, ITEMS, BUILDER_MALLOC);
    trie_init(&trie);
    trie_init(&rest);
    assert_int_equal(take(&taker, &trie), STRATEGY_OK);
    assert_true(stream_in_order(&taker.stream));
    assert_int_equal(keys_of(&trie), ITEMS - ITEMS / 100);
    /* For whoever comes late there is nothing. */
    assert_int_equal(take(&taker, &rest), STRATEGY_OK);
    assert_int_equal(keys_of(&rest), 0);
    trie_clear(&trie);
    builder_close(&taker.builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_in_order),          cmocka_unit_test(disorder_that_shows_late),
        cmocka_unit_test(disorder_throughout),       cmocka_unit_test(no_text_comes_again),
        cmocka_unit_test(a_text_comes_again_late),   cmocka_unit_test(a_text_comes_again_in_a_whole_batch),
        cmocka_unit_test(what_waits_between_passes), cmocka_unit_test(no_memory),
        cmocka_unit_test(all_is_taken_once),
    };
    return cmocka_run_group_tests(tests, make_items, NULL);
}
