/* registry.h - the built-in strategies, from strategies/registry.def. */
#ifndef STRATEGIES_REGISTRY_H
#define STRATEGIES_REGISTRY_H

#include "strategies/strategy.h"

/* All of them, in table order; *count is their number. Static. */
const struct strategy *const *strategy_registry(size_t *count);

/* The built-in of that name, or NULL. */
const struct strategy *strategy_find(const char *name);

/* What a built-in is expected to do (STRATEGY_HYPOTHESIS_SYMBOL); NULL of any other strategy. Static. */
const char *strategy_hypothesis(const struct strategy *strategy);

#endif
