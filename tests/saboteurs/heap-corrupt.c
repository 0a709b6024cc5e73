/* heap-corrupt.c - frees a block twice; glibc notices, says so, and aborts. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    /* Two stores, so that the compiler does not see that both are the same block. */
    void *volatile block = malloc(64);
    void *volatile again = block;
    free(block);
    free(again); /* NOLINT(clang-analyzer-unix.Malloc): on purpose */
    return STRATEGY_OK;
}

SABOTEUR("heap-corrupt");
