/*
 * pipeline.c - worker 0 inserts what all others encode.
 *
 * An encoder hands its keys over in chunks, which go round: it waits for room only when it is CHUNKS of them
 * ahead, which bounds the memory of large batches and keeps keys in the cache. One worker alone does both in
 * turn.
 */
#include "strategies/crew.h"
#include "strategies/keys.h"

#include <sched.h>
#include <stdlib.h>

enum { OPTION_POOL, OPTION_SPACE };

enum {
    CHUNKS = 64, /* of an encoder */
    CHUNK_ITEMS_MIN = 32,
    CHUNK_ITEMS_MAX = 1024,
    LOOKS_PER_YIELD = 200, /* at what one waits for, before the processor is offered to others */
};

/* A worker's own cache lines. */
struct part {
    _Alignas(64) atomic_size_t ready; /* chunks handed over */
    atomic_bool done;                 /* no more will come */
    _Alignas(64) atomic_size_t taken; /* chunks inserted: the inserter's */
    _Alignas(64) struct keys chunks[CHUNKS];
    struct encoder encoder;
};

struct pipeline {
    struct crew crew;
    struct trie trie;
    atomic_bool stop; /* the inserter failed */
    struct part parts[];
};

static void pipeline_close(void *state)
{
    struct pipeline *own = state;
    for (unsigned i = 0; i < own->crew.base.setup->workers; i++)
        for (size_t k = 0; k < CHUNKS; k++)
            keys_close(&own->parts[i].chunks[k]);
    crew_close(own);
}

/* The items that a worker encodes: worker 0 has none, unless it is alone. */
static struct pool_span encoder_span(const struct pipeline *own, size_t count, unsigned worker)
{
    unsigned workers = own->crew.base.setup->workers;
    if (workers == 1)
        return pool_span(count, 0, 1);
    if (worker == 0)
        return (struct pool_span){0, 0};
    return pool_span(count, worker - 1, workers - 1);
}

static size_t chunk_items(struct pool_span span)
{
    size_t items = (span.to - span.from + CHUNKS - 1) / CHUNKS;
    if (items > CHUNK_ITEMS_MAX)
        return CHUNK_ITEMS_MAX;
    return items < CHUNK_ITEMS_MIN ? CHUNK_ITEMS_MIN : items;
}

static enum strategy_status open_part(struct pipeline *own, unsigned worker)
{
    struct pool_span span = encoder_span(own, own->crew.base.setup->batch_max, worker);
    size_t items = chunk_items(span);
    enum strategy_status status = STRATEGY_OK;
    for (size_t k = 0; k < CHUNKS && k * items < span.to - span.from && status == STRATEGY_OK; k++)
        status = keys_open(&own->parts[worker].chunks[k], items);
    return status;
}

