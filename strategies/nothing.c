/*
 * nothing.c - the control: what the harness itself costs. Also the file to copy for a new strategy.
 *
 * It keeps no key, so what a sample of it takes is two clock reads and one call.
 */
#include "strategies/strategy.h"

static enum strategy_status nothing_open(const struct strategy_setup *setup, void **state)
{
    (void)setup;
    *state = NULL;
    return STRATEGY_OK;
}

static void nothing_close(void *state)
{
    (void)state;
}

static enum strategy_status nothing_create(void *state, void **space)
{
    (void)state;
    *space = NULL;
    return STRATEGY_OK;
}

static enum strategy_status nothing_insert(void *state, void *space, const struct batch *batch,
                                           struct strategy_run *run)
{
    (void)state;
    (void)space;
    (void)batch;
    (void)run;
    return STRATEGY_OK;
}

static enum strategy_status nothing_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    (void)space;
    (void)visit;
    (void)context;
    return STRATEGY_OK;
}

static void nothing_destroy(void *state, void *space)
{
    (void)state;
    (void)space;
}

const char strategy_nothing_hypothesis[] =
    "It keeps nothing, so what it takes is what measuring takes: two readings of the clock and one "
    "call.";

const struct strategy strategy_nothing = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_CONTROL,
    .name = "nothing",
    .idea = "control: the cost of measuring",
    .source = "the null engine of fio, which exists to test fio",
    .open = nothing_open,
    .close = nothing_close,
    .create = nothing_create,
    .insert = nothing_insert,
    .walk = nothing_walk,
    .destroy = nothing_destroy,
};
