/*
 * test_workload.c - random files of random expressions: whatever the spec, the items of a universe are the
 * expressions of the file, each as often as it may be, and the same spec gives the same universe.
 */
#include "harness/worker/random.h"
#include "harness/worker/workload.h"
#include "trie/expr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { ROUNDS = 150, EXPRESSIONS_MAX = 300, LINE_BYTES = 256, PATH_BYTES = 64 };

/* A file of expressions, a line each, written as expr_write() would. */
struct sample {
    char path[PATH_BYTES];
    char lines[EXPRESSIONS_MAX][LINE_BYTES];
    size_t count;
};

static void write_expression(struct random *random, char *line, size_t *used, unsigned depth)
{
    static const char *const tokens[] = {"a",    "fact",         "$x",          "$y",  "42",
                                         "-3.5", "\"a b; (c)\"", "caf\xc3\xa9", "a;b", "$"};
    if (depth == 0 || *used > LINE_BYTES / 3 || random_below(random, 3) == 0) {
        *used += (size_t)sprintf(line + *used, "%s", tokens[random_below(random, 10)]);
        return;
    }
    line[(*used)++] = '(';
    uint64_t children = random_below(random, 5);
    for (uint64_t i = 0; i < children; i++) {
        if (i > 0)
            line[(*used)++] = ' ';
        write_expression(random, line, used, depth - 1);
    }
    line[(*used)++] = ')';
    line[*used] = '\0';
}

static void write_sample(struct random *random, struct sample *sample)
{
    snprintf(sample->path, sizeof sample->path, "/tmp/triebench-property-XXXXXX");
    int fd = mkstemp(sample->path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    sample->count = 1 + random_below(random, EXPRESSIONS_MAX);
    for (size_t i = 0; i < sample->count; i++) {
        size_t used = 0;
        write_expression(random, sample->lines[i], &used, 4);
        assert_true(fprintf(file, "%s\n", sample->lines[i]) > 0);
    }
    assert_int_equal(fclose(file), 0);
}

static void text_of(const struct item *item, char *text)
{
    size_t length = 0;
    assert_int_equal(expr_write(item->terms, item->term_count, text, LINE_BYTES - 1, &length), TRIE_OK);
    text[length] = '\0';
}

/* Every item takes one line of the file away that has its text; 1 + 0 repeats, or any number of them. */
static void assert_items_from(const struct sample *sample, const struct batch *universe, bool repeats)
{
    bool used[EXPRESSIONS_MAX] = {false};
    char text[LINE_BYTES];
    for (size_t i = 0; i < universe->count; i++) {
        text_of(&universe->items[i], text);
        size_t line = 0;
        while (line < sample->count && ((used[line] && !repeats) || strcmp(sample->lines[line], text) != 0))
            line++;
        assert_true(line < sample->count);
        used[line] = true;
    }
}

static void assert_in_order(const struct sample *sample, const struct batch *universe)
{
    char text[LINE_BYTES];
    for (size_t i = 0; i < universe->count; i++) {
        text_of(&universe->items[i], text);
        assert_string_equal(text, sample->lines[i]);
    }
}

static void assert_same(const struct batch *left, const struct batch *right)
{
    for (size_t i = 0; i < left->count; i++) {
        assert_int_equal(left->items[i].key_length, right->items[i].key_length);
        assert_memory_equal(left->items[i].key, right->items[i].key, left->items[i].key_length);
    }
}

static struct workload *open_universe(const char *spec, const struct workload_need *need,
                                      struct batch *universe)
{
    struct error error = {""};
    struct workload *workload = NULL;
    struct workload_info info;
    struct workload_expectation expected;
    if (!workload_open(spec, need, &workload, &error))
        fail_msg("%s: %s", spec, error.text);
    workload_describe(workload, &info);
    workload_slice(workload, 0, universe, &expected);
    universe->count = info.items;
    return workload;
}

static void check_round(struct random *random, const struct sample *sample)
{
    char spec[2 * LINE_BYTES];
    bool shuffled = random_below(random, 2), repeats = random_below(random, 2);
    unsigned percent = repeats ? (unsigned)random_below(random, 100) : 0;
    snprintf(spec, sizeof spec, "file:%s:order=%s:duplicates=%u", sample->path,
             shuffled ? "shuffled" : "given", percent);
    const struct workload_need need = {
        .batch = 1 + random_below(random, sample->count),
        .interned = random_below(random, 2),
        .encoded = random_below(random, 2),
        .replay = random_below(random, 2),
        .seed = random_next(random),
    };
    struct batch universe, again;
    struct workload *first = open_universe(spec, &need, &universe);
    struct workload *second = open_universe(spec, &need, &again);
    assert_int_equal(universe.count, again.count);
    assert_int_equal(universe.count,
                     need.replay ? need.batch
                                 : (sample->count < 64 * need.batch ? sample->count : 64 * need.batch) /
                                       need.batch * need.batch);
    assert_same(&universe, &again);
    assert_items_from(sample, &universe, repeats);
    if (!shuffled && !repeats)
        assert_in_order(sample, &universe);
    workload_close(first);
    workload_close(second);
}

static int sample_make(void **state)
{
    *state = calloc(1, sizeof(struct sample));
    return *state == NULL;
}

/* The file of a round that failed is still there. */
static int sample_remove(void **state)
{
    struct sample *sample = *state;
    unlink(sample->path);
    free(sample);
    return 0;
}

static void test_files(void **state)
{
    struct sample *sample = *state;
    struct random random = random_of(20, 25);
    for (int i = 0; i < ROUNDS; i++) {
        write_sample(&random, sample);
        check_round(&random, sample);
        unlink(sample->path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files, sample_make, sample_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
