/*
 * test_workload_files.c - workloads out of files: what is read, and how files that are missing or hostile are
 * refused.
 */
#include "harness/worker/workload.h"
#include "trie/expr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { TEXT_BYTES = 1024, PATH_BYTES = 256 };

/* A folder of its own for each test. */
struct folder {
    char path[PATH_BYTES / 2];
};

static int folder_make(void **state)
{
    static struct folder folder;
    snprintf(folder.path, sizeof folder.path, "/tmp/triebench-workload-XXXXXX");
    *state = &folder;
    return mkdtemp(folder.path) == NULL;
}

static int folder_remove(void **state)
{
    static const char *const names[] = {"a",         "a:b.metta", "words",    "pipe",
                                        "data.noun", "data.verb", "data.adj", "data.adv"};
    const struct folder *folder = *state;
    char path[PATH_BYTES];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder->path, names[i]);
        unlink(path);
    }
    unsetenv("TRIEBENCH_WORDS");
    unsetenv("TRIEBENCH_WORDNET");
    return rmdir(folder->path);
}

static const char *put(void **state, const char *name, const char *text, size_t size)
{
    static char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", ((const struct folder *)*state)->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static struct workload *open_need(const char *spec, const struct workload_need *need)
{
    struct error error = {""};
    struct workload *workload = NULL;
    if (!workload_open(spec, need, &workload, &error))
        fail_msg("%s: %s", spec, error.text);
    return workload;
}

static struct workload *open_batch(const char *spec, uint64_t batch)
{
    const struct workload_need need = {.batch = batch};
    return open_need(spec, &need);
}

static void assert_refused(const char *spec, uint64_t batch, const char *part)
{
    const struct workload_need need = {.batch = batch};
    struct error error = {""};
    struct workload *workload = NULL;
    assert_false(workload_open(spec, &need, &workload, &error));
    assert_null(workload);
    if (strstr(error.text, part) == NULL)
        fail_msg("%s: \"%s\" does not hold \"%s\"", spec, error.text, part);
}

static void assert_file_refused(void **state, const char *text, size_t size, const char *part)
{
    char spec[PATH_BYTES + 8];
    snprintf(spec, sizeof spec, "file:%s", put(state, "a", text, size));
    assert_refused(spec, 1, part);
}

/* The texts of all items of the universe, a line each. */
static void assert_texts(struct workload *workload, const char *wanted)
{
    char text[4 * TEXT_BYTES];
    size_t used = 0;
    struct workload_info info;
    struct batch batch;
    struct workload_expectation expected;
    workload_describe(workload, &info);
    workload_slice(workload, 0, &batch, &expected);
    for (size_t i = 0; i < info.items; i++) {
        size_t length = 0;
        const struct item *item = &batch.items[i];
        assert_int_equal(
            expr_write(item->terms, item->term_count, text + used, sizeof text - used - 2, &length), TRIE_OK);
        used += length;
        text[used++] = '\n';
    }
    text[used] = '\0';
    assert_string_equal(text, wanted);
    workload_close(workload);
}

static void test_sample_file(void **state)
{
    (void)state;
    struct workload *workload = open_batch("file:tests/data/family.metta", 14);
    struct batch batch;
    struct workload_expectation expected;
    workload_slice(workload, 0, &batch, &expected);
    assert_int_equal(expected.keys, 12);
    assert_texts(workload, "(parent Tom Bob)\n(parent Pam Bob)\n(parent Tom Liz)\n(parent Bob Ann)\n"
                           "(parent Tom Bob)\n(= (grandparent $x $z) (, (parent $x $y) (parent $y $z)))\n"
                           "(= (double $x) (* $x 2))\n(motto Pam \"more haste; less \\\"speed\\\"\")\n"
                           "(born Ann 1987)\n(born Liz -3)\n(= (double $x) (* $x 2))\n()\nlonely\n"
                           "((nested (deeper (and (deeper still)))) caf\xc3\xa9)\n");
    assert_refused("file:tests/data/family.metta", 15, "only 14 items, fewer than one batch of 15");
    assert_refused("file:tests/data/unbalanced.metta", 1, "tests/data/unbalanced.metta:");
}

/* The universe is cut to whole batches. */
static void test_whole_batches(void **state)
{
    (void)state;
    struct workload *workload = open_batch("file:tests/data/family.metta", 5);
    struct workload_info info;
    workload_describe(workload, &info);
    assert_int_equal(info.slices, 2);
    assert_int_equal(info.items, 10);
    workload_close(workload);
}

static void test_path_with_colon(void **state)
{
    char spec[2 * PATH_BYTES];
    const char *path = put(state, "a:b.metta", "(x 1)\n(x 2)\n", 12);
    snprintf(spec, sizeof spec, "file:%s", path);
    assert_texts(open_batch(spec, 2), "(x 1)\n(x 2)\n");
    snprintf(spec, sizeof spec, "file:%s:duplicates=50:order=given", path);
    assert_texts(open_batch(spec, 2), "(x 1)\n(x 1)\n");
}

static void test_hostile_files(void **state)
{
    static char long_text[400000];
    assert_file_refused(state, "", 0, "only 0 items");
    assert_file_refused(state, "; nothing\n", 10, "only 0 items");
    assert_file_refused(state, "(a b)\n(c", 8, "/a:2:");
    assert_file_refused(state, "(a b)\n  )", 9, "/a:2:3: ");
    assert_file_refused(state, "(a \"b", 5, "/a:1:");

    char *end = long_text;
    for (int i = 0; i < 65; i++)
        end += sprintf(end, "%s$v%d", i == 0 ? "(f (" : i == 40 ? ") (" : " ", i);
    end += sprintf(end, "))");
    assert_file_refused(state, long_text, (size_t)(end - long_text), "/a:1:");

    memset(long_text, 'x', sizeof long_text);
    assert_file_refused(state, long_text, 64, "/a:1:");
    memset(long_text, '(', sizeof long_text);
    assert_file_refused(state, long_text, sizeof long_text, "/a:1:");

    uint32_t random = 1;
    for (size_t i = 0; i < sizeof long_text; i++) {
        random = random * 1664525 + 1013904223;
        long_text[i] = (char)(random >> 24);
    }
    assert_file_refused(state, long_text, sizeof long_text, "/a:");
}

static void test_not_a_file(void **state)
{
    const struct folder *folder = *state;
    char spec[2 * PATH_BYTES];
    snprintf(spec, sizeof spec, "file:%s", folder->path);
    assert_refused(spec, 1, "not a regular file");
    snprintf(spec, sizeof spec, "file:%s/none", folder->path);
    assert_refused(spec, 1, "No such file");
    assert_refused("file:/dev/zero", 1, "not a regular file");
    snprintf(spec, sizeof spec, "file:%s/pipe", folder->path);
    assert_int_equal(mkfifo(spec + 5, 0600), 0);
    assert_refused(spec, 1, "not a regular file");
    put(state, "a", "x", 1);
    snprintf(spec, sizeof spec, "file:%s/a", folder->path);
    assert_int_equal(truncate(spec + 5, (INT64_C(4) << 30) + 1), 0);
    assert_refused(spec, 1, "larger than 4 GiB");
}

static void test_words(void **state)
{
    static const char list[] =
        "apple\nna\xc3\xafve\nit's\ntwo words\n(odd\n\"quoted\n;later\n$dollar\n\n"
        "a;b$c\"d\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nlast";
    setenv("TRIEBENCH_WORDS", put(state, "words", list, sizeof list - 1), 1);
    assert_texts(open_batch("words", 5), "(word apple)\n(word na\xc3\xafve)\n(word it's)\n(word a;b$c\"d)\n"
                                         "(word last)\n");
    assert_refused("words", 6, "only 5 items");
    setenv("TRIEBENCH_WORDS", "/nonexistent/words", 1);
    assert_refused("words", 1, "wamerican-huge");
    assert_refused("words", 1, "/nonexistent/words");
}

static void test_wordnet(void **state)
{
    static const char noun[] =
        "  1 a licence  \n"
        "00000010 03 n 02 entity 0 thing(x) 1 002 ~ 00000020 n 0000 + 00000030 v 0201 | x; y\n"
        "00000020 03 n 01 object 0 000 | (z)\n";
    static const char adj[] = "00000040 00 s 01 galore(ip) 0 001 ! 00000050 a 0101 | q\n";
    put(state, "data.noun", noun, sizeof noun - 1);
    static const char verb[] = "00000030 29 v 01 be a 001 * 00000031 v 0000 01 + 02 00 | g\n";
    put(state, "data.verb", verb, sizeof verb - 1);
    put(state, "data.adj", adj, sizeof adj - 1);
    put(state, "data.adv", "", 0);
    setenv("TRIEBENCH_WORDNET", ((const struct folder *)*state)->path, 1);
    const struct workload_need need = {.batch = 11, .replay = true};
    assert_texts(open_need("wordnet", &need),
                 "(sense entity n00000010)\n(sense thing n00000010)\n(hyponym n00000010 n00000020)\n"
                 "(derivation n00000010.02 v00000030.01)\n(sense object n00000020)\n(sense be v00000030)\n"
                 "(entailment v00000030 v00000031)\n(sense galore a00000040)\n"
                 "(antonym a00000040.01 a00000050.01)\n(fact 0 value-0)\n(fact 1 value-1)\n");
    setenv("TRIEBENCH_WORDNET", "/nonexistent", 1);
    assert_refused("wordnet", 1, "wordnet-base");
    assert_refused("wordnet", 1, "/nonexistent/data.noun");
}

/* Wherever a line is cut or spoilt, the line is named, and nothing is read beyond it. */
static void test_hostile_wordnet(void **state)
{
    static const char good[] = "00000010 03 n 01 entity 0 001 ~ 00000020 n 0000 | x";
    static const char *const bad[] = {
        "",
        "0000001x 03 n 01 entity 0 000 |",
        "000000100 03 n 01 entity 0 000 |",
        "00000010 03 q 01 entity 0 000 |",
        "00000010 03 n ff entity 0 000 |",
        "00000010 03 n -1 entity 0 000 |",
        "00000010 03 n 01 entity 0 999 ~ 00000020 n 0000",
        "00000010 03 n 01 entity 0 001 ? 00000020 n 0000",
        "00000010 03 n 01 entity 0 001 ~ 0000002( n 0000",
        "00000010 03 n 01 entity 0 001 ~ 00000020 nn 0000",
        "00000010 03 n 01 entity 0 001 ~ 00000020 n 000g",
        "\xff\xfe\xfd",
    };
    setenv("TRIEBENCH_WORDNET", ((const struct folder *)*state)->path, 1);
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int length = snprintf(text, sizeof text, "%s\n%s\n", good, bad[i]);
        put(state, "data.noun", text, (size_t)length);
        assert_refused("wordnet", 5, "data.noun:2: ");
    }
    size_t needed = (size_t)(strchr(good, '|') - good) - 1;
    for (size_t cut = 1; cut < needed; cut++) {
        put(state, "data.noun", good, cut);
        assert_refused("wordnet", 5, "data.noun:1: ");
    }
    put(state, "data.noun", good, needed);
    assert_refused("wordnet", 5, "data.verb");
}

static void test_wordnet_is_large(void **state)
{
    (void)state;
    if (access("/usr/share/wordnet/data.noun", R_OK) != 0)
        skip();
    struct workload *workload = open_batch("wordnet", 500000);
    struct batch batch;
    struct workload_expectation expected;
    workload_slice(workload, 0, &batch, &expected);
    assert_true(expected.keys > 499900);
    for (size_t i = 0; i < batch.count; i++)
        assert_false(batch.items[i].terms[1].size == 4 &&
                     memcmp(batch.items[i].terms[1].text, "fact", 4) == 0);
    workload_close(workload);
}

int main(void)
{
    unsetenv("TRIEBENCH_WORDS");
    unsetenv("TRIEBENCH_WORDNET");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_file),
        cmocka_unit_test(test_whole_batches),
        cmocka_unit_test_setup_teardown(test_path_with_colon, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_hostile_files, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_not_a_file, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_words, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_wordnet, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_hostile_wordnet, folder_make, folder_remove),
        cmocka_unit_test(test_wordnet_is_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
