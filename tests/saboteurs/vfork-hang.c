/* vfork-hang.c - waits for a child that shares its memory and never ends: the kernel stops it for nobody. */
#include "tests/saboteurs/saboteur.h"

#include <sys/syscall.h>
#include <unistd.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    /* NOLINTBEGIN(clang-analyzer-*): the wait of vfork() is what is wanted */
    if (vfork() == 0)
        for (;;)
            (void)syscall(SYS_pause);
    /* NOLINTEND(clang-analyzer-*) */
    return STRATEGY_OK;
}

SABOTEUR("vfork-hang");
