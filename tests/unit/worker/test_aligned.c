/* test_aligned.c - memory that begins at a multiple of more than malloc() sees to. */
#include "tests/support/fault.h"
#include "trie/aligned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 32 };

static void blocks_are_aligned_and_apart(void **state)
{
    (void)state;
    uint8_t *blocks[BLOCKS];
    long live = fault_live();
    for (size_t alignment = 16; alignment <= 16384; alignment *= 2) {
        for (size_t i = 0; i < BLOCKS; i++) {
            size_t bytes = 1 + i * 37;
            assert_non_null(blocks[i] = aligned_take(alignment, bytes));
            assert_int_equal((uintptr_t)blocks[i] % alignment, 0);
            memset(blocks[i], (int)i, bytes);
        }
        for (size_t i = 0; i < BLOCKS; i++) {
            for (size_t at = 0; at < 1 + i * 37; at++)
                assert_int_equal(blocks[i][at], i);
            aligned_give(blocks[i]);
        }
    }
    assert_int_equal(fault_live(), live);
}

static void more_than_there_is(void **state)
{
    (void)state;
    assert_null(aligned_take(64, SIZE_MAX));
    assert_null(aligned_take(64, SIZE_MAX - 71));
    fault_arm(0, false);
    assert_null(aligned_take(64, 1));
    assert_true(fault_disarm());
    aligned_give(NULL);
}

static void up_to_the_next_multiple(void **state)
{
    (void)state;
    _Alignas(64) uint8_t bytes[128];
    assert_ptr_equal(aligned_up(bytes, 64), bytes);
    assert_ptr_equal(aligned_up(bytes + 1, 64), bytes + 64);
    assert_ptr_equal(aligned_up(bytes + 64, 64), bytes + 64);
    assert_ptr_equal(aligned_up(bytes + 1, 16), bytes + 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_apart),
        cmocka_unit_test(more_than_there_is),
        cmocka_unit_test(up_to_the_next_multiple),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
