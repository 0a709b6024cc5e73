/* test_symbols.c - the symbol table: alone, out of memory, and with many threads. */
#include "tests/support/fault.h"
#include "trie/symbols.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 32 };

static struct symbols *fresh(struct symbols_writer *writer)
{
    struct symbols *symbols;
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(symbols, writer), TRIE_OK);
    return symbols;
}

static size_t name(char *text, unsigned number)
{
    return (size_t)snprintf(text, NAME_BYTES, "value-%u", number);
}

static uint64_t intern(struct symbols *symbols, struct symbols_writer *writer, const char *text, size_t size)
{
    uint64_t id = 0;
    assert_int_equal(symbols_intern(symbols, writer, text, size, &id), TRIE_OK);
    return id;
}

static void assert_text(const struct symbols *symbols, uint64_t id, const char *text, size_t size)
{
    const char *stored;
    size_t stored_size;
    assert_int_equal(symbols_text(symbols, id, &stored, &stored_size), TRIE_OK);
    assert_int_equal(stored_size, size);
    assert_memory_equal(stored, text, size);
}

static void ids_are_in_first_seen_order(void **state)
{
    (void)state;
    struct symbols_writer writer;
    struct symbols *symbols = fresh(&writer);
    char text[NAME_BYTES];
    for (int pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < 20000; i++)
            assert_int_equal(intern(symbols, &writer, text, name(text, i)), i + 1);
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t id;
        size_t size = name(text, i);
        assert_true(symbols_find(symbols, text, size, &id));
        assert_int_equal(id, i + 1);
        assert_text(symbols, id, text, size);
    }
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    struct symbols_writer writer;
    struct symbols *symbols = fresh(&writer);
    const uint64_t unknown[] = {0,         2, (uint64_t)1 << 40, (uint64_t)127 << 40, (uint64_t)128 << 40,
                                UINT64_MAX};
    uint64_t id = 77;
    const char *text;
    size_t size;
    assert_false(symbols_find(symbols, "a", 1, &id));
    assert_int_equal(intern(symbols, &writer, "a", 1), 1);
    assert_false(symbols_find(symbols, "b", 1, &id));
    assert_false(symbols_find(symbols, "aa", 2, &id));
    assert_false(symbols_find(symbols, "", 0, &id));
    assert_int_equal(id, 77);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(symbols_text(symbols, unknown[i], &text, &size), TRIE_UNKNOWN_SYMBOL);
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
    symbols_destroy(NULL);
}

/* Every length, with texts that differ in one byte only: first, middle or last. */
static void texts_of_every_size(void **state)
{
    (void)state;
    struct symbols_writer writer;
    struct symbols *symbols = fresh(&writer);
    static char text[SYMBOLS_TEXT_BYTES_MAX + 1];
    uint64_t id = 77, next = 1;
    memset(text, 'x', sizeof text);
    for (size_t size = 1; size < SYMBOLS_TEXT_BYTES_MAX; size += size < 300 ? 1 : 370) {
        const size_t places[] = {0, size / 2, size - 1};
        assert_int_equal(intern(symbols, &writer, text, size), next);
        assert_text(symbols, next++, text, size);
        for (size_t i = 0; i < 3 && size >= 3; i++) {
            text[places[i]] = '\0';
            assert_int_equal(intern(symbols, &writer, text, size), next);
            assert_text(symbols, next++, text, size);
            text[places[i]] = 'x';
        }
        assert_true(symbols_find(symbols, text, size, &id));
    }
    assert_int_equal(intern(symbols, &writer, text, SYMBOLS_TEXT_BYTES_MAX), next);
    assert_text(symbols, next, text, SYMBOLS_TEXT_BYTES_MAX);
    assert_int_equal(symbols_intern(symbols, &writer, text, SYMBOLS_TEXT_BYTES_MAX + 1, &id),
                     TRIE_OVER_LIMIT);
    assert_int_equal(symbols_intern(symbols, &writer, text, 0, &id), TRIE_OVER_LIMIT);
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
}

