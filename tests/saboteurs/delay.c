/*
 * delay.c - `sequential`, made slower by a known share: what `triebench selftest --aa` measures its power
 * with.
 *
 * The delay is calibrated by each insertion itself: as long again, times percent / 100, is spent spinning.
 * With percent=0 the clock is read as often, so that two percents differ in the delay alone.
 */
#include "strategies/strategy.h"

#include <stdlib.h>

extern const struct strategy strategy_sequential;

struct delay {
    const struct strategy_setup *setup;
    struct strategy_setup inner_setup;
    int64_t *inner_options; /* presets */
    void *inner;
    uint64_t percent;
};

static const struct strategy_option options[] = {
    {.name = "percent", .min = 0, .max = 1000, .preset = 0, .sentence = "how much longer an insertion takes"},
};

static void delay_close(void *state)
{
    struct delay *own = state;
    if (own->inner != NULL)
        strategy_sequential.close(own->inner);
    free(own->inner_options);
    free(own);
}

static enum strategy_status delay_open(const struct strategy_setup *setup, void **state)
{
    struct delay *own = calloc(1, sizeof *own);
    if (own == NULL)
        return STRATEGY_NO_MEMORY;
    own->setup = setup;
    own->inner_setup = *setup;
    own->percent = (uint64_t)setup->options[0];
    own->inner_options = calloc(strategy_sequential.option_count + 1, sizeof *own->inner_options);
    enum strategy_status status = own->inner_options == NULL ? STRATEGY_NO_MEMORY : STRATEGY_OK;
    for (size_t i = 0; status == STRATEGY_OK && i < strategy_sequential.option_count; i++)
        own->inner_options[i] = strategy_sequential.options[i].preset;
    own->inner_setup.options = own->inner_options;
    if (status == STRATEGY_OK)
        status = strategy_sequential.open(&own->inner_setup, &own->inner);
    if (status != STRATEGY_OK) {
        delay_close(own);
        return status;
    }
    *state = own;
    return STRATEGY_OK;
}

static enum strategy_status delay_create(void *state, void **space)
{
    return strategy_sequential.create(((struct delay *)state)->inner, space);
}

static enum strategy_status delay_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    struct delay *own = state;
    uint64_t began = own->setup->now_ns();
    enum strategy_status status = strategy_sequential.insert(own->inner, space, batch, run);
    uint64_t ended = own->setup->now_ns();
    uint64_t until = ended + (ended - began) * own->percent / 100;
    while (ended < until)
        ended = own->setup->now_ns();
    return status;
}

static enum strategy_status delay_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    return strategy_sequential.walk(((struct delay *)state)->inner, space, visit, context);
}

static void delay_destroy(void *state, void *space)
{
    strategy_sequential.destroy(((struct delay *)state)->inner, space);
}

extern const struct strategy triebench_strategy;
const struct strategy triebench_strategy = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "delay",
    .idea = "sequential, and then spinning for a share of the time that took",
    .source = "a control of the comparison's power",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .open = delay_open,
    .close = delay_close,
    .create = delay_create,
    .insert = delay_insert,
    .walk = delay_walk,
    .destroy = delay_destroy,
};
