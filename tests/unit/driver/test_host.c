/* test_host.c - the facts of this machine: whatever it is, some must hold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/host.h"

#include <string.h>
#include <sys/utsname.h>

static void test_facts(void **state)
{
    (void)state;
    struct host host;
    struct error error;
    assert_true(host_facts(&host, &error));
    assert_true(host.cores >= 1 && host.threads >= host.cores);
    assert_true(host.memory_bytes > 0);
    assert_true(host.aslr >= -1 && host.aslr <= 2);
    assert_true(host.clock_step_ns > 0 && host.clock_cost_ns > 0);
    struct utsname name;
    assert_int_equal(uname(&name), 0);
    assert_string_equal(host.kernel, name.release);
    assert_int_equal(strncmp(host.libc, "glibc 2.", 8), 0);
    assert_null(strpbrk(host.cpu, ":\n"));
    assert_null(strpbrk(host.thp, "[] "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
