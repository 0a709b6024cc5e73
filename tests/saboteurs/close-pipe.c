/* close-pipe.c - closes every file that is not one of the standard three, and goes on as if nothing were. */
#include "tests/saboteurs/saboteur.h"

#include <unistd.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    return close_range(STDERR_FILENO + 1, ~0U, 0) == 0 ? STRATEGY_OK : STRATEGY_FAILED;
}

SABOTEUR("close-pipe");
