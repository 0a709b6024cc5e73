/* test_join.c - unions in pieces: how many there are, that threads may settle them, and what is left of those
 * that nobody does. */
#include "tests/support/fault.h"
#include "tests/support/model.h"
#include "trie/join.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { KEYS = 4000, PIECES = 32, THREADS = 4 };

/* Two sets of keys of one kind, and both together. */
struct operands {
    struct trie left, right;
    struct model left_model, right_model, both;
};

static void fill(struct trie *t, struct model *m, enum key_kind kind, uint64_t *state)
{
    uint8_t key[DRAWN_KEY_BYTES_MAX];
    trie_init(t);
    for (size_t i = 0; i < KEYS; i++) {
        size_t length = draw_key(kind, state, key);
        assert_int_equal(trie_insert(t, key, length, NULL), TRIE_OK);
        model_insert(m, key, length);
    }
}

static void open(struct operands *o, enum key_kind kind)
{
    uint64_t state = 20251112;
    *o = (struct operands){.left = {0}};
    fill(&o->left, &o->left_model, kind, &state);
    fill(&o->right, &o->right_model, kind, &state);
    model_copy(&o->both, &o->left_model);
    model_union(&o->both, &o->right_model);
}

static void close(struct operands *o)
{
    trie_clear(&o->left);
    trie_clear(&o->right);
    model_clear(&o->left_model);
    model_clear(&o->right_model);
    model_clear(&o->both);
}

static void has_as_many_pieces_as_asked_for(void **state)
{
    (void)state;
    struct operands o;
    struct trie_join join;
    long before = fault_live();
    open(&o, KEYS_WIDE);
    assert_int_equal(trie_join_begin(&o.left, &o.right, PIECES, &join), TRIE_OK);
    assert_true(trie_is_empty(&o.right));
    assert_in_range(trie_join_pieces(&join), PIECES, PIECES + 256);
    assert_int_equal(trie_join_settle(&join, 0, 1), TRIE_OK);
    trie_join_end(&join);
    assert_null(model_difference(&o.both, &o.left));
    close(&o);
    assert_int_equal(fault_live(), before);
}

static void what_does_not_overlap_has_none(void **state)
{
    (void)state;
    static const uint8_t low[] = "a lower key", high[] = "the higher key";
    struct trie left = {0}, right = {0};
    struct trie_join join;
    assert_int_equal(trie_insert(&left, low, sizeof low, NULL), TRIE_OK);
    assert_int_equal(trie_insert(&right, high, sizeof high, NULL), TRIE_OK);
    assert_int_equal(trie_join_begin(&left, &right, PIECES, &join), TRIE_OK);
    assert_int_equal(trie_join_pieces(&join), 0);
    trie_join_end(&join);
    assert_true(trie_contains(&left, low, sizeof low) && trie_contains(&left, high, sizeof high));
    trie_clear(&left);
}

static void what_nobody_settles_is_given_up(void **state)
{
    (void)state;
    struct operands o;
    struct trie_join join;
    long before = fault_live();
    open(&o, KEYS_WIDE);
    assert_int_equal(trie_join_begin(&o.left, &o.right, PIECES, &join), TRIE_OK);
    assert_int_equal(trie_join_settle(&join, 1, 2), TRIE_OK);
    trie_join_end(&join);
    assert_null(trie_fault(&o.left));
    assert_non_null(model_difference(&o.both, &o.left));
    for (size_t i = 0; i < o.left_model.count; i++)
        assert_true(trie_contains(&o.left, o.left_model.keys[i].bytes, o.left_model.keys[i].length));
    close(&o);
    assert_int_equal(fault_live(), before);
}

struct share {
    struct trie_join *join;
    size_t part;
    enum trie_status status;
};

static void *settle(void *argument)
{
    struct share *share = argument;
    share->status = trie_join_settle(share->join, share->part, THREADS);
    return NULL;
}

/* Others hold both operands, whole or in part, so that threads come to copy and give up the same nodes. */
static void threads_settle_what_others_hold(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
        struct operands o;
        struct trie_join join;
        struct trie left_copy, right_copy;
        struct share shares[THREADS];
        pthread_t threads[THREADS];
        long before = fault_live();
        open(&o, (enum key_kind)kind);
        trie_snapshot(&o.left, &left_copy);
        trie_snapshot(&o.right, &right_copy);
        assert_int_equal(trie_join_begin(&o.left, &o.right, PIECES, &join), TRIE_OK);
        for (size_t i = 0; i < THREADS; i++) {
            shares[i] = (struct share){.join = &join, .part = i};
            assert_int_equal(pthread_create(&threads[i], NULL, settle, &shares[i]), 0);
        }
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(shares[i].status, TRIE_OK);
        }
        trie_join_end(&join);
        assert_null(model_difference(&o.both, &o.left));
        assert_null(model_difference(&o.left_model, &left_copy));
        assert_null(model_difference(&o.right_model, &right_copy));
        trie_clear(&left_copy);
        trie_clear(&right_copy);
        close(&o);
        assert_int_equal(fault_live(), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_as_many_pieces_as_asked_for),
        cmocka_unit_test(what_does_not_overlap_has_none),
        cmocka_unit_test(what_nobody_settles_is_given_up),
        cmocka_unit_test(threads_settle_what_others_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
