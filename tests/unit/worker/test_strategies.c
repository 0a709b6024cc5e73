/*
 * test_strategies.c - what every strategy must hold: the same set as a plain model, its claims, no leak,
 * clean errors.
 *
 * Runs over all built-ins; paths of plug-ins on the command line are tested in their place.
 */
#include "strategies/pool.h"
#include "strategies/registry.h"
#include "tests/support/clock.h"
#include "tests/support/fault.h"
#include "trie/symbols.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { ITEMS = 1000, TERMS = 7, KEY_BYTES = 96, WORKERS_MAX = 8, STRATEGIES_MAX = 64, OPTIONS_MAX = 16 };

/* One item with all that it points to. Every seventh repeats an earlier one; every third is a rule with
 * variables. */
struct source {
    char numeral[16], value[24];
    struct term terms[TERMS];
    uint8_t inline_key[KEY_BYTES], interned_key[KEY_BYTES];
    size_t inline_length, interned_length;
};

struct key {
    uint8_t bytes[KEY_BYTES];
    size_t length;
};

static struct source sources[ITEMS];
static struct item items[ITEMS];
static struct key model[ITEMS], found[ITEMS + 1];
static const struct strategy *strategies[STRATEGIES_MAX];
static size_t strategy_count;

/* A combination under test. */
struct cell {
    const struct strategy *strategy;
    unsigned workers;
    bool interned, encoded;
    bool faulty; /* with permits=leaky and root=lazy */
    enum pool_kind pool;
};

static struct term symbol(const char *text)
{
    return (struct term){.text = text, .size = (uint32_t)strlen(text), .kind = TERM_SYMBOL};
}

static struct term list(uint32_t children)
{
    return (struct term){.size = children, .kind = TERM_LIST};
}

static uint32_t make_terms(struct source *source, unsigned index)
{
    unsigned number = index % 7 == 6 ? index / 2 - index / 2 % 3 + index % 3 : index;
    snprintf(source->numeral, sizeof source->numeral, "%u", number);
    snprintf(source->value, sizeof source->value, "value-%u", number);
    if (number % 3 != 0) {
        const struct term fact[] = {list(3), symbol("fact"), symbol(source->numeral), symbol(source->value)};
        memcpy(source->terms, fact, sizeof fact);
        return 4;
    }
    const struct term variable = {.text = "$x", .size = 2, .kind = TERM_VARIABLE};
    const struct term rule[] = {list(3), symbol("="), list(2), symbol(source->numeral), variable, variable};
    memcpy(source->terms, rule, sizeof rule);
    return 6;
}

static int make_items(void **state)
{
    (void)state;
    struct symbols *symbols;
    struct symbols_writer writer;
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
    for (unsigned i = 0; i < ITEMS; i++) {
        struct source *source = &sources[i];
        items[i].terms = source->terms;
        items[i].term_count = make_terms(source, i);
        assert_int_equal(expr_encode(source->terms, items[i].term_count, source->inline_key, KEY_BYTES,
                                     &source->inline_length),
                         TRIE_OK);
        assert_int_equal(expr_encode_interned(source->terms, items[i].term_count, symbols, &writer,
                                              source->interned_key, KEY_BYTES, &source->interned_length),
                         TRIE_OK);
    }
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static void set_key(struct key *key, const uint8_t *bytes, size_t length)
{
    memset(key, 0, sizeof *key);
    memcpy(key->bytes, bytes, length);
    key->length = length;
}

/* The distinct keys that a space must hold after items[count], ascending; returns their number. */
static size_t make_model(const struct cell *cell, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct source *source = &sources[i];
        if (cell->interned && cell->encoded)
            set_key(&model[i], source->interned_key, source->interned_length);
        else
            set_key(&model[i], source->inline_key, source->inline_length);
    }
    qsort(model, count, sizeof model[0], compare_keys);
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || compare_keys(&model[distinct - 1], &model[i]) != 0)
            model[distinct++] = model[i];
    return distinct;
}

