/*
 * stripes.h - tries behind locks that all workers insert into: what `locked`, `striped` and `pooled` share.
 */
#ifndef STRATEGIES_STRIPES_H
#define STRATEGIES_STRIPES_H

#include "strategies/crew.h"

/* Which trie an item goes into: by the bytes of its key behind what all keys begin with, or by its number. */
enum stripes_choice { STRIPES_BY_KEY, STRIPES_BY_NUMBER };

/* strategy.open with `count` tries. Options and errors: those of crew_open(). */
enum strategy_status stripes_open(const struct strategy_setup *setup, size_t count,
                                  enum stripes_choice choice, void **state);

/* strategy.close and strategy.insert. */
void stripes_close(void *state);
enum strategy_status stripes_insert(void *state, void *space, const struct batch *batch,
                                    struct strategy_run *run);

#endif
