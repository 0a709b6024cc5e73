/*
 * test_symbols_parts.c - the symbol table filled in parts, against one filled by one writer; and texts that
 * fall on the same places.
 */
#include "tests/support/fault.h"
#include "trie/symbols_hash.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 5, TEXTS_MAX = 20000, TEXT_BYTES = 64 };

/* What part p adds: `count` texts from first on; every fourth is too long for a record. */
struct share {
    unsigned first, count;
};

struct crew {
    struct symbols *symbols;
    struct symbols_part *parts[PARTS_MAX];
    struct share shares[PARTS_MAX];
    uint64_t ids[PARTS_MAX][TEXTS_MAX];
    enum trie_status statuses[PARTS_MAX];
    unsigned count;
    bool assume_new;
    pthread_barrier_t barrier;
};

static size_t name(char *text, unsigned number)
{
    if (number % 4 == 3)
        return (size_t)snprintf(text, TEXT_BYTES, "a-name-that-is-longer-%u", number);
    return (size_t)snprintf(text, TEXT_BYTES, "value-%u", number);
}

/* The second half of the texts is met before the first, and each twice; where it is taken for new the second
 * time too, its ids become one later. */
static enum trie_status intern_share(struct crew *crew, unsigned part)
{
    struct symbols_writer writer;
    enum trie_status status = symbols_writer_acquire(crew->symbols, &writer);
    if (status != TRIE_OK)
        return status;
    status = symbols_part_begin(crew->parts[part], crew->symbols, &writer, crew->count, part);
    const struct share share = crew->shares[part];
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < share.count && status == TRIE_OK; i++) {
            char text[TEXT_BYTES];
            unsigned at = (i + share.count / 2) % share.count;
            size_t size = name(text, share.first + at);
            uint64_t before = crew->ids[part][at];
            status = symbols_intern(crew->symbols, &writer, text, size, &crew->ids[part][at]);
            if (status == TRIE_OK && pass > 0 && !symbols_part_assumes(crew->parts[part]) &&
                crew->ids[part][at] != before)
                status = TRIE_BAD_KEY;
        }
    symbols_writer_release(crew->symbols, &writer);
    return status;
}

static enum trie_status settle_share(struct crew *crew, unsigned part)
{
    bool changed = false, agree = symbols_parts_agree(crew->parts, crew->count);
    enum trie_status status = symbols_part_settle(crew->symbols, crew->parts, crew->count, part, &changed);
    if (agree && changed)
        return TRIE_BAD_KEY;
    for (unsigned i = 0; status == TRIE_OK && i < crew->shares[part].count; i++) {
        uint64_t id = symbols_part_id(crew->parts[part], crew->ids[part][i]);
        if (!changed && id != crew->ids[part][i])
            return TRIE_BAD_KEY;
        crew->ids[part][i] = id;
    }
    return status;
}

/* All steps of all parts, one part behind the other. */
static enum trie_status run_in_turn(struct crew *crew)
{
    enum trie_status status = TRIE_OK;
    (void)symbols_parts_prepare(crew->symbols, crew->assume_new);
    for (unsigned i = 0; i < crew->count && status == TRIE_OK; i++)
        status = intern_share(crew, i);
    for (unsigned i = 0; i < crew->count && status == TRIE_OK; i++)
        status = symbols_part_unite(crew->symbols, crew->parts, crew->count, i);
    for (unsigned i = 0; i < crew->count && status == TRIE_OK; i++)
        status = settle_share(crew, i);
    return status;
}

struct thread {
    struct crew *crew;
    unsigned part;
    pthread_t handle;
};

static void *work(void *argument)
{
    const struct thread *self = argument;
    struct crew *crew = self->crew;
    enum trie_status *status = &crew->statuses[self->part];
    *status = intern_share(crew, self->part);
    pthread_barrier_wait(&crew->barrier);
    if (*status == TRIE_OK)
        *status = symbols_part_unite(crew->symbols, crew->parts, crew->count, self->part);
    pthread_barrier_wait(&crew->barrier);
    if (*status == TRIE_OK)
        *status = settle_share(crew, self->part);
    return NULL;
}

