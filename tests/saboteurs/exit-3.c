/* exit-3.c - ends the process in mid-trial, with status 3. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    exit(3);
}

SABOTEUR("exit-3");
