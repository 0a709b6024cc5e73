/* null-call.c - has no walk(). */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    return STRATEGY_OK;
}

SABOTEUR_WITH(STRATEGY_ABI, "null-call", NULL, 0);
