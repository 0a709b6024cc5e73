/* hang.c - sleeps for ever. */
#include "tests/saboteurs/saboteur.h"

#include <unistd.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    while (pause() != 0) /* a signal handler that comes back is no reason to go on */
        continue;
    return STRATEGY_OK;
}

SABOTEUR("hang");
