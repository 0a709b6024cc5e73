/*
 * test_trie.c - random scripts over several tries that share structure, each against the model, for every key
 * distribution; then the same with allocations that fail. TRIE_SEED=n repeats a failing script.
 */
#include "tests/support/fault.h"
#include "tests/support/model.h"
#include "trie/join.h"
#include "trie/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HANDLES = 4, STEPS = 1500 };

struct world {
    struct trie tries[HANDLES];
    struct model models[HANDLES];
    enum key_kind kind;
    uint64_t state;
};

static void world_close(struct world *w)
{
    for (size_t i = 0; i < HANDLES; i++) {
        trie_clear(&w->tries[i]);
        model_clear(&w->models[i]);
    }
}

/* One by one, from the root or from where the key before was. */
static void insert_some(struct world *w, size_t i)
{
    uint8_t keys[2][DRAWN_KEY_BYTES_MAX];
    struct trie_region region;
    struct trie_cursor cursor = {.count = 0};
    trie_region_open(&region, 0);
    bool in_region = draw_below(&w->state, 2) == 0, near = draw_below(&w->state, 2) == 0;
    for (size_t n = draw_below(&w->state, 40); n > 0; n--) {
        uint8_t *key = keys[n % 2];
        size_t length = draw_key(w->kind, &w->state, key);
        bool added = false;
        enum trie_status status =
            near ? trie_insert_near(&w->tries[i], &cursor, in_region ? &region : NULL, key, length, &added)
                 : trie_insert_in(&w->tries[i], in_region ? &region : NULL, key, length, &added);
        assert_int_equal(status, TRIE_OK);
        assert_int_equal(added, model_insert(&w->models[i], key, length));
    }
    trie_region_close(&region);
}

static void ask_some(struct world *w, size_t i)
{
    uint8_t key[DRAWN_KEY_BYTES_MAX];
    for (size_t n = 0; n < 40; n++) {
        size_t length = draw_key(w->kind, &w->state, key);
        trie_ask(&w->tries[i], key, length, n % 6); /* touches nothing that is not there */
        assert_int_equal(trie_contains(&w->tries[i], key, length),
                         model_contains(&w->models[i], key, length));
    }
}

static void snapshot(struct world *w, size_t i, size_t j)
{
    if (i == j)
        return;
    trie_clear(&w->tries[j]);
    model_clear(&w->models[j]);
    trie_snapshot(&w->tries[i], &w->tries[j]);
    model_copy(&w->models[j], &w->models[i]);
}

/* As trie_absorb(), in pieces. Goes on after an error, as threads that know nothing of each other do. */
static enum trie_status join_in_pieces(struct trie *into, struct trie *from, size_t pieces)
{
    enum { PARTS = 3 };
    struct trie_join join;
    enum trie_status first = trie_join_begin(into, from, pieces, &join);
    for (size_t part = 0; part < PARTS; part++) {
        enum trie_status status = trie_join_settle(&join, part, PARTS);
        first = first == TRIE_OK ? status : first;
    }
    trie_join_end(&join);
    return first;
}

enum unite_how { UNITE_SHARING, UNITE_CONSUMING, UNITE_IN_PIECES };

static void unite(struct world *w, size_t i, size_t j, enum unite_how how)
{
    if (i == j)
        return;
    model_union(&w->models[i], &w->models[j]);
    if (how == UNITE_SHARING) {
        assert_int_equal(trie_union(&w->tries[i], &w->tries[j]), TRIE_OK);
        return;
    }
    if (how == UNITE_CONSUMING)
        assert_int_equal(trie_absorb(&w->tries[i], &w->tries[j]), TRIE_OK);
    else
        assert_int_equal(join_in_pieces(&w->tries[i], &w->tries[j], draw_below(&w->state, 40)), TRIE_OK);
    assert_true(trie_is_empty(&w->tries[j]));
    model_clear(&w->models[j]);
}

