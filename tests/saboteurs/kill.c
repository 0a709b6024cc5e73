/* kill.c - is killed, as by the kernel when memory runs out. */
#include "tests/saboteurs/saboteur.h"

#include <signal.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    raise(SIGKILL);
    return STRATEGY_OK;
}

SABOTEUR("kill");
