/*
 * delay.c - `sequential`, made slower by a known share: what `triebench selftest --aa` measures its power
 * with.
 *
 * The delay is a number of turns of a loop, percent / 100 of what the first insertions took: those, which are
 * the cold one and the warm-up, are timed, and none after. So nothing but the turns differs between two
 * percents, and with batch=N no batch of another size is touched at all.
 */
#include "strategies/strategy.h"

#include <stdlib.h>

extern const struct strategy strategy_sequential;

enum { CALIBRATION = 9, MIDDLE = CALIBRATION / 2, TURNS_TIMED = 100000 };

struct delay {
    const struct strategy_setup *setup;
    struct strategy_setup inner_setup;
    int64_t *inner_options; /* presets */
    void *inner;
    uint64_t percent, batch;
    unsigned calibrating; /* insertions that are yet to be timed */
    uint64_t took_ns[CALIBRATION];
    double turns_per_ns;
    uint64_t turns; /* of an insertion, once that is known */
};

enum { OPTION_PERCENT, OPTION_BATCH };

static const struct strategy_option options[] = {
    [OPTION_PERCENT] = {.name = "percent",
                        .min = 0,
                        .max = 1000,
                        .preset = 0,
                        .sentence = "how much longer an insertion takes"},
    [OPTION_BATCH] = {.name = "batch",
                      .min = 0,
                      .max = INT32_MAX,
                      .preset = 0,
                      .sentence = "of batches of this size alone; 0: of every"},
};

/* What each turn takes depends on the last. */
static void spin(uint64_t turns)
{
    for (uint64_t state = turns; turns > 0; turns--) {
        state = state * UINT64_C(6364136223846793005) + 1;
        __asm__ volatile("" : "+r"(state));
    }
}

static int numbers_order(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The fastest of several, so that no interruption counts. */
static double turns_per_ns(const struct strategy_setup *setup)
{
    uint64_t least_ns = UINT64_MAX;
    for (int i = 0; i < 5; i++) {
        uint64_t began = setup->now_ns();
        spin(TURNS_TIMED);
        uint64_t took = setup->now_ns() - began;
        least_ns = took < least_ns ? took : least_ns;
    }
    return (double)TURNS_TIMED / (double)(least_ns > 0 ? least_ns : 1);
}

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
    own->percent = (uint64_t)setup->options[OPTION_PERCENT];
    own->batch = (uint64_t)setup->options[OPTION_BATCH];
    if (own->percent > 0 && (own->batch == 0 || own->batch == setup->batch_max)) {
        own->calibrating = CALIBRATION;
        own->turns_per_ns = turns_per_ns(setup);
    }
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

/* An insertion of the warm-up, timed; behind the last of them their median gives the turns. */
static enum strategy_status calibrate(struct delay *own, void *space, const struct batch *batch,
                                      struct strategy_run *run)
{
    uint64_t began = own->setup->now_ns();
    enum strategy_status status = strategy_sequential.insert(own->inner, space, batch, run);
    own->took_ns[--own->calibrating] = own->setup->now_ns() - began;
    if (own->calibrating == 0) {
        qsort(own->took_ns, CALIBRATION, sizeof own->took_ns[0], numbers_order);
        uint64_t median_ns = own->took_ns[MIDDLE];
        double delay_ns = (double)median_ns * (double)own->percent / 100;
        own->turns = (uint64_t)(delay_ns * own->turns_per_ns);
    }
    return status;
}

static enum strategy_status delay_insert(void *state, void *space, const struct batch *batch,
                                         struct strategy_run *run)
{
    struct delay *own = state;
    if (own->calibrating > 0)
        return calibrate(own, space, batch, run);
    enum strategy_status status = strategy_sequential.insert(own->inner, space, batch, run);
    spin(own->turns);
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

extern const char triebench_hypothesis[];
const char triebench_hypothesis[] =
    "It takes as much longer than sequential as it is told to, and a comparison finds that.";

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