static enum trie_status run_at_once(struct crew *crew)
{
    struct thread threads[PARTS_MAX];
    (void)symbols_parts_prepare(crew->symbols, crew->assume_new);
    assert_int_equal(pthread_barrier_init(&crew->barrier, NULL, crew->count), 0);
    for (unsigned i = 0; i < crew->count; i++) {
        threads[i] = (struct thread){.crew = crew, .part = i};
        assert_int_equal(pthread_create(&threads[i].handle, NULL, work, &threads[i]), 0);
    }
    for (unsigned i = 0; i < crew->count; i++)
        pthread_join(threads[i].handle, NULL);
    pthread_barrier_destroy(&crew->barrier);
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->statuses[i] != TRIE_OK)
            return crew->statuses[i];
    return TRIE_OK;
}

/* Of so many parts; for free(). */
static struct crew *crew_of(unsigned count)
{
    struct crew *crew = calloc(1, sizeof *crew);
    assert_non_null(crew);
    crew->count = count;
    return crew;
}

static enum trie_status open_crew(struct crew *crew)
{
    enum trie_status status = symbols_create(&crew->symbols);
    for (unsigned i = 0; i < crew->count && status == TRIE_OK; i++)
        status = symbols_part_create(&crew->parts[i]);
    return status;
}

static void close_crew(struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        symbols_part_destroy(crew->parts[i]);
    symbols_destroy(crew->symbols);
}

/* Every text has one id, which all parts have for it, both ways; and nothing else is there. */
static void assert_whole(const struct crew *crew)
{
    struct symbols_stats stats;
    static bool present[2 * TEXTS_MAX];
    size_t distinct = 0, bytes = 0;
    memset(present, 0, sizeof present);
    for (unsigned part = 0; part < crew->count; part++)
        for (unsigned i = 0; i < crew->shares[part].count; i++) {
            char text[TEXT_BYTES];
            unsigned number = crew->shares[part].first + i;
            size_t stored_size, size = name(text, number);
            const char *stored;
            uint64_t id = 0;
            assert_true(symbols_find(crew->symbols, text, size, &id));
            assert_true(id == crew->ids[part][i]);
            assert_int_equal(symbols_text(crew->symbols, id, &stored, &stored_size), TRIE_OK);
            assert_int_equal(stored_size, size);
            assert_memory_equal(stored, text, size);
            distinct += !present[number];
            bytes += present[number] ? 0 : size;
            present[number] = true;
        }
    symbols_measure(crew->symbols, &stats);
    assert_int_equal(stats.symbols, distinct);
    assert_int_equal(stats.text_bytes, bytes);
}

/* Parts that share nothing, half, and all of their texts; that have none; more than are foreseen, and fewer;
 * few in a shard, and so many that they are put in together. */
static void parts_become_one_table(void **unused)
{
    (void)unused;
    static const unsigned steps[] = {0, 1, 50, 600}, counts[] = {1, 2, 100, 600, 2900};
    struct crew *crew = crew_of(0);
    for (unsigned parts = 1; parts <= PARTS_MAX; parts++)
        for (unsigned s = 0; s < 4; s++)
            for (unsigned c = 0; c < 5; c++)
                for (unsigned how = 0; how < 4; how++) {
                    bool threads = how % 2;
                    crew->count = parts;
                    crew->assume_new = how / 2;
                    for (unsigned i = 0; i < parts; i++)
                        crew->shares[i] = (struct share){i * steps[s], i == 3 ? 1 : counts[c]};
                    assert_int_equal(open_crew(crew), TRIE_OK);
                    assert_int_equal(symbols_expect(crew->symbols, s * 1000, true), TRIE_OK);
                    assert_int_equal(threads ? run_at_once(crew) : run_in_turn(crew), TRIE_OK);
                    assert_whole(crew);
                    close_crew(crew);
                }
    free(crew);
}

