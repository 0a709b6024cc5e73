/* exit.c - ends the process in mid-trial, with the status of success. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    exit(0);
}

SABOTEUR("exit");
