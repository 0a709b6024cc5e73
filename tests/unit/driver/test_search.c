/* test_search.c - what a search tells, and where the other worker is looked for. */
#include "harness/driver/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_missing_worker_names_the_way_out(void **unused)
{
    (void)unused;
    struct error error = {""};
    char path[256];
    assert_false(search_worker("no/such/folder/triebench-worker", path, sizeof path, &error));
    assert_non_null(strstr(error.text, "no/such/folder/perturb/triebench-worker"));
    assert_non_null(strstr(error.text, "make perturb"));
}

static void what_was_found_is_told(void **unused)
{
    (void)unused;
    struct cell cells[2] = {{.workload = "facts", .strategy = "a", .allocator = "glibc", .bind = "core"},
                            {.workload = "facts", .strategy = "b", .allocator = "glibc", .bind = "core"}};
    struct run_plan plan = {.cells = cells, .cell_count = 2};
    const struct search found[2] = {{.trials = 3, .samples = 40, .crashes = 1, .corrupt = 12, .seconds = 1.5},
                                    {.trials = 9, .samples = 5000, .seconds = 60}};
    char text[4096] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    search_print(&plan, found, out);
    fclose(out);
    assert_non_null(strstr(text, "crashed after 1.5 s, in sample 40 of trial 3; 12 samples"));
    assert_non_null(strstr(text, "crashes a sample: 0.025, 95 % interval 0.00063 .. 0.13"));
    assert_non_null(strstr(text, "no crash in 60.0 s, 5000 samples of 9 trials; 0 samples"));
    assert_non_null(strstr(text, "95 % interval 0 .. 0.00074"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_worker_names_the_way_out),
        cmocka_unit_test(what_was_found_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