static void slots_are_given_lowest_first(void **state)
{
    (void)state;
    struct symbols *symbols;
    struct symbols_writer writers[SYMBOLS_SLOTS], more;
    char text[NAME_BYTES];
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    for (uint32_t i = 0; i < SYMBOLS_SLOTS; i++) {
        assert_int_equal(symbols_writer_acquire(symbols, &writers[i]), TRIE_OK);
        assert_int_equal(writers[i].slot, i);
    }
    assert_int_equal(symbols_writer_acquire(symbols, &more), TRIE_NO_SLOT);
    for (uint32_t i = 0; i < SYMBOLS_SLOTS; i++) {
        uint64_t id = intern(symbols, &writers[i], text, name(text, i));
        assert_true(id == (i == 0 ? 1 : (uint64_t)i << 40));
        assert_text(symbols, id, text, strlen(text));
    }
    symbols_writer_release(symbols, &writers[5]);
    symbols_writer_release(symbols, &writers[5]); /* not held any more: nothing */
    symbols_writer_release(symbols, &writers[3]);
    uint64_t id;
    assert_int_equal(symbols_intern(symbols, &writers[3], "new", 3, &id), TRIE_NO_SLOT);
    assert_int_equal(symbols_writer_acquire(symbols, &more), TRIE_OK);
    assert_int_equal(more.slot, 3);
    /* It goes on where the one before stopped; a text of another slot keeps its id. */
    assert_true(intern(symbols, &more, "new", 3) == ((uint64_t)3 << 40) + 1);
    assert_true(intern(symbols, &more, "value-5", 7) == (uint64_t)5 << 40);
    symbols_destroy(symbols);
}

static void measures_what_it_holds(void **state)
{
    (void)state;
    struct symbols_writer first, second;
    struct symbols *symbols = fresh(&first);
    struct symbols_stats empty, stats;
    char text[NAME_BYTES];
    size_t text_bytes = 0;
    symbols_measure(symbols, &empty);
    assert_int_equal(empty.symbols + empty.text_bytes + empty.slabs + empty.slots_used, 0);
    assert_true(empty.bytes > 0);

    assert_int_equal(symbols_writer_acquire(symbols, &second), TRIE_OK);
    for (unsigned i = 0; i < 1000; i++) {
        text_bytes += name(text, i);
        intern(symbols, i % 2 ? &second : &first, text, strlen(text));
        intern(symbols, &first, text, strlen(text));
    }
    symbols_measure(symbols, &stats);
    assert_int_equal(stats.symbols, 1000);
    assert_int_equal(stats.text_bytes, text_bytes);
    assert_int_equal(stats.slots_used, 2);
    /* Two words a text, and a word for its id. */
    assert_int_equal(stats.slabs, 0);
    assert_true(stats.bytes >= empty.bytes + 1000 * 3 * sizeof(uint64_t));

    /* A text too long for that takes a slab, with one length byte in front of it: 4064 bytes hold 79 of 51.
     */
    for (unsigned i = 0; i < 80; i++) {
        char text_long[51];
        memset(text_long, 'x', sizeof text_long);
        memcpy(text_long, text, name(text, i));
        intern(symbols, &first, text_long, 50);
    }
    size_t before = stats.bytes;
    symbols_measure(symbols, &stats);
    assert_int_equal(stats.symbols, 1080);
    assert_int_equal(stats.text_bytes, text_bytes + 80 * 50);
    assert_int_equal(stats.slabs, 2);
    assert_true(stats.bytes >= before + 2 * 4096);
    symbols_destroy(symbols);
}

/* Interns texts 0 .. count-1. Returns the first status that is not TRIE_OK, and how far it came. */
static enum trie_status intern_many(struct symbols *symbols, struct symbols_writer *writer, unsigned count,
                                    unsigned *done)
{
    char text[NAME_BYTES];
    uint64_t id;
    for (*done = 0; *done < count; (*done)++) {
        enum trie_status status = symbols_intern(symbols, writer, text, name(text, *done), &id);
        if (status != TRIE_OK)
            return status;
        if (id != *done + 1)
            return TRIE_BAD_KEY;
    }
    return TRIE_OK;
}

