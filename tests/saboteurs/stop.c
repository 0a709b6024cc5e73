/* stop.c - stops itself; somebody else would have to let it go on. */
#include "tests/saboteurs/saboteur.h"

#include <signal.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    raise(SIGSTOP);
    return STRATEGY_OK;
}

SABOTEUR("stop");
