/* segv.c - writes to address 0x10, as through a null pointer to a struct. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile uintptr_t address = 0x10; /* volatile: the compiler must not see the fault coming */
    *(volatile int *)address = 1;
    return STRATEGY_OK;
}

SABOTEUR("segv");
