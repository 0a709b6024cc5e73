/*
 * fuzz_results.c - libFuzzer entry: any bytes as a results file. Not built by the Makefile; by hand:
 *
 *   clang -std=c11 -D_GNU_SOURCE -I. -O1 -g -fsanitize=fuzzer,address,undefined -o build/fuzz_results \
 *     $(pkg-config --cflags jansson gsl hwloc) tests/fuzz/fuzz_results.c \
 *     $(find harness/driver -name '*.c' ! -samefile harness/driver/main.c) \
 *     harness/stats/[a-z]*.c harness/common/[a-z]*.c allocators/[a-z]*.c \
 *     $(pkg-config --libs jansson gsl hwloc libdw) -pthread -ldl
 *   build/fuzz_results -max_total_time=60 -rss_limit_mb=1024 tests/fuzz/corpus/results
 *
 * What it finds goes into tests/fuzz/corpus/results, which tests/unit/driver/test_results_corpus.c replays.
 */
#include "tests/support/results_laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *broken = results_laws_of(data, size);
    if (broken == NULL)
        return 0;
    fprintf(stderr, "%s\n", broken);
    abort();
}
