/* lose-one.c - drops a key. */
#include "tests/saboteurs/saboteur.h"

enum strategy_status sabotage(struct saboteur_set *set)
{
    if (set->count > 0)
        free(set->keys[--set->count].bytes);
    return STRATEGY_OK;
}

SABOTEUR("lose-one");
