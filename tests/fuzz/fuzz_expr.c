/*
 * fuzz_expr.c - libFuzzer entry: any bytes as a text and as a key. Not built by the Makefile; by hand:
 *
 *   clang -std=c11 -D_GNU_SOURCE -I. -O1 -g -fsanitize=fuzzer,address,undefined -o build/fuzz_expr \
 *     tests/fuzz/fuzz_expr.c trie/expr_*.c trie/symbols*.c -pthread
 *   build/fuzz_expr -max_total_time=60
 */
#include "tests/property/expr_laws.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(const char *broken)
{
    if (broken == NULL)
        return;
    fprintf(stderr, "%s\n", broken);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct laws_scratch scratch; /* 2 MiB: too large for the stack */
    size_t expressions;
    bool is_key;
    require(laws_of_text(&scratch, (const char *)data, size, &expressions));
    require(laws_of_key(&scratch, data, size, &is_key));
    return 0;
}