static void offer_keys(const struct cell *cell)
{
    for (size_t i = 0; i < ITEMS; i++) {
        bool interned = cell->interned;
        items[i].key = interned ? sources[i].interned_key : sources[i].inline_key;
        items[i].key_length = (uint32_t)(interned ? sources[i].interned_length : sources[i].inline_length);
    }
}

static void set_options(const struct cell *cell, int64_t options[OPTIONS_MAX])
{
    const struct strategy *strategy = cell->strategy;
    assert_true(strategy->option_count <= OPTIONS_MAX);
    for (size_t i = 0; i < strategy->option_count; i++) {
        const char *name = strategy->options[i].name;
        bool fault = strcmp(name, "permits") == 0 || strcmp(name, "root") == 0;
        options[i] = strategy->options[i].preset;
        if (strcmp(name, "pool") == 0)
            options[i] = (int64_t)cell->pool;
        else if (fault && cell->faulty)
            options[i] = 1;
    }
}

/* Readings of the clock by this thread. */
static _Thread_local unsigned clock_readings;

static uint64_t counted_clock_ns(void)
{
    clock_readings++;
    return clock_ns();
}

static struct strategy_setup setup_of(const struct cell *cell, const int64_t *options)
{
    offer_keys(cell);
    return (struct strategy_setup){.workers = cell->workers,
                                   .interned = cell->interned,
                                   .encoded = cell->encoded,
                                   .batch_max = ITEMS,
                                   .options = options,
                                   .now_ns = counted_clock_ns};
}

struct collected {
    size_t count;
    size_t limit;
};

static bool collect(void *context, const uint8_t *key, size_t length)
{
    struct collected *collected = context;
    assert_true(length <= KEY_BYTES);
    assert_true(collected->count <= ITEMS);
    set_key(&found[collected->count++], key, length);
    return collected->count < collected->limit;
}

static void assert_same_set(const struct cell *cell, void *state, void *space, size_t batch)
{
    struct collected collected = {.limit = SIZE_MAX};
    assert_int_equal(cell->strategy->walk(state, space, collect, &collected), STRATEGY_OK);
    bool ordered = (cell->strategy->claims & STRATEGY_ORDERED) != 0 && (cell->encoded || !cell->interned);
    if (!ordered)
        qsort(found, collected.count, sizeof found[0], compare_keys);
    size_t expected = make_model(cell, batch);
    assert_int_equal(collected.count, expected);
    for (size_t i = 0; i < expected; i++)
        if (compare_keys(&found[i], &model[i]) != 0)
            fail_msg("key %zu of %zu differs", i, expected);
}

/* An empty space, and the batch made ready for it where the strategy does such a thing. */
static enum strategy_status make_space(const struct strategy *strategy, void *state,
                                       const struct batch *batch, void **space)
{
    enum strategy_status status = strategy->create(state, space);
    if (status != STRATEGY_OK || strategy->prepare == NULL)
        return status;
    status = strategy->prepare(state, *space, batch);
    if (status != STRATEGY_OK)
        strategy->destroy(state, *space);
    return status;
}

/* One sample into a fresh space, checked. */
static void sample(const struct cell *cell, void *state, size_t count)
{
    const struct strategy *strategy = cell->strategy;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = items, .count = count};
    void *space = NULL;
    assert_int_equal(make_space(strategy, state, &batch, &space), STRATEGY_OK);
    assert_int_equal(strategy->insert(state, space, &batch, &run), STRATEGY_OK);
    for (unsigned i = 0; i < cell->workers; i++)
        assert_int_equal(progress[i].phase, PHASE_NONE);
    assert_same_set(cell, state, space, count);
    if (strategy->space_bytes != NULL && count > 0)
        assert_true(strategy->space_bytes(state, space) > 0);
    strategy->destroy(state, space);
}

/* Opens the cell's strategy; false if it says that it does not do this combination. */
static bool open_cell(const struct cell *cell, const struct strategy_setup *setup, void **state)
{
    if (cell->interned && (cell->strategy->claims & STRATEGY_PLAIN) != 0)
        return false;
    enum strategy_status status = cell->strategy->open(setup, state);
    if (status == STRATEGY_UNSUPPORTED)
        return false;
    assert_int_equal(status, STRATEGY_OK);
    return true;
}

