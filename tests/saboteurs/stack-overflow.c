/* stack-overflow.c - recurses without end. */
#include "tests/saboteurs/saboteur.h"

enum { FRAME_BYTES = 4096 };

/* Ends only where depth is negative, which the compiler cannot rule out. The frame is used after the call, so
 * that it stays a call. */
static int descend(volatile int *depth)
{
    volatile char frame[FRAME_BYTES];
    frame[0] = 1;
    *depth = (*depth + 1) % FRAME_BYTES;
    return *depth < 0 ? 0 : descend(depth) + frame[0];
}

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile int depth = 0;
    return descend(&depth) == 0 ? STRATEGY_OK : STRATEGY_FAILED;
}

SABOTEUR("stack-overflow");