/* Each allocation fails in turn; what was interned before stays, and afterwards everything works. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    enum { TEXTS = 3000 };
    bool failed = true;
    size_t failures = 0;
    for (size_t k = 0; failed; k++) {
        long live = fault_live();
        struct symbols *symbols = NULL;
        struct symbols_writer writer;
        unsigned done = 0, again;

        fault_arm(k, true);
        enum trie_status status = symbols_create(&symbols);
        if (status == TRIE_OK) {
            assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
            status = intern_many(symbols, &writer, TEXTS, &done);
        }
        failed = fault_disarm();
        failures += failed;
        assert_int_equal(status, failed ? TRIE_NO_MEMORY : TRIE_OK);
        if (symbols != NULL) {
            char text[NAME_BYTES];
            uint64_t id;
            struct symbols_stats stats;
            symbols_measure(symbols, &stats);
            assert_int_equal(stats.symbols, done);
            assert_int_equal(symbols_find(symbols, text, name(text, done), &id), false);
            assert_int_equal(intern_many(symbols, &writer, TEXTS, &again), TRIE_OK);
            for (unsigned i = 0; i < TEXTS; i++)
                assert_text(symbols, i + 1, text, name(text, i));
        }
        symbols_destroy(symbols);
        assert_int_equal(fault_live(), live);
    }
    assert_true(failures > SYMBOLS_SHARDS);
}

/* One thread of those below. All start with the same text, and go through a common range in an order of their
 * own. */
enum { THREADS = 8, THREAD_TEXTS = 2000, SHARED_TEXTS = 3000 };

struct crew {
    struct symbols *symbols;
    pthread_barrier_t start;
    atomic_uint faults;
    uint64_t ids[THREADS][SHARED_TEXTS];
};

struct member {
    struct crew *crew;
    unsigned number;
};

static void expect(struct crew *crew, bool holds)
{
    if (!holds)
        atomic_fetch_add(&crew->faults, 1);
}

static void *overlap(void *argument)
{
    const struct member *member = argument;
    struct crew *crew = member->crew;
    struct symbols_writer writer = {.held = false};
    pthread_barrier_wait(&crew->start);
    for (unsigned i = 0; i < THREAD_TEXTS; i++) {
        char text[NAME_BYTES];
        const char *stored;
        uint64_t id, found;
        size_t stored_size;
        unsigned number = (i * 7 + member->number * 500) % SHARED_TEXTS;
        size_t size = name(text, number);
        /* A writer for some texts only, so that slots go from hand to hand. */
        if (!writer.held)
            expect(crew, symbols_writer_acquire(crew->symbols, &writer) == TRIE_OK);
        expect(crew, symbols_intern(crew->symbols, &writer, text, size, &id) == TRIE_OK);
        if (i % 3 == 0)
            symbols_writer_release(crew->symbols, &writer);
        expect(crew, symbols_find(crew->symbols, text, size, &found) && found == id);
        expect(crew, symbols_text(crew->symbols, id, &stored, &stored_size) == TRIE_OK &&
                         stored_size == size && memcmp(stored, text, size) == 0);
        crew->ids[member->number][number] = id;
    }
    symbols_writer_release(crew->symbols, &writer);
    return NULL;
}