static void same_set_as_the_model(const struct cell *cell)
{
    static const size_t batches[] = {0, 1, 2, 7, 100, ITEMS, 3, ITEMS};
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL;
    long before = fault_live();
    if (open_cell(cell, &setup, &state)) {
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
            sample(cell, state, batches[i]);
        cell->strategy->close(state);
    }
    assert_int_equal(fault_live(), before);
}

/* Calls a test for every strategy, form of the symbols and keys, number of workers, and kind of pool. */
static void for_each_cell(const unsigned *workers, size_t worker_counts,
                          void (*test)(const struct cell *cell))
{
    for (size_t s = 0; s < strategy_count; s++)
        for (unsigned form = 0; form < 4; form++)
            for (size_t w = 0; w < worker_counts; w++)
                for (unsigned pool = POOL_SPAWN; pool <= POOL_SPIN; pool++) {
                    bool parallel = (strategies[s]->claims & STRATEGY_PARALLEL) != 0;
                    if (pool != POOL_SPIN && (!parallel || workers[w] == 1))
                        continue;
                    struct cell cell = {.strategy = strategies[s],
                                        .workers = workers[w],
                                        .interned = (form & 1) != 0,
                                        .encoded = (form & 2) != 0,
                                        .pool = (enum pool_kind)pool};
                    test(&cell);
                }
}

static void test_same_set_as_the_model(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, 3, WORKERS_MAX};
    for_each_cell(workers, sizeof workers / sizeof workers[0], same_set_as_the_model);
}

/* The restated races need two threads: on one the table with them is as good as a sound one. */
static void test_one_worker_sees_no_fault(void **state)
{
    (void)state;
    for (size_t s = 0; s < strategy_count; s++) {
        struct cell cell = {.strategy = strategies[s], .workers = 1, .interned = true, .faulty = true};
        same_set_as_the_model(&cell);
    }
}

/* Runs one whole trial with an allocation fault armed, and returns how it ended. */
static enum strategy_status faulty_trial(const struct cell *cell, const struct strategy_setup *setup,
                                         size_t count)
{
    const struct strategy *strategy = cell->strategy;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = items, .count = count};
    struct collected collected = {.limit = SIZE_MAX};
    void *state = NULL, *space = NULL;
    enum strategy_status status = strategy->open(setup, &state);
    if (status != STRATEGY_OK)
        return status;
    status = make_space(strategy, state, &batch, &space);
    if (status == STRATEGY_OK) {
        status = strategy->insert(state, space, &batch, &run);
        if (status == STRATEGY_OK)
            status = strategy->walk(state, space, collect, &collected);
        strategy->destroy(state, space);
    }
    strategy->close(state);
    return status;
}

static void clean_without_memory(const struct cell *cell)
{
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    setup.batch_max = 9;
    if (cell->interned && (cell->strategy->claims & STRATEGY_PLAIN) != 0)
        return;
    for (int lasting = 0; lasting <= 1; lasting++) {
        bool fired = true;
        for (size_t k = 0; fired; k++) {
            long before = fault_live();
            fault_arm(k, lasting != 0);
            enum strategy_status status = faulty_trial(cell, &setup, 9);
            fired = fault_disarm();
            if (status == STRATEGY_UNSUPPORTED)
                return;
            assert_int_equal(status, fired ? STRATEGY_NO_MEMORY : STRATEGY_OK);
            assert_int_equal(fault_live(), before);
        }
    }
}

static void test_clean_without_memory(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 3};
    for_each_cell(workers, sizeof workers / sizeof workers[0], clean_without_memory);
}

/* A strategy goes on after a batch for which there was no memory. */
static void recovers(const struct cell *cell)
{
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL, *space = NULL;
    if (!open_cell(cell, &setup, &state))
        return;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = items, .count = ITEMS};
    assert_int_equal(make_space(cell->strategy, state, &batch, &space), STRATEGY_OK);
    fault_arm(20, true);
    enum strategy_status status = cell->strategy->insert(state, space, &batch, &run);
    if (fault_disarm())
        assert_int_equal(status, STRATEGY_NO_MEMORY);
    cell->strategy->destroy(state, space);
    sample(cell, state, ITEMS);
    cell->strategy->close(state);
}

