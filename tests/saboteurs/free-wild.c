/* free-wild.c - frees what is no block, far from all memory: every allocator dies of it, each in its own way.
 */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile uintptr_t nowhere = UINT64_C(0x600000000010); /* volatile: the compiler must not see it */
    free((void *)nowhere); /* NOLINT(clang-analyzer-unix.Malloc): on purpose */
    return STRATEGY_OK;
}

SABOTEUR("free-wild");