static enum strategy_status pipeline_open(const struct strategy_setup *setup, void **state)
{
    void *opened;
    enum strategy_status status = crew_open(setup, sizeof(struct pipeline), sizeof(struct part), &opened);
    if (status != STRATEGY_OK)
        return status;
    struct pipeline *made = opened;
    for (unsigned i = 0; i < setup->workers && status == STRATEGY_OK; i++)
        status = open_part(made, i);
    if (status != STRATEGY_OK) {
        pipeline_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

/* Inserts what an encoder has handed over. *done is set once that was all. */
static enum strategy_status take_chunks(struct pipeline *own, struct part *part, bool *done, bool *any)
{
    /* In this order: what was handed over before the end is seen with it. */
    *done = atomic_load_explicit(&part->done, memory_order_acquire);
    size_t ready = atomic_load_explicit(&part->ready, memory_order_acquire);
    size_t taken = atomic_load_explicit(&part->taken, memory_order_relaxed);
    enum strategy_status status = STRATEGY_OK;
    *any = *any || taken < ready;
    for (; taken < ready && status == STRATEGY_OK; taken++) {
        status = keys_insert(&part->chunks[taken % CHUNKS], &own->trie, &own->crew.run->progress[0]);
        atomic_store_explicit(&part->taken, taken + 1, memory_order_release);
    }
    return status;
}

/* Until a chunk of that number may be written, or the inserter has failed. */
static enum strategy_status make_room(struct pipeline *own, struct part *part, size_t chunk)
{
    bool done, any = false;
    for (unsigned looks = 1; chunk - atomic_load_explicit(&part->taken, memory_order_acquire) == CHUNKS;
         looks++) {
        if (own->crew.base.setup->workers == 1)
            return take_chunks(own, part, &done, &any);
        if (atomic_load_explicit(&own->stop, memory_order_relaxed))
            break;
        if (looks % LOOKS_PER_YIELD == 0)
            sched_yield();
    }
    return STRATEGY_OK;
}

static enum strategy_status encode_chunks(struct pipeline *own, unsigned worker)
{
    struct part *part = &own->parts[worker];
    struct pool_span span = encoder_span(own, own->crew.batch->count, worker);
    size_t items = chunk_items(span), chunk = 0;
    enum strategy_status status = encoder_begin(&part->encoder, own->crew.base.setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    for (size_t i = span.from; i < span.to && status == STRATEGY_OK; i += items, chunk++) {
        status = make_room(own, part, chunk);
        if (status != STRATEGY_OK || atomic_load_explicit(&own->stop, memory_order_relaxed))
            break;
        status = keys_encode(&part->chunks[chunk % CHUNKS], &part->encoder, own->crew.batch->items + i,
                             span.to - i < items ? span.to - i : items, &own->crew.run->progress[worker]);
        if (status == STRATEGY_OK)
            atomic_store_explicit(&part->ready, chunk + 1, memory_order_release);
    }
    encoder_end(&part->encoder);
    return status;
}

static enum strategy_status encode_part(struct pipeline *own, unsigned worker)
{
    enum strategy_status status = encode_chunks(own, worker);
    atomic_store_explicit(&own->parts[worker].done, true, memory_order_release);
    return status;
}

static enum strategy_status insert_chunks(struct pipeline *own)
{
    unsigned workers = own->crew.base.setup->workers, first = workers == 1 ? 0 : 1;
    enum strategy_status status = STRATEGY_OK;
    bool all_done = false;
    for (unsigned looks = 1; !all_done && status == STRATEGY_OK; looks++) {
        bool any = false;
        all_done = true;
        for (unsigned i = first; i < workers && status == STRATEGY_OK; i++) {
            bool done;
            status = take_chunks(own, &own->parts[i], &done, &any);
            all_done = all_done && done;
        }
        if (!any && looks % LOOKS_PER_YIELD == 0)
            sched_yield();
    }
    if (status != STRATEGY_OK)
        atomic_store_explicit(&own->stop, true, memory_order_relaxed);
    return status;
}

static enum strategy_status work(void *context, unsigned worker)
{
    struct pipeline *own = context;
    enum strategy_status status = STRATEGY_OK;
    if (worker > 0 || own->crew.base.setup->workers == 1)
        status = encode_part(own, worker);
    return status == STRATEGY_OK && worker == 0 ? insert_chunks(own) : status;
}

static enum strategy_status pipeline_insert(void *state, void *space, const struct batch *batch,
                                            struct strategy_run *run)
{
    struct pipeline *own = state;
    phase_enter(run, own->crew.base.setup, PHASE_BUILD);
    enum strategy_status status = crew_take(&own->crew, space, batch, run);
    atomic_store_explicit(&own->stop, false, memory_order_relaxed);
    for (unsigned i = 0; i < own->crew.base.setup->workers; i++) {
        atomic_store_explicit(&own->parts[i].ready, 0, memory_order_relaxed);
        atomic_store_explicit(&own->parts[i].done, false, memory_order_relaxed);
        atomic_store_explicit(&own->parts[i].taken, 0, memory_order_relaxed);
    }
    if (status == STRATEGY_OK)
        status = pool_run(own->crew.pool, run, PHASE_BUILD, work, own);
    phase_enter(run, own->crew.base.setup, PHASE_MERGE);
    status = space_finish(space, &own->trie, status);
    phase_enter(run, own->crew.base.setup, PHASE_NONE);
    return status;
}

static const struct strategy_option pipeline_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_pipeline_hypothesis[] =
    "One worker inserts while the others encode, so the time is that of the longer of the two; with two "
    "workers it gains at most what encoding takes, and more workers add nothing once insertion is the "
    "longer.";

const struct strategy strategy_pipeline = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "pipeline",
    .idea = "one worker inserts what all others encode",
    .source = "pipeline parallelism, one consumer of single-producer queues (Lamport 1983)",
    .options = pipeline_options,
    .option_count = sizeof pipeline_options / sizeof pipeline_options[0],
    .open = pipeline_open,
    .close = pipeline_close,
    .create = crew_create,
    .insert = pipeline_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
