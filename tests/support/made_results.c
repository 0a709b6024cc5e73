/* made_results.c - see made_results.h. */
#include "tests/support/made_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void made_results_begin(struct made_results *made)
{
    strcpy(made->place, "/tmp/made_results.XXXXXX");
    int fd = mkstemp(made->place);
    assert_true(fd >= 0);
    made->file = fdopen(fd, "w");
    assert_non_null(made->file);
    fputs("{\"type\":\"run\",\"schema\":1}\n", made->file);
}

void made_results_read(struct made_results *made)
{
    struct error error = {.text = ""};
    fputs("{\"type\":\"end\",\"finished\":true}\n", made->file);
    assert_int_equal(fclose(made->file), 0);
    if (!results_read(made->place, &made->results, &error))
        fail_msg("%s", error.text);
    assert_int_equal(made->results.problem_count, 0);
    unlink(made->place);
}

void made_results_free(struct made_results *made)
{
    results_free(&made->results);
}
