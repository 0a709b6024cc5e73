/* abrt.c - gives up with a message, as a library does whose invariant is broken. */
#include "tests/saboteurs/saboteur.h"

#include <stdio.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    fputs("saboteur: the invariant is broken\n", stderr);
    abort();
}

SABOTEUR("abrt");
