/*
 * prebuilt.c - most of a batch stands ready as a frozen trie; in the time, that is shared and the rest put on
 * top.
 *
 * What the earlier study recommended in the place of bulk insertion. The hypothesis: taking the frozen trie
 * over costs one increment whatever its size, so that time goes as the share of the batch that is not in it;
 * and each item of that share costs more than in `sequential`, as the first write to a frozen node copies it.
 * Its figures are no insertion of the whole batch: the frozen part is made outside the time (setup_ns tells
 * how long that took). So it is a yardstick, and gets no verdict.
 */
#include "strategies/builder.h"

#include <stdlib.h>

struct prebuilt {
    struct trie_state base;
    struct builder builder;
    struct trie frozen; /* held to the end of the sample, so that whoever writes copies */
};

enum { OPTION_READY, OPTION_NODES };

static void prebuilt_close(void *state)
{
    struct prebuilt *own = state;
    builder_close(&own->builder);
    free(own);
}

static enum strategy_status prebuilt_open(const struct strategy_setup *setup, void **state)
{
    struct prebuilt *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = (struct trie_state){.setup = setup};
    enum strategy_status status = builder_open(&made->builder, setup, setup->batch_max,
                                               (enum builder_nodes)setup->options[OPTION_NODES]);
    if (status != STRATEGY_OK) {
        prebuilt_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

/* The items before this one are in the frozen trie. */
static size_t ready_count(const struct prebuilt *own, const struct batch *batch)
{
    size_t percent = (size_t)own->base.setup->options[OPTION_READY];
    return batch->count / 100 * percent + batch->count % 100 * percent / 100;
}

static enum strategy_status prebuilt_prepare(void *state, void *space, const struct batch *batch)
{
    struct prebuilt *own = state;
    struct strategy_progress unseen;
    size_t count = ready_count(own, batch);
    enum strategy_status status = encoder_expect(own->base.setup, space, batch->items, batch->count);
    if (status == STRATEGY_OK)
        status = builder_take(&own->builder, space, batch->items, count, &unseen);
    if (status == STRATEGY_OK)
        status = builder_sort(&own->builder);
    return status == STRATEGY_OK ? builder_build(&own->builder, &own->frozen) : status;
}

static enum strategy_status overlay(struct prebuilt *own, struct space *space, const struct batch *batch,
                                    struct strategy_run *run, struct trie *part)
{
    struct encoder *encoder = &own->builder.encoder;
    size_t ready = ready_count(own, batch);
    trie_snapshot(&own->frozen, part);
    enum strategy_status status = encoder_begin(encoder, own->base.setup, space);
    if (status != STRATEGY_OK)
        return status;
    status = encoder_insert_all(encoder, batch->items + ready, batch->count - ready, NULL, part,
                                &run->progress[0]);
    encoder_end(encoder);
    return status;
}

static enum strategy_status prebuilt_insert(void *state, void *space, const struct batch *batch,
                                            struct strategy_run *run)
{
    struct prebuilt *own = state;
    struct trie part;
    phase_enter(run, own->base.setup, PHASE_BUILD);
    enum strategy_status status = overlay(own, space, batch, run, &part);
    phase_enter(run, own->base.setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

static void prebuilt_destroy(void *state, void *space)
{
    space_destroy(state, space);
    trie_clear(&((struct prebuilt *)state)->frozen);
}

static const struct strategy_option prebuilt_options[] = {
    [OPTION_READY] = {.name = "ready",
                      .min = 0,
                      .max = 100,
                      .preset = 90,
                      .sentence = "percent of each batch that stands ready before the time begins"},
    [OPTION_NODES] = BUILDER_NODES_OPTION,
};

const char strategy_prebuilt_hypothesis[] = "Taking the frozen trie over costs one increment whatever its "
                                            "size, so that time goes as the share of the "
                                            "batch that is not in it; and each item of that share costs more "
                                            "than in sequential, as the first write to "
                                            "a frozen node copies it.";

const struct strategy strategy_prebuilt = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED | STRATEGY_YARDSTICK,
    .name = "prebuilt",
    .idea =
        "control: most of the batch stands ready in a frozen trie, made outside the time; the rest is put "
        "on top",
    .source = "the earlier study's recommendation; a snapshot that is written to, as in persistent sets",
    .options = prebuilt_options,
    .option_count = sizeof prebuilt_options / sizeof prebuilt_options[0],
    .open = prebuilt_open,
    .close = prebuilt_close,
    .create = space_create,
    .prepare = prebuilt_prepare,
    .insert = prebuilt_insert,
    .walk = space_walk,
    .destroy = prebuilt_destroy,
    .space_bytes = space_bytes,
};
