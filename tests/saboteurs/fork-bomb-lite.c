/* fork-bomb-lite.c - leaves a process behind that holds all its files open, and goes on as if nothing were.
 */
#include "tests/saboteurs/saboteur.h"

#include <unistd.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    enum { LEFT_BEHIND_S = 1000 };
    pid_t child = fork();
    if (child == 0) {
        sleep(LEFT_BEHIND_S);
        _exit(0);
    }
    return child > 0 ? STRATEGY_OK : STRATEGY_FAILED;
}

SABOTEUR("fork-bomb-lite");
