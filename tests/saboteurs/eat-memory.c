/* eat-memory.c - takes and touches memory until there is none. Only for use under a memory limit. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    enum { BLOCK_BYTES = 16 << 20 };
    for (;;) {
        char *block = malloc(BLOCK_BYTES); /* NOLINT(clang-analyzer-unix.Malloc): never freed, on purpose */
        if (block == NULL)
            return STRATEGY_NO_MEMORY;
        memset(block, 1, BLOCK_BYTES);
        __asm__ volatile("" : : "r"(block) : "memory"); /* so that the block is not optimised away */
    }
}

SABOTEUR("eat-memory");
