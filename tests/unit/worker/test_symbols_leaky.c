/*
 * test_symbols_leaky.c - race 1, step by step: the appends of two threads to one slot are laid one between
 * the other by hand, so that each effect is seen every time; and one thread after the other shares a number.
 */
#include "tests/support/fault.h"
#include "trie/symbols_leaky.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_TEXT_BYTES = 3000 };

/* A slot that two threads think theirs. */
struct shared {
    struct slot slot;
    struct slab_notes notes;
};

static char long_text[LONG_TEXT_BYTES];

static void eagerly(struct shared *shared, const char *text, size_t size, struct append *append)
{
    intern_eagerly(&shared->slot, &shared->notes, text, size, append);
}

static void locked(struct shared *shared, const char *text, size_t size, struct append *append)
{
    assert_int_equal(intern_locked(&shared->slot, &shared->notes, text, size, append), TRIE_OK);
}

/* All steps of one text, with nobody between them. */
static void alone(struct shared *shared, const char *text, size_t size, struct append *append)
{
    eagerly(shared, text, size, append);
    locked(shared, text, size, append);
    intern_finish(&shared->slot, append, true);
}

static void assert_slabs(const struct shared *shared, size_t made, size_t lost)
{
    struct slab_count count = leaky_count(&shared->slot, &shared->notes);
    assert_int_equal(count.made, made);
    assert_int_equal(count.lost, lost);
}

/* Ends a test: the chain is freed, and the lost slab, if there is one, is all that stays. */
static void clear(struct shared *shared, struct slab *lost, long live)
{
    leaky_clear(&shared->slot, &shared->notes);
    assert_int_equal(fault_live(), live + (lost != NULL));
    free(lost);
}

static void assert_entry(const struct append *append, const char *text, size_t size)
{
    size_t entry_size;
    assert_true(entry_is_whole(append->entry));
    const char *stored = entry_text(append->entry, &entry_size);
    assert_int_equal(entry_size, size);
    assert_memory_equal(stored, text, size);
}

static struct slab *slab_of(const struct append *append)
{
    return (struct slab *)((uintptr_t)append->entry & ~(uintptr_t)(SLAB_BYTES - 1));
}

static void one_writer_loses_nothing(void **unused)
{
    (void)unused;
    long live = fault_live();
    struct shared shared = {0};
    struct append append[5];
    for (size_t i = 0; i < 5; i++)
        alone(&shared, long_text, LONG_TEXT_BYTES - i, &append[i]);
    for (size_t i = 0; i < 5; i++)
        assert_entry(&append[i], long_text, LONG_TEXT_BYTES - i);
    assert_slabs(&shared, 5, 0);
    clear(&shared, NULL, live);
}

static void two_first_texts_lose_a_slab(void **unused)
{
    (void)unused;
    long live = fault_live();
    struct shared shared = {0};
    struct append a, b;
    eagerly(&shared, "a", 1, &a);
    eagerly(&shared, "b", 1, &b);
    locked(&shared, "a", 1, &a);
    locked(&shared, "b", 1, &b);
    intern_finish(&shared.slot, &a, true);
    intern_finish(&shared.slot, &b, true);
    assert_slabs(&shared, 2, 1);
    clear(&shared, slab_of(&a), live);
}

/* "Another was first" writes a whole header back, and with it takes back what others appended since. */
static void undoing_gives_two_texts_the_same_bytes(void **unused)
{
    (void)unused;
    long live = fault_live();
    struct shared shared = {0};
    struct append first, a, b, c;
    alone(&shared, "first", 5, &first);
    eagerly(&shared, "aaa", 3, &a);
    alone(&shared, "bbb", 3, &b);
    intern_finish(&shared.slot, &a, false);
    assert_entry(&b, "bbb", 3);
    alone(&shared, "aaa", 3, &c);
    alone(&shared, "ccc", 3, &c);
    assert_ptr_equal(c.entry, b.entry);
    assert_entry(&b, "ccc", 3);
    assert_slabs(&shared, 1, 0);
    clear(&shared, NULL, live);
}

