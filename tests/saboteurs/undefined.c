/* undefined.c - adds beyond the largest number: only UBSan notices, in VARIANT=asan. */
#include "tests/saboteurs/saboteur.h"

#include <limits.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile int largest = INT_MAX; /* volatile: the compiler must not see it */
    largest = largest + 1;
    return STRATEGY_OK;
}

SABOTEUR("undefined");