static void graft(struct world *w, size_t i, size_t j)
{
    uint8_t prefix[DRAWN_KEY_BYTES_MAX], key[2 * DRAWN_KEY_BYTES_MAX];
    if (i == j || (w->models[j].count != 0 && w->models[j].keys[w->models[j].count - 1].length > 300))
        return;
    for (size_t k = 0; k < w->models[j].count; k++)
        if (w->models[j].keys[k].length > DRAWN_KEY_BYTES_MAX)
            return;
    size_t length = draw_key(w->kind, &w->state, prefix);
    memcpy(key, prefix, length);
    for (size_t k = 0; k < w->models[j].count; k++) {
        memcpy(key + length, w->models[j].keys[k].bytes, w->models[j].keys[k].length);
        model_insert(&w->models[i], key, length + w->models[j].keys[k].length);
    }
    assert_int_equal(trie_graft(&w->tries[i], prefix, length, &w->tries[j]), TRIE_OK);
    model_clear(&w->models[j]);
}

static void rebuild(struct world *w, size_t i)
{
    struct trie built = {0};
    struct trie_region region;
    const struct trie_key *keys = w->models[i].keys;
    size_t count = w->models[i].count;
    trie_region_open(&region, trie_build_bytes(keys, count));
    bool in_region = draw_below(&w->state, 2) == 0;
    assert_int_equal(trie_build_in(&built, in_region ? &region : NULL, keys, count), TRIE_OK);
    trie_region_close(&region);
    trie_clear(&w->tries[i]);
    trie_move(&w->tries[i], &built);
}

static void clear(struct world *w, size_t i)
{
    trie_clear(&w->tries[i]);
    model_clear(&w->models[i]);
}

static void step(struct world *w)
{
    size_t i = draw_below(&w->state, HANDLES), j = draw_below(&w->state, HANDLES);
    switch (draw_below(&w->state, 16)) {
    case 0:
        snapshot(w, i, j);
        break;
    case 1:
        unite(w, i, j, UNITE_SHARING);
        break;
    case 2:
        unite(w, i, j, UNITE_CONSUMING);
        break;
    case 3:
        unite(w, i, j, UNITE_IN_PIECES);
        break;
    case 4:
        graft(w, i, j);
        break;
    case 5:
        rebuild(w, i);
        break;
    case 6:
        clear(w, i);
        break;
    case 7:
        ask_some(w, i);
        break;
    default:
        insert_some(w, i);
    }
    if (w->models[i].count > 3000)
        clear(w, i);
    for (size_t k = 0; k < HANDLES; k++) {
        if (k != i && k != j)
            continue;
        const char *difference = model_difference(&w->models[k], &w->tries[k]);
        if (difference != NULL)
            fail_msg("%s: %s", key_kind_names[w->kind], difference);
    }
}

static uint64_t seed(void)
{
    const char *text = getenv("TRIE_SEED");
    return text == NULL ? 20251112 : strtoull(text, NULL, 10);
}

static void scripts(void **unused)
{
    (void)unused;
    for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
        struct world w = {.kind = (enum key_kind)kind, .state = seed() + kind};
        long live = fault_live();
        for (size_t i = 0; i < STEPS; i++)
            step(&w);
        world_close(&w);
        assert_int_equal(fault_live(), live);
    }
}

/* A set of keys small enough to try every allocation of what is done with it. */
static void fill_model(struct model *m, enum key_kind kind, uint64_t *state, size_t count)
{
    uint8_t key[DRAWN_KEY_BYTES_MAX];
    for (size_t i = 0; i < count; i++)
        model_insert(m, key, draw_key(kind, state, key));
}

static void trie_of(struct trie *t, const struct model *m)
{
    trie_init(t);
    for (size_t i = 0; i < m->count; i++)
        assert_int_equal(trie_insert(t, m->keys[i].bytes, m->keys[i].length, NULL), TRIE_OK);
}

static bool holds_all(const struct trie *t, const struct model *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (!trie_contains(t, m->keys[i].bytes, m->keys[i].length))
            return false;
    return true;
}

struct operands {
    struct model left, right, both;
};

enum operation { INSERT_ALL, UNION, ABSORB, ABSORB_SHARED, JOIN, JOIN_SHARED, GRAFT, OPERATIONS };