/* Both find the same slab full; the second to chain a new one behind it loses the first's. */
static void two_slab_switches_lose_a_slab(void **unused)
{
    (void)unused;
    long live = fault_live();
    struct shared shared = {0};
    struct append first, a, b;
    alone(&shared, long_text, LONG_TEXT_BYTES, &first);
    eagerly(&shared, long_text, LONG_TEXT_BYTES - 1, &a);
    eagerly(&shared, long_text, LONG_TEXT_BYTES - 2, &b);
    locked(&shared, long_text, LONG_TEXT_BYTES - 1, &a);
    intern_finish(&shared.slot, &a, true);
    assert_ptr_equal(shared.slot.last, slab_of(&a));
    locked(&shared, long_text, LONG_TEXT_BYTES - 2, &b);
    intern_finish(&shared.slot, &b, true);
    assert_ptr_equal(shared.slot.last, slab_of(&b));
    assert_slabs(&shared, 3, 1);
    clear(&shared, slab_of(&a), live);
}

/* A thread that was away for two switches sets the last slab back, to one that is full. */
static void the_last_slab_moves_backwards(void **unused)
{
    (void)unused;
    long live = fault_live();
    struct shared shared = {0};
    struct append first, second, third, late;
    alone(&shared, long_text, LONG_TEXT_BYTES, &first);
    eagerly(&shared, "late", 4, &late);
    alone(&shared, long_text, LONG_TEXT_BYTES - 1, &second);
    alone(&shared, long_text, LONG_TEXT_BYTES - 2, &third);
    assert_ptr_equal(shared.slot.last, slab_of(&third));
    intern_finish(&shared.slot, &late, true);
    assert_ptr_equal(shared.slot.last, slab_of(&second));
    assert_slabs(&shared, 3, 0);
    clear(&shared, NULL, live);
}

/* Once two have moved the position past the capacity, the room wraps, and a text goes past the slab's end. */
static void a_text_overruns_the_slab(void **unused)
{
    (void)unused;
    struct shared shared = {0};
    struct append append;
    struct slab *slab = aligned_alloc(SLAB_BYTES, (size_t)2 * SLAB_BYTES);
    assert_non_null(slab);
    size_t capacity = SLAB_BYTES - sizeof *slab;
    *slab = (struct slab){.capacity = capacity, .position = capacity + 3, .data = (uint8_t *)(slab + 1)};
    shared.slot.first = shared.slot.last = slab;
    alone(&shared, "beyond", 6, &append);
    assert_ptr_equal(append.entry, (uint8_t *)slab + SLAB_BYTES + 3);
    free(slab);
}

/* An entry that others have written over may tell any length. */
static void a_torn_entry_is_bounded(void **unused)
{
    (void)unused;
    uint8_t *page = aligned_alloc(SLAB_BYTES, SLAB_BYTES);
    assert_non_null(page);
    memset(page, 0, SLAB_BYTES);
    assert_false(entry_is_whole(page)); /* no text is empty */
    entry_write(page, "whole", 5);
    assert_true(entry_is_whole(page));
    bytes_store_be64(page, SLAB_BYTES - 8);
    assert_true(entry_is_whole(page));
    bytes_store_be64(page, SLAB_BYTES - 7);
    assert_false(entry_is_whole(page));
    page[0] = 0x7f;
    assert_false(entry_is_whole(page));
    page[SLAB_BYTES - 6] = (uint8_t)~5;
    assert_true(entry_is_whole(page + SLAB_BYTES - 6));
    page[SLAB_BYTES - 6] = (uint8_t)~6;
    assert_false(entry_is_whole(page + SLAB_BYTES - 6));
    page[SLAB_BYTES - 1] = 0; /* a length of eight bytes, of which the page has one */
    assert_false(entry_is_whole(page + SLAB_BYTES - 1));
    free(page);
}

/* A thread that interns a text into each of two tables. */
struct visitor {
    struct symbols *symbols[2];
    const char *text;
    uint64_t ids[2];
    enum trie_status status;
};

