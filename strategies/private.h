/*
 * private.h - a trie of its own for every worker, united at the end: what `thread-local` and `region` share.
 */
#ifndef STRATEGIES_PRIVATE_H
#define STRATEGIES_PRIVATE_H

#include "strategies/crew.h"

/*
 * How the tries are united: all into the first, one after the other by worker 0; in pairs, all pairs of a
 * round at once; or all into the first, one after the other, each by all workers together (trie/join.h).
 */
enum private_merge { PRIVATE_SERIAL, PRIVATE_TREE, PRIVATE_JOIN };

/*
 * Where symbols are interned while the tries are built: in the space's table, by all; in a table for each
 * worker, and again in the space's when its keys are united with the others; or in the space's, by worker 0
 * before the others start.
 */
enum private_symbols { PRIVATE_SHARED, PRIVATE_OWN, PRIVATE_BEFORE };

struct private_choice {
    enum private_merge merge;
    enum private_symbols symbols;
    bool regions; /* each worker's nodes in a region of its own */
};

/* strategy.open. Options and errors: those of crew_open(). */
enum strategy_status private_open(const struct strategy_setup *setup, struct private_choice choice,
                                  void **state);

/* strategy.close and strategy.insert. */
void private_close(void *state);
enum strategy_status private_insert(void *state, void *space, const struct batch *batch,
                                    struct strategy_run *run);

#endif
