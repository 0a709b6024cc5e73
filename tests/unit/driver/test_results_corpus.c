/* test_results_corpus.c - the fuzzer's corpus, and a file cut and marred at every byte: read as far as it is
 * sound, never a crash. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/results_laws.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char folder[] = "tests/fuzz/corpus/results";

static void file_load(const char *name, uint8_t **data, size_t *size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    *data = malloc(1 << 20);
    assert_non_null(*data);
    *size = fread(*data, 1, 1 << 20, file);
    fclose(file);
}

static void the_corpus_holds(void **state)
{
    (void)state;
    size_t files = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        uint8_t *data;
        size_t size;
        if (entry->d_name[0] == '.')
            continue;
        file_load(entry->d_name, &data, &size);
        const char *broken = results_laws_of(data, size);
        if (broken != NULL)
            fail_msg("%s: %s", entry->d_name, broken);
        free(data);
        files++;
    }
    closedir(dir);
    assert_true(files >= 10);
}

/* Reads data[size]; the number of rows, or -1 where it is refused. */
static long rows_of(const uint8_t *data, size_t size, size_t *problems)
{
    struct results results;
    struct error error;
    FILE *file = fmemopen((void *)data, size, "r");
    assert_non_null(file);
    bool good = results_read_stream(file, &results, &error);
    fclose(file);
    long rows = good ? (long)results.row_count : -1;
    *problems = good ? results.problem_count : 0;
    if (good)
        results_free(&results);
    return rows;
}

static void every_cut_keeps_the_whole_lines(void **state)
{
    (void)state;
    uint8_t *data;
    size_t size;
    file_load("whole.jsonl", &data, &size);
    size_t lines = 0, since_line = 0;
    for (size_t length = 1; length <= size; length++) {
        lines += data[length - 1] == '\n';
        since_line = data[length - 1] == '\n' ? 0 : since_line + 1;
        size_t problems;
        long rows = rows_of(data, length, &problems);
        long wanted = lines == 0 ? -1 : lines > 4 ? 3 : (long)lines - 1; /* run, three trials, end */
        assert_int_equal(rows, wanted);
        assert_int_equal(problems, lines > 0 && since_line > 0);
    }
    assert_int_equal(lines, 5);
    free(data);
}

static void every_marred_byte_is_survived(void **state)
{
    (void)state;
    static const uint8_t marks[] = {0, '"', '{', ']', '\\', '\n', '9', 'N', 0xff};
    uint8_t *data;
    size_t size;
    file_load("whole.jsonl", &data, &size);
    for (size_t at = 0; at < size; at++) {
        uint8_t kept = data[at];
        for (size_t i = 0; i < sizeof marks; i++) {
            data[at] = marks[i];
            const char *broken = results_laws_of(data, size);
            if (broken != NULL)
                fail_msg("byte %zu as %d: %s", at, marks[i], broken);
        }
        data[at] = kept;
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_holds),
        cmocka_unit_test(every_cut_keeps_the_whole_lines),
        cmocka_unit_test(every_marred_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
