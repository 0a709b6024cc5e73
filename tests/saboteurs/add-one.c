/* add-one.c - has a key that nobody inserted. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    static const uint8_t stray[] = {0xc5, 's', 't', 'r', 'a', 'y'};
    return saboteur_add(set, stray, sizeof stray);
}

SABOTEUR("add-one");