static void test_recovers(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 3};
    for_each_cell(workers, sizeof workers / sizeof workers[0], recovers);
}

/* Who claims to be parallel lets every worker have items; who does not, none but worker 0. */
static void holds_parallel_claim(const struct cell *cell)
{
    enum { UNTOUCHED = 1 << 30 };
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL, *space = NULL;
    if (!open_cell(cell, &setup, &state))
        return;
    struct strategy_progress progress[WORKERS_MAX];
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        progress[i] = (struct strategy_progress){.item = UNTOUCHED};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = items, .count = ITEMS};
    assert_int_equal(make_space(cell->strategy, state, &batch, &space), STRATEGY_OK);
    assert_int_equal(cell->strategy->insert(state, space, &batch, &run), STRATEGY_OK);
    bool parallel = (cell->strategy->claims & STRATEGY_PARALLEL) != 0;
    for (unsigned i = 1; i < cell->workers; i++)
        assert_int_equal(progress[i].item != UNTOUCHED, parallel);
    cell->strategy->destroy(state, space);
    cell->strategy->close(state);
}

static void test_holds_parallel_claim(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 4};
    for_each_cell(workers, sizeof workers / sizeof workers[0], holds_parallel_claim);
}

/* The phases of a sample add up to all of it. */
static void phases_add_up(const struct cell *cell)
{
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL, *space = NULL;
    if (!open_cell(cell, &setup, &state))
        return;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    uint64_t phase_ns[PHASE_COUNT] = {0};
    struct batch batch = {.items = items, .count = 10};
    assert_int_equal(make_space(cell->strategy, state, &batch, &space), STRATEGY_OK);
    struct strategy_run run = {.progress = progress, .phase_ns = phase_ns, .phase_since_ns = clock_ns()};
    uint64_t begin_ns = run.phase_since_ns, sum_ns = 0;
    clock_readings = 0;
    assert_int_equal(cell->strategy->insert(state, space, &batch, &run), STRATEGY_OK);
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        sum_ns += phase_ns[i];
    if (cell->strategy->space_bytes != NULL) /* plug-ins need not report phases */
        assert_int_equal(sum_ns, run.phase_since_ns - begin_ns);
    if (cell->workers == 1)                     /* who waits for others may look at the clock meanwhile */
        assert_in_range(clock_readings, 0, 20); /* a few a batch, none an item */
    cell->strategy->destroy(state, space);
    cell->strategy->close(state);
}

static void test_phases_add_up(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2};
    for_each_cell(workers, sizeof workers / sizeof workers[0], phases_add_up);
}

/* Inserts the items into a space of the cell, and leaves what is walked out of it in found[], sorted. false
 * where the cell cannot be opened. */
static bool store(const struct cell *cell, const struct item *offered, size_t count, size_t *stored)
{
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL, *space = NULL;
    if (!open_cell(cell, &setup, &state))
        return false;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = offered, .count = count};
    struct collected collected = {.limit = SIZE_MAX};
    assert_int_equal(make_space(cell->strategy, state, &batch, &space), STRATEGY_OK);
    assert_int_equal(cell->strategy->insert(state, space, &batch, &run), STRATEGY_OK);
    assert_int_equal(cell->strategy->walk(state, space, collect, &collected), STRATEGY_OK);
    qsort(found, collected.count, sizeof found[0], compare_keys);
    cell->strategy->destroy(state, space);
    cell->strategy->close(state);
    *stored = collected.count;
    return true;
}

