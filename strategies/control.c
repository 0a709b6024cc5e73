/* control.c - see control.h. */
#include "strategies/control.h"

enum strategy_status control_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    (void)space;
    (void)visit;
    (void)context;
    return STRATEGY_OK;
}

void control_destroy(void *state, void *space)
{
    (void)state;
    (void)space;
}
