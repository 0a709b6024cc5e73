/*
 * crew.h - what the state of a strategy over a pool of workers starts with, and the job they have in hand.
 */
#ifndef STRATEGIES_CREW_H
#define STRATEGIES_CREW_H

#include "strategies/encoder.h"
#include "strategies/pool.h"

#include <stdatomic.h>

/* The first member of such a state; it starts with what space_create() and its kin look for. */
struct crew {
    struct trie_state base;
    struct pool *pool;
    void *lid;           /* space_announce() */
    struct space *space; /* the job in hand */
    const struct batch *batch;
    struct strategy_run *run;
};

/*
 * A state of `bytes` bytes and one part for each worker behind it, all zero, with its pool running; options
 * are the values of POOL_OPTION and SPACE_OPTIONS, in this order, first.
 * Errors: STRATEGY_NO_MEMORY, STRATEGY_NO_THREAD; STRATEGY_UNSUPPORTED if there are more workers than writers
 * of a symbol table.
 */
enum strategy_status crew_open(const struct strategy_setup *setup, size_t bytes, size_t part_bytes,
                               void **state);

/* Ends the pool and frees the state; what the parts hold was given back before. */
void crew_close(void *state);

/* strategy.create: an empty space, and the workers awake. */
enum strategy_status crew_create(void *state, void **space);

/* Takes a batch in hand, on the calling thread, and tells the space's symbol table how many symbols are to
 * come. Errors: those of encoder_expect(). */
enum strategy_status crew_take(struct crew *crew, struct space *space, const struct batch *batch,
                               struct strategy_run *run);

/* The items of the batch in hand that are a worker's. */
static inline struct pool_span crew_span(const struct crew *crew, unsigned worker)
{
    return pool_span(crew->batch->count, worker, crew->base.setup->workers);
}

#endif
