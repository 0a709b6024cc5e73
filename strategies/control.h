/* control.h - the space of a control that keeps nothing: its functions fit into struct strategy as they are.
 */
#ifndef STRATEGIES_CONTROL_H
#define STRATEGIES_CONTROL_H

#include "strategies/strategy.h"

/* strategy.walk: there is nothing to visit. */
enum strategy_status control_walk(void *state, void *space, strategy_visit *visit, void *context);

/* strategy.destroy: there is nothing to give back. */
void control_destroy(void *state, void *space);

#endif