/* So many that where they come together, what finds the first place taken is enough to go on together. */
static void many_are_put_in_together(void **unused)
{
    (void)unused;
    struct crew *crew = crew_of(2);
    for (unsigned how = 0; how < 6; how++) {
        unsigned shared = how % 3 * TEXTS_MAX / 2;
        crew->assume_new = how / 3;
        crew->shares[0] = (struct share){0, TEXTS_MAX};
        crew->shares[1] = (struct share){TEXTS_MAX - shared, TEXTS_MAX};
        assert_int_equal(open_crew(crew), TRIE_OK);
        assert_int_equal(symbols_expect(crew->symbols, 2 * TEXTS_MAX, true), TRIE_OK);
        assert_int_equal(run_in_turn(crew), TRIE_OK);
        assert_whole(crew);
        close_crew(crew);
    }
    free(crew);
}

/* A table that has a few texts gives them to the parts, and has them still when theirs take its place. */
static void fill_with_a_few_before(bool assume_new)
{
    struct crew *crew = crew_of(3);
    crew->assume_new = assume_new;
    long live = fault_live();
    struct symbols_writer writer;
    uint64_t before[10];
    assert_int_equal(open_crew(crew), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(crew->symbols, &writer), TRIE_OK);
    for (unsigned i = 0; i < 10; i++) {
        char text[TEXT_BYTES];
        size_t size = name(text, i);
        assert_int_equal(symbols_intern(crew->symbols, &writer, text, size, &before[i]), TRIE_OK);
    }
    symbols_writer_release(crew->symbols, &writer);
    for (unsigned i = 0; i < crew->count; i++)
        crew->shares[i] = (struct share){5 * i, 200};
    assert_int_equal(symbols_expect(crew->symbols, 600, true), TRIE_OK);
    assert_int_equal(run_in_turn(crew), TRIE_OK);
    assert_whole(crew);
    for (unsigned i = 0; i < 10; i++)
        assert_true(crew->ids[0][i] == before[i]);
    close_crew(crew);
    assert_int_equal(fault_live(), live);
    free(crew);
}

static void a_few_are_there_before(void **unused)
{
    (void)unused;
    fill_with_a_few_before(false);
    fill_with_a_few_before(true);
}

/* A second batch into the same table, by the same parts, meets old texts and new ones; then a single writer
 * does. */
static void fill_again(bool assume_new)
{
    struct crew *crew = crew_of(3);
    crew->assume_new = assume_new;
    assert_int_equal(open_crew(crew), TRIE_OK);
    for (unsigned batch = 0; batch < 4; batch++) {
        for (unsigned i = 0; i < crew->count; i++)
            crew->shares[i] = (struct share){i * 100, 100 + 400 * batch};
        assert_int_equal(symbols_expect(crew->symbols, 300, true), TRIE_OK);
        assert_int_equal(batch % 2 ? run_in_turn(crew) : run_at_once(crew), TRIE_OK);
        assert_whole(crew);
    }
    struct symbols_writer writer;
    struct symbols_stats before, after;
    symbols_measure(crew->symbols, &before);
    assert_int_equal(symbols_writer_acquire(crew->symbols, &writer), TRIE_OK);
    for (unsigned i = 0; i < 1500; i++) {
        char text[TEXT_BYTES];
        uint64_t id, found;
        size_t size = name(text, i);
        assert_true(symbols_find(crew->symbols, text, size, &found));
        assert_int_equal(symbols_intern(crew->symbols, &writer, text, size, &id), TRIE_OK);
        assert_true(id == found);
    }
    symbols_writer_release(crew->symbols, &writer);
    symbols_measure(crew->symbols, &after);
    assert_int_equal(after.symbols, before.symbols);
    close_crew(crew);
    free(crew);
}

static void a_table_is_filled_again(void **unused)
{
    (void)unused;
    fill_again(false);
    fill_again(true);
}

