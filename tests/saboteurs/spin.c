/* spin.c - loops for ever. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile bool forever = true;
    while (forever)
        continue;
    return STRATEGY_OK;
}

SABOTEUR("spin");
