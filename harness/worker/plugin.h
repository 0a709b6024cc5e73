/*
 * plugin.h - finds a strategy: a built-in by its name, or a plug-in by its path.
 *
 * A plug-in is foreign code from here on, but what its struct says is looked at before anything of it is
 * called.
 */
#ifndef HARNESS_WORKER_PLUGIN_H
#define HARNESS_WORKER_PLUGIN_H

#include "harness/common/error.h"
#include "strategies/strategy.h"

#include <stdbool.h>

/*
 * *strategy: the one that spec (`name[:option=value...]`) names. A name with a slash in it, or that ends in
 * .so, is a plug-in; it stays loaded until the process ends. The strategy is vetted. Errors: false, with a
 * sentence: no such strategy (those there are follow), no such file, not a plug-in, another version of the
 * interface, or what is wrong with it.
 */
bool plugin_find(const char *spec, const struct strategy **strategy, struct error *error);

/* Whether a strategy is complete and what it says of itself is sane. Errors: false, with a sentence. */
bool plugin_vet(const struct strategy *strategy, struct error *error);

/*
 * What a strategy that was found is expected to do (STRATEGY_HYPOTHESIS_SYMBOL); NULL where it does not say.
 * Static, or the plug-in's.
 */
const char *plugin_hypothesis(const struct strategy *strategy);

#endif