static void *visit(void *context)
{
    struct visitor *visitor = context;
    visitor->status = TRIE_OK;
    for (unsigned i = 0; i < 2 && visitor->status == TRIE_OK; i++) {
        struct symbols_writer writer = {.held = false};
        visitor->status = symbols_intern(visitor->symbols[i], &writer, visitor->text, 1, &visitor->ids[i]);
    }
    return NULL;
}

static void assert_visits_slot(struct symbols *const symbols[2], const char *text, uint64_t slot)
{
    struct visitor visitor = {.symbols = {symbols[0], symbols[1]}, .text = text};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, visit, &visitor), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(visitor.status, TRIE_OK);
    assert_int_equal(visitor.ids[0] >> SYMBOLS_SLOT_SHIFT, slot);
    assert_int_equal(visitor.ids[1] >> SYMBOLS_SLOT_SHIFT, slot);
}

/* Threads that never claim at the same time have one slot; a number holds in a table that is new to it. */
static void a_number_outlives_permit_and_table(void **unused)
{
    (void)unused;
    struct symbols *symbols[2];
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(symbols_create_faulty(SYMBOLS_LEAKY_PERMITS, &symbols[i]), TRIE_OK);
    assert_visits_slot(symbols, "1", 0);
    assert_visits_slot(symbols, "2", 0);
    assert_true(slot_take(&symbols[0]->slots[0])); /* it was given back */
    assert_visits_slot(symbols, "3", 1);           /* though slot 0 is free in the second table */
    for (unsigned i = 0; i < 2; i++)
        symbols_destroy(symbols[i]);
}

/* Tears a table by hand, then measures it, asks it, and takes it down; 0 if all is as it should be. */
static int damage_and_measure(void)
{
    struct symbols *symbols;
    struct symbols_writer writer = {.held = false};
    struct symbols_stats before, after;
    uint64_t id, other;
    const char *text;
    size_t size;
    if (symbols_create_faulty(SYMBOLS_LEAKY_PERMITS | SYMBOLS_LAZY_ROOT, &symbols) != TRIE_OK ||
        symbols_intern(symbols, &writer, long_text, LONG_TEXT_BYTES, &id) != TRIE_OK ||
        symbols_intern(symbols, &writer, long_text, LONG_TEXT_BYTES - 1, &other) != TRIE_OK)
        return 1;
    symbols_measure(symbols, &before);
    if (before.slabs != 2 || before.slabs_lost != 0 || before.texts_wrong != 0)
        return 2;
    struct slab *first = symbols->slots[id >> SYMBOLS_SLOT_SHIFT].first;
    memset(first->data, 'x', 8);                  /* the length of the first text */
    memset(&first->next, 'x', sizeof(uintptr_t)); /* and the chain behind its slab */
    symbols_measure(symbols, &after);
    if (after.slabs != 2 || after.slabs_lost != 1 || after.texts_wrong != 1)
        return 3;
    if (symbols_text(symbols, id, &text, &size) != TRIE_UNKNOWN_SYMBOL ||
        symbols_text(symbols, other, &text, &size) != TRIE_OK || size != LONG_TEXT_BYTES - 1)
        return 4;
    symbols_destroy(symbols);
    return 0;
}

/* In a child, as what is lost stays lost. */
static void damage_is_counted_and_survived(void **unused)
{
    (void)unused;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(damage_and_measure());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    for (size_t i = 0; i < LONG_TEXT_BYTES; i++)
        long_text[i] = (char)('a' + i % 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_writer_loses_nothing),
        cmocka_unit_test(two_first_texts_lose_a_slab),
        cmocka_unit_test(undoing_gives_two_texts_the_same_bytes),
        cmocka_unit_test(two_slab_switches_lose_a_slab),
        cmocka_unit_test(the_last_slab_moves_backwards),
        cmocka_unit_test(a_text_overruns_the_slab),
        cmocka_unit_test(a_torn_entry_is_bounded),
        cmocka_unit_test(a_number_outlives_permit_and_table),
        cmocka_unit_test(damage_is_counted_and_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
