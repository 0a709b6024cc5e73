/* bad-abi.c - speaks another version of the interface. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    return STRATEGY_OK;
}

SABOTEUR_WITH(999, "bad-abi", saboteur_walk, 0);