/* In keys=encoded, any bytes are a key: zero bytes and those next to them, one that begins another. */
static void keeps_any_bytes(const struct cell *cell)
{
    static const uint8_t values[] = {0x00, 0x01, 0x02, 0xff};
    static struct key keys[ITEMS];
    static struct item offered[ITEMS];
    if (!cell->encoded)
        return;
    size_t count = 0;
    for (size_t length = 1; length <= 4; length++)
        for (unsigned digits = 0; digits < 1u << (2 * length); digits++) {
            struct key *key = &keys[count];
            key->length = 2 * length + length / 2; /* 2 5 7 10: within and across a word of eight */
            for (size_t i = 0; i < key->length; i++)
                key->bytes[i] = values[digits >> (2 * (i % length)) & 3];
            offered[count] = (struct item){.key = key->bytes, .key_length = (uint32_t)key->length};
            count++;
        }
    size_t stored;
    if (!store(cell, offered, count, &stored))
        return;
    qsort(keys, count, sizeof keys[0], compare_keys);
    assert_int_equal(stored, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(compare_keys(&found[i], &keys[i]), 0);
}

static void test_keeps_any_bytes(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 3};
    for_each_cell(workers, sizeof workers / sizeof workers[0], keeps_any_bytes);
}

/* A visitor that asks to stop is not called again, and that is no error. */
static void walk_stops(const struct cell *cell)
{
    int64_t options[OPTIONS_MAX];
    set_options(cell, options);
    struct strategy_setup setup = setup_of(cell, options);
    void *state = NULL, *space = NULL;
    if (!open_cell(cell, &setup, &state))
        return;
    struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
    struct strategy_run run = {.progress = progress};
    struct batch batch = {.items = items, .count = 10};
    struct collected collected = {.limit = 3};
    assert_int_equal(make_space(cell->strategy, state, &batch, &space), STRATEGY_OK);
    assert_int_equal(cell->strategy->insert(state, space, &batch, &run), STRATEGY_OK);
    assert_int_equal(cell->strategy->walk(state, space, collect, &collected), STRATEGY_OK);
    assert_int_equal(collected.count, 3);
    cell->strategy->destroy(state, space);
    cell->strategy->close(state);
}

static void test_walk_stops(void **state)
{
    (void)state;
    static const unsigned workers[] = {1};
    for_each_cell(workers, 1, walk_stops);
}

/* Every way of the scratch option gives the same set (4g only where an allocation of that size can be had
 * cheaply). */
static void test_scratch_changes_no_key(void **state)
{
    (void)state;
    for (size_t s = 0; s < strategy_count; s++)
        for (size_t o = 0; o < strategies[s]->option_count; o++) {
            if (strcmp(strategies[s]->options[o].name, "scratch") != 0)
                continue;
            struct cell cell = {.strategy = strategies[s], .workers = 2, .interned = true, .pool = POOL_PARK};
            int64_t options[OPTIONS_MAX];
            set_options(&cell, options);
            struct strategy_setup setup = setup_of(&cell, options);
            for (int64_t kind = 0; strategies[s]->options[o].choices[kind] != NULL; kind++) {
                bool huge = strcmp(strategies[s]->options[o].choices[kind], "4g") == 0;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
                if (huge)
                    continue;
#endif
                options[o] = kind;
                void *opened = NULL;
                assert_int_equal(strategies[s]->open(&setup, &opened), STRATEGY_OK);
                sample(&cell, opened, huge ? 10 : ITEMS);
                strategies[s]->close(opened);
            }
        }
}