/* Each allocation fails in turn: it is said, nothing leaks, and the table can be used on. */
static void fail_each_allocation(bool assume_new)
{
    struct crew *crew = crew_of(2);
    crew->assume_new = assume_new;
    crew->shares[0] = (struct share){0, 500};
    crew->shares[1] = (struct share){250, 500};
    bool failed = true;
    size_t failures = 0;
    for (size_t k = 0; failed; k++) {
        long live = fault_live();
        crew->symbols = NULL;
        memset(crew->parts, 0, sizeof crew->parts);
        fault_arm(k, true);
        enum trie_status status = open_crew(crew);
        if (status == TRIE_OK)
            status = run_in_turn(crew);
        failed = fault_disarm();
        failures += failed;
        assert_int_equal(status, failed ? TRIE_NO_MEMORY : TRIE_OK);
        if (crew->symbols != NULL && crew->parts[1] != NULL) {
            assert_int_equal(run_in_turn(crew), TRIE_OK);
            for (unsigned i = 0; i < 750; i++) {
                char text[TEXT_BYTES];
                uint64_t id;
                assert_true(symbols_find(crew->symbols, text, name(text, i), &id));
            }
        }
        close_crew(crew);
        assert_int_equal(fault_live(), live);
    }
    assert_true(failures > 20);
    free(crew);
}

static void every_allocation_may_fail(void **unused)
{
    (void)unused;
    fail_each_allocation(false);
    fail_each_allocation(true);
}

struct assuming {
    struct symbols *symbols;
    struct symbols_part *part;
    struct symbols_writer writer;
};

static const char *const seeds[] = {"seed", "a seed that is too long for a record"};

/* A part of one, where texts are taken for new, but the seeds, which were there before. */
static void open_assuming(struct assuming *own, uint64_t *ids)
{
    assert_int_equal(symbols_create(&own->symbols), TRIE_OK);
    assert_int_equal(symbols_part_create(&own->part), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(own->symbols, &own->writer), TRIE_OK);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(symbols_intern(own->symbols, &own->writer, seeds[i], strlen(seeds[i]), &ids[i]),
                         TRIE_OK);
    assert_true(symbols_parts_prepare(own->symbols, true));
    assert_int_equal(symbols_part_begin(own->part, own->symbols, &own->writer, 1, 0), TRIE_OK);
    assert_true(symbols_part_assumes(own->part));
}

static void close_assuming(struct assuming *own)
{
    symbols_part_destroy(own->part);
    symbols_destroy(own->symbols);
}

/* A seed is no repetition; a text that was met just before is, short or long, and has the id that it had. */
static void what_comes_again_soon_is_seen(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"short", "one that is too long for a record"};
    for (unsigned i = 0; i < 2; i++) {
        struct assuming own;
        uint64_t ids[2], again, id;
        size_t size = strlen(texts[i]);
        open_assuming(&own, ids);
        assert_int_equal(symbols_intern(own.symbols, &own.writer, texts[i], size, &id), TRIE_OK);
        for (unsigned k = 0; k < 2; k++) {
            assert_int_equal(symbols_intern(own.symbols, &own.writer, seeds[k], strlen(seeds[k]), &again),
                             TRIE_OK);
            assert_true(again == ids[k] && id != again);
        }
        assert_false(symbols_part_repeats(own.part));
        assert_int_equal(symbols_intern(own.symbols, &own.writer, texts[i], size, &again), TRIE_OK);
        assert_true(again == id);
        assert_true(symbols_part_repeats(own.part));
        assert_int_equal(symbols_intern(own.symbols, &own.writer, "", 0, &again), TRIE_OVER_LIMIT);
        symbols_writer_release(own.symbols, &own.writer);
        assert_int_equal(symbols_part_unite(own.symbols, &own.part, 1, 0), TRIE_OK);
        assert_true(symbols_parts_agree(&own.part, 1));
        assert_true(symbols_find(own.symbols, texts[i], size, &again));
        assert_true(again == id);
        close_assuming(&own);
    }
}

