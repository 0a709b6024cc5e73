/*
 * balance.h - how much of a batch each worker gets, so that all end at the same time.
 *
 * Workers are not alike: who is woken begins later than who calls, and finds what the caller wrote in the
 * caller's cache. So each starts with an equal part, and after every batch of about the same size those that
 * ended early get a little more of the next, and those that ended late a little less.
 *
 * Source: feedback-guided dynamic loop scheduling (Bull 1998).
 */
#ifndef STRATEGIES_BALANCE_H
#define STRATEGIES_BALANCE_H

#include "strategies/pool.h"

/* The state of one strategy; for the thread that calls insert(). */
struct balance;

/* For so many workers. Errors: STRATEGY_NO_MEMORY. */
enum strategy_status balance_open(unsigned workers, struct balance **balance);

/* NULL is allowed. */
void balance_close(struct balance *balance);

/* Part w of a batch of count items is items bounds[w] .. bounds[w + 1] - 1; there are workers + 1 bounds. */
void balance_bounds(const struct balance *balance, size_t count, size_t *bounds);

/*
 * The workers did those parts, and worker w ended ends_ns[w] after all were told to begin. However late one
 * was, which may be chance, its share changes little at a time.
 */
void balance_learn(struct balance *balance, size_t count, const uint64_t *ends_ns);

#endif