/* Options whose choices have tests of their own, or are no choice but a fault. */
static bool is_tested_apart(const char *name)
{
    static const char *const names[] = {"pool", "scratch", "permits", "root"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Samples of one form of symbols with one option at one value, and the value's every allocation failing. */
static void check_value(const struct strategy *strategy, size_t option, int64_t value, bool interned)
{
    struct cell cell = {.strategy = strategy, .workers = 3, .interned = interned, .pool = POOL_PARK};
    int64_t options[OPTIONS_MAX];
    set_options(&cell, options);
    options[option] = value;
    struct strategy_setup setup = setup_of(&cell, options);
    void *opened = NULL;
    assert_int_equal(strategy->open(&setup, &opened), STRATEGY_OK);
    sample(&cell, opened, ITEMS);
    sample(&cell, opened, 1);
    sample(&cell, opened, ITEMS);
    strategy->close(opened);
    setup.batch_max = 9;
    bool fired = true;
    for (size_t k = 0; fired; k++) {
        long before = fault_live();
        fault_arm(k, false);
        enum strategy_status status = faulty_trial(&cell, &setup, 9);
        fired = fault_disarm();
        assert_int_equal(status, fired ? STRATEGY_NO_MEMORY : STRATEGY_OK);
        assert_int_equal(fault_live(), before);
    }
}

/* Every choice of an option, and the least and the preset of a number, gives the same set. */
static void test_options_change_no_key(void **state)
{
    (void)state;
    for (size_t s = 0; s < strategy_count; s++)
        for (size_t o = 0; o < strategies[s]->option_count; o++) {
            const struct strategy_option *option = &strategies[s]->options[o];
            if (is_tested_apart(option->name))
                continue;
            if (option->choices == NULL)
                check_value(strategies[s], o, option->min, true);
            for (int64_t value = 0; option->choices != NULL && option->choices[value] != NULL; value++) {
                check_value(strategies[s], o, value, false);
                check_value(strategies[s], o, value, true);
            }
        }
}

/*
 * Skewed keys, out of order: nine in ten begin with the same long stem, most of those are repeats, and some
 * are so short that nothing of them lies behind the stem.
 */
static void keeps_skewed_keys(const struct cell *cell)
{
    static struct key keys[ITEMS];
    static struct item offered[ITEMS];
    if (!cell->encoded)
        return;
    for (size_t i = 0; i < ITEMS; i++) {
        struct key *key = &keys[i];
        size_t number = i * 7919 % ITEMS;
        memset(key, 0, sizeof *key);
        memset(key->bytes, number % 10 == 0 ? (int)(number % 251) : 's', 40);
        key->length = number % 100 == 1 ? number / 100 * 4 + 1 : 44;
        if (key->length == 44) {
            key->bytes[42] = (uint8_t)(number % 3 == 0 ? number / 4 : 7);
            key->bytes[43] = (uint8_t)(number % 3 == 0 ? number : 7);
        }
        offered[i] = (struct item){.key = key->bytes, .key_length = (uint32_t)key->length};
    }
    size_t stored;
    if (!store(cell, offered, ITEMS, &stored))
        return;
    static struct key distinct[ITEMS];
    memcpy(distinct, keys, sizeof keys);
    qsort(distinct, ITEMS, sizeof distinct[0], compare_keys);
    size_t count = 0;
    for (size_t i = 0; i < ITEMS; i++)
        if (count == 0 || compare_keys(&distinct[count - 1], &distinct[i]) != 0)
            distinct[count++] = distinct[i];
    assert_in_range(count, ITEMS / 10, ITEMS / 2);
    assert_int_equal(stored, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(compare_keys(&found[i], &distinct[i]), 0);
}

static void test_keeps_skewed_keys(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 4};
    for_each_cell(workers, sizeof workers / sizeof workers[0], keeps_skewed_keys);
}

/* A symbol with a blank in it does not come back out of text as it was: refused, not stored wrongly. */
static void test_text_refuses_what_it_cannot_carry(void **state)
{
    (void)state;
    static const char *const names[] = {"text", "string-parallel"};
    const struct term blank[] = {list(2), symbol("a b"), symbol("c")};
    const struct item spoiled = {.terms = blank, .term_count = 3};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct cell cell = {.strategy = strategy_find(names[i]), .workers = 2, .pool = POOL_PARK};
        int64_t options[OPTIONS_MAX];
        set_options(&cell, options);
        struct strategy_setup setup = setup_of(&cell, options);
        void *opened = NULL, *space = NULL;
        assert_int_equal(cell.strategy->open(&setup, &opened), STRATEGY_OK);
        assert_int_equal(cell.strategy->create(opened, &space), STRATEGY_OK);
        struct strategy_progress progress[WORKERS_MAX] = {{.phase = PHASE_NONE}};
        struct strategy_run run = {.progress = progress};
        struct batch batch = {.items = &spoiled, .count = 1};
        assert_int_equal(cell.strategy->insert(opened, space, &batch, &run), STRATEGY_UNSUPPORTED);
        cell.strategy->destroy(opened, space);
        cell.strategy->close(opened);
    }
}

static void test_more_sharers_than_slots_are_refused(void **state)
{
    (void)state;
    for (size_t s = 0; s < strategy_count; s++) {
        if ((strategies[s]->claims & STRATEGY_SHARING) == 0)
            continue;
        struct cell cell = {.strategy = strategies[s], .workers = SYMBOLS_SLOTS + 1, .interned = true};
        int64_t options[OPTIONS_MAX];
        set_options(&cell, options);
        struct strategy_setup setup = setup_of(&cell, options);
        void *opened = NULL;
        assert_int_equal(strategies[s]->open(&setup, &opened), STRATEGY_UNSUPPORTED);
    }
}

static void test_well_formed(void **state)
{
    (void)state;
    for (size_t s = 0; s < strategy_count; s++) {
        const struct strategy *strategy = strategies[s];
        assert_int_equal(strategy->abi, STRATEGY_ABI);
        size_t length = strlen(strategy->name);
        assert_in_range(length, 1, 31);
        assert_int_equal(strspn(strategy->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), length);
        assert_non_null(strategy->idea);
        assert_non_null(strategy->source);
        const char *hypothesis = strategy_hypothesis(strategy);
        if (strategy_find(strategy->name) == strategy) /* a plug-in need not state any */
            assert_non_null(hypothesis);
        if (hypothesis != NULL) {
            assert_in_range(strlen(hypothesis), 40, 400); /* a sentence or two */
            assert_int_equal(hypothesis[strlen(hypothesis) - 1], '.');
        }
        /* Who works outside the time is compared with, and not judged. */
        if (strategy->prepare != NULL)
            assert_true((strategy->claims & STRATEGY_YARDSTICK) != 0);
        for (size_t o = 0; o < strategy->option_count; o++) {
            const struct strategy_option *option = &strategy->options[o];
            assert_non_null(option->name);
            assert_non_null(option->sentence);
            int64_t choices = 0;
            while (option->choices != NULL && option->choices[choices] != NULL)
                choices++;
            if (option->choices != NULL)
                assert_in_range(option->preset, 0, choices - 1);
            else
                assert_true(option->min <= option->preset && option->preset <= option->max);
        }
    }
}

static void take_builtins(void)
{
    size_t count;
    const struct strategy *const *table = strategy_registry(&count);
    for (size_t i = 0; i < count && strategy_count < STRATEGIES_MAX; i++)
        if ((table[i]->claims & STRATEGY_CONTROL) == 0) /* yardsticks keep what they are given */
            strategies[strategy_count++] = table[i];
}

static bool take_plugin(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *found_symbol = module != NULL ? dlsym(module, STRATEGY_PLUGIN_SYMBOL) : NULL;
    if (found_symbol == NULL || strategy_count == STRATEGIES_MAX) {
        fprintf(stderr, "%s: no strategy: %s\n", path, module == NULL ? dlerror() : STRATEGY_PLUGIN_SYMBOL);
        return false;
    }
    strategies[strategy_count++] = found_symbol;
    return true;
}

int main(int argc, char *argv[])
{
    if (argc == 1)
        take_builtins();
    for (int i = 1; i < argc; i++)
        if (!take_plugin(argv[i]))
            return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_well_formed),
        cmocka_unit_test(test_same_set_as_the_model),
        cmocka_unit_test(test_one_worker_sees_no_fault),
        cmocka_unit_test(test_clean_without_memory),
        cmocka_unit_test(test_recovers),
        cmocka_unit_test(test_holds_parallel_claim),
        cmocka_unit_test(test_phases_add_up),
        cmocka_unit_test(test_keeps_any_bytes),
        cmocka_unit_test(test_walk_stops),
        cmocka_unit_test(test_scratch_changes_no_key),
        cmocka_unit_test(test_options_change_no_key),
        cmocka_unit_test(test_keeps_skewed_keys),
        cmocka_unit_test(test_text_refuses_what_it_cannot_carry),
        cmocka_unit_test(test_more_sharers_than_slots_are_refused),
    };
    return cmocka_run_group_tests(tests, make_items, NULL);
}
