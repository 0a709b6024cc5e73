/* ill.c - executes an instruction that there is not. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    __builtin_trap();
}

SABOTEUR("ill");
