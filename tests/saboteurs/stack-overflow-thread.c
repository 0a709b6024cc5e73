/* stack-overflow-thread.c - recurses without end in a thread that is not the main one. */
#include "tests/saboteurs/saboteur.h"

#include <pthread.h>

enum { FRAME_BYTES = 4096 };

static int descend(volatile int *depth)
{
    volatile char frame[FRAME_BYTES];
    frame[0] = 1;
    *depth = (*depth + 1) % FRAME_BYTES;
    return *depth < 0 ? 0 : descend(depth) + frame[0];
}

static void *overflow(void *context)
{
    const struct saboteur_set *set = context;
    volatile int depth = 0;
    /* As every worker does first: it gets the signal stack without which no handler could run here. */
    set->setup->worker_started(set->setup->harness, 1);
    return descend(&depth) == 0 ? context : NULL;
}

enum strategy_status sabotage(struct saboteur_set *set)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, overflow, set) != 0)
        return STRATEGY_NO_THREAD;
    pthread_join(thread, NULL);
    return STRATEGY_OK;
}

SABOTEUR_WITH(STRATEGY_ABI, "stack-overflow-thread", saboteur_walk, STRATEGY_PARALLEL);