/* Does the operation with its k-th allocation failing. True once nothing failed any more. */
static bool try_operation(enum operation operation, const struct operands *o, size_t k)
{
    struct trie left, right, keeper = {0};
    trie_of(&left, &o->left);
    trie_of(&right, &o->right);
    bool shared = operation == ABSORB_SHARED || operation == JOIN_SHARED;
    if (shared)
        trie_snapshot(&right, &keeper);
    struct trie_cursor cursor = {.count = 0};
    enum trie_status status = TRIE_OK;
    fault_arm(k, false);
    if (operation == INSERT_ALL) {
        for (size_t i = 0; i < o->right.count && status == TRIE_OK; i++)
            status =
                trie_insert_near(&left, &cursor, NULL, o->right.keys[i].bytes, o->right.keys[i].length, NULL);
    } else if (operation == UNION) {
        status = trie_union(&left, &right);
    } else if (operation == JOIN || operation == JOIN_SHARED) {
        status = join_in_pieces(&left, &right, 8);
    } else if (operation == GRAFT) {
        status = trie_graft(&left, NULL, 0, &right);
    } else {
        status = trie_absorb(&left, &right);
    }
    bool failed = fault_disarm();
    assert_int_equal(status, failed ? TRIE_NO_MEMORY : TRIE_OK);
    const char *difference = failed ? trie_fault(&left) : model_difference(&o->both, &left);
    if (difference != NULL)
        fail_msg("operation %d, allocation %zu: %s", operation, k, difference);
    assert_true(holds_all(&left, &o->left));
    if (operation == UNION)
        assert_null(model_difference(&o->right, &right));
    if (shared)
        assert_null(model_difference(&o->right, &keeper));
    trie_clear(&left);
    trie_clear(&right);
    trie_clear(&keeper);
    return !failed;
}

static void every_allocation_fails(void **unused)
{
    (void)unused;
    uint64_t state = seed();
    for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
        struct operands o = {0};
        fill_model(&o.left, (enum key_kind)kind, &state, 120);
        fill_model(&o.right, (enum key_kind)kind, &state, 120);
        model_copy(&o.both, &o.left);
        model_union(&o.both, &o.right);
        long live = fault_live();
        for (unsigned operation = 0; operation < OPERATIONS; operation++) {
            size_t k = 0;
            while (!try_operation((enum operation)operation, &o, k))
                k++;
            assert_true(kind == KEYS_TINY || kind == KEYS_CHAIN || k > 0);
            assert_int_equal(fault_live(), live);
        }
        model_clear(&o.left);
        model_clear(&o.right);
        model_clear(&o.both);
    }
}

/* A build with its k-th allocation failing. True once nothing failed any more. */
static bool try_build(const struct model *m, size_t k, bool in_region)
{
    struct trie t = {0};
    struct trie_region region;
    trie_region_open(&region, 0);
    fault_arm(k, false);
    enum trie_status status = trie_build_in(&t, in_region ? &region : NULL, m->keys, m->count);
    bool failed = fault_disarm();
    assert_int_equal(status, failed ? TRIE_NO_MEMORY : TRIE_OK);
    if (failed)
        assert_true(trie_is_empty(&t));
    else
        assert_null(model_difference(m, &t));
    trie_region_close(&region);
    trie_clear(&t);
    return !failed;
}

static void every_allocation_of_a_build_fails(void **unused)
{
    (void)unused;
    uint64_t state = seed();
    for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
        struct model m = {0};
        fill_model(&m, (enum key_kind)kind, &state, 200);
        long live = fault_live();
        for (int in_region = 0; in_region <= 1; in_region++)
            for (size_t k = 0; !try_build(&m, k, in_region != 0); k++)
                assert_int_equal(fault_live(), live);
        assert_int_equal(fault_live(), live);
        model_clear(&m);
    }
}

int main(void)
{
    printf("seed %llu (TRIE_SEED)\n", (unsigned long long)seed());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts),
        cmocka_unit_test(every_allocation_fails),
        cmocka_unit_test(every_allocation_of_a_build_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
