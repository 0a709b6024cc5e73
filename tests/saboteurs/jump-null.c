/* jump-null.c - calls a function through a null pointer. */
#include "tests/saboteurs/saboteur.h"

typedef int call(void);

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    call *volatile nobody = NULL; /* volatile: the compiler must not see the fault coming */
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): on purpose */
    return nobody() == 0 ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

SABOTEUR("jump-null");