static void threads_agree_on_every_id(void **state)
{
    (void)state;
    static struct crew crew;
    struct member members[THREADS];
    pthread_t threads[THREADS];
    struct symbols_stats stats;
    memset(crew.ids, 0, sizeof crew.ids);
    atomic_store(&crew.faults, 0);
    assert_int_equal(symbols_create(&crew.symbols), TRIE_OK);
    assert_int_equal(pthread_barrier_init(&crew.start, NULL, THREADS), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        members[i] = (struct member){&crew, i};
        assert_int_equal(pthread_create(&threads[i], NULL, overlap, &members[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&crew.start);
    assert_int_equal(atomic_load(&crew.faults), 0);

    size_t distinct = 0;
    for (unsigned text = 0; text < SHARED_TEXTS; text++) {
        uint64_t id = 0;
        for (unsigned i = 0; i < THREADS; i++) {
            if (crew.ids[i][text] == 0)
                continue;
            assert_true(id == 0 || crew.ids[i][text] == id);
            id = crew.ids[i][text];
        }
        if (id != 0) {
            char expected[NAME_BYTES];
            distinct++;
            assert_text(crew.symbols, id, expected, name(expected, text));
        }
    }
    symbols_measure(crew.symbols, &stats);
    assert_int_equal(stats.symbols, distinct);
    symbols_destroy(crew.symbols);
}

/* Threads that all see nothing but the same few new texts in a fresh table: the narrowest race, many times.
 */
static void *same_texts(void *argument)
{
    const struct member *member = argument;
    struct crew *crew = member->crew;
    struct symbols_writer writer;
    expect(crew, symbols_writer_acquire(crew->symbols, &writer) == TRIE_OK);
    pthread_barrier_wait(&crew->start);
    for (unsigned i = 0; i < 4; i++) {
        char text[NAME_BYTES];
        expect(crew, symbols_intern(crew->symbols, &writer, text, name(text, i),
                                    &crew->ids[member->number][i]) == TRIE_OK);
    }
    symbols_writer_release(crew->symbols, &writer);
    return NULL;
}

static void first_texts_of_a_fresh_table(void **state)
{
    (void)state;
    static struct crew crew;
    for (int round = 0; round < 50; round++) {
        struct member members[THREADS];
        pthread_t threads[THREADS];
        struct symbols_stats stats;
        atomic_store(&crew.faults, 0);
        assert_int_equal(symbols_create(&crew.symbols), TRIE_OK);
        assert_int_equal(pthread_barrier_init(&crew.start, NULL, THREADS), 0);
        for (unsigned i = 0; i < THREADS; i++) {
            members[i] = (struct member){&crew, i};
            assert_int_equal(pthread_create(&threads[i], NULL, same_texts, &members[i]), 0);
        }
        for (unsigned i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&crew.start);
        assert_int_equal(atomic_load(&crew.faults), 0);
        for (unsigned i = 1; i < THREADS; i++)
            assert_memory_equal(crew.ids[i], crew.ids[0], 4 * sizeof crew.ids[0][0]);
        symbols_measure(crew.symbols, &stats);
        assert_int_equal(stats.symbols, 4);
        symbols_destroy(crew.symbols);
    }
}

/* Looks ids up that nobody told it, as they come to be. */
static void *follow_ids(void *argument)
{
    struct crew *crew = argument;
    pthread_barrier_wait(&crew->start);
    for (unsigned i = 0; i < SHARED_TEXTS;) {
        char text[NAME_BYTES];
        const char *stored;
        size_t stored_size;
        if (symbols_text(crew->symbols, i + 1, &stored, &stored_size) != TRIE_OK) {
            sched_yield();
            continue;
        }
        expect(crew, stored_size == name(text, i) && memcmp(stored, text, stored_size) == 0);
        i++;
    }
    return NULL;
}

static void a_reader_follows_the_ids(void **state)
{
    (void)state;
    static struct crew crew;
    struct symbols_writer writer;
    pthread_t reader;
    unsigned done;
    crew.symbols = fresh(&writer);
    assert_int_equal(pthread_barrier_init(&crew.start, NULL, 2), 0);
    assert_int_equal(pthread_create(&reader, NULL, follow_ids, &crew), 0);
    pthread_barrier_wait(&crew.start);
    enum trie_status status = intern_many(crew.symbols, &writer, SHARED_TEXTS, &done);
    assert_int_equal(status, TRIE_OK);
    pthread_join(reader, NULL);
    pthread_barrier_destroy(&crew.start);
    assert_int_equal(atomic_load(&crew.faults), 0);
    symbols_destroy(crew.symbols);
}

static int no_block_is_left(void **state)
{
    (void)state;
    return fault_live() == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_in_first_seen_order), cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(texts_of_every_size),         cmocka_unit_test(slots_are_given_lowest_first),
        cmocka_unit_test(measures_what_it_holds),      cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(threads_agree_on_every_id),   cmocka_unit_test(first_texts_of_a_fresh_table),
        cmocka_unit_test(a_reader_follows_the_ids),
    };
    return cmocka_run_group_tests(tests, NULL, no_block_is_left);
}