/* With no memory, whenever some is asked for, it is said and nothing was added; then with. */
static void intern_twice(struct assuming *own, const char *text, size_t size, uint64_t *id)
{
    fault_arm(0, false);
    enum trie_status status = symbols_intern(own->symbols, &own->writer, text, size, id);
    bool failed = fault_disarm();
    assert_int_equal(status, failed ? TRIE_NO_MEMORY : TRIE_OK);
    if (failed)
        assert_int_equal(symbols_intern(own->symbols, &own->writer, text, size, id), TRIE_OK);
    assert_false(symbols_part_repeats(own->part));
}

/* Texts that all go into one box, which was made for a hundredth of them. */
static void a_box_overflows(void **unused)
{
    (void)unused;
    struct assuming own;
    uint64_t before[2], id, found;
    static uint64_t ids[TEXTS_MAX * 16];
    open_assuming(&own, before);
    for (unsigned i = 0; i < TEXTS_MAX * 16; i++) {
        char text[TEXT_BYTES];
        size_t size = (size_t)snprintf(text, sizeof text, "%u", i);
        ids[i] = 0;
        if (hash_text(text, size) % SYMBOLS_SHARDS == 3)
            intern_twice(&own, text, size, &ids[i]);
    }
    symbols_writer_release(own.symbols, &own.writer);
    assert_int_equal(symbols_part_unite(own.symbols, &own.part, 1, 0), TRIE_OK);
    assert_true(symbols_parts_agree(&own.part, 1));
    for (unsigned i = 0; i < TEXTS_MAX * 16; i++) {
        char text[TEXT_BYTES];
        size_t size = (size_t)snprintf(text, sizeof text, "%u", i);
        id = ids[i];
        assert_true(symbols_find(own.symbols, text, size, &found) ? found == id : id == 0);
    }
    close_assuming(&own);
}

/* Short texts whose hashes agree in the bits that choose the shard, and in the uppermost. */
static unsigned find_colliding(unsigned *numbers, unsigned count)
{
    unsigned found = 0;
    for (unsigned i = 0; found < count && i < 200000000; i++) {
        char text[TEXT_BYTES];
        uint64_t hash = hash_text(text, (size_t)snprintf(text, sizeof text, "%u", i));
        if (hash % SYMBOLS_SHARDS == 0 && hash >> 54 == 0)
            numbers[found++] = i;
    }
    return found;
}

/* More of them than a search reaches at first. */
static void texts_on_the_same_places_are_told_apart(void **unused)
{
    (void)unused;
    enum { COLLIDING = 40 };
    unsigned numbers[COLLIDING];
    uint64_t ids[COLLIDING];
    assert_int_equal(find_colliding(numbers, COLLIDING), COLLIDING);
    struct symbols *symbols;
    struct symbols_writer writer;
    struct symbols_stats stats;
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < COLLIDING; i++) {
            char text[TEXT_BYTES];
            size_t size = (size_t)snprintf(text, sizeof text, "%u", numbers[i]);
            assert_int_equal(symbols_intern(symbols, &writer, text, size, &ids[i]), TRIE_OK);
            assert_true(ids[i] == i + 1);
        }
    symbols_measure(symbols, &stats);
    assert_int_equal(stats.symbols, COLLIDING);
    assert_true(stats.bytes < sizeof(struct symbols) + (256 << 10));
    symbols_destroy(symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_become_one_table),
        cmocka_unit_test(many_are_put_in_together),
        cmocka_unit_test(a_few_are_there_before),
        cmocka_unit_test(a_table_is_filled_again),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(what_comes_again_soon_is_seen),
        cmocka_unit_test(a_box_overflows),
        cmocka_unit_test(texts_on_the_same_places_are_told_apart),
    };
    return cmocka_run_group_tests_name("symbols, in parts", tests, NULL, NULL);
}
