/*
 * combining.c - flat combining: whoever gets the lock inserts what all have posted.
 *
 * A worker encodes some items, posts their keys where the others can see them, and then either gets the lock
 * and inserts everything that is posted, or waits until somebody has. Insertion stays serial, but the trie's
 * lines stay in the cache of the one who combines.
 */
#include "strategies/crew.h"
#include "strategies/keys.h"

#include <sched.h>
#include <stdlib.h>

enum { OPTION_POOL, OPTION_SPACE };

enum {
    CHUNK_ITEMS = 64,
    LOOKS_PER_YIELD = 200, /* at what one waits for, before the processor is offered to others */
};

/* A worker's own cache lines. */
struct part {
    _Alignas(64) atomic_bool posted;
    enum strategy_status status; /* of the insertion of what was posted last */
    struct keys keys;
    struct encoder encoder;
};

struct combining {
    struct crew crew;
    _Alignas(64) atomic_flag lock; /* held by whoever combines */
    struct trie trie;
    struct part parts[];
};

static void combining_close(void *state)
{
    struct combining *own = state;
    for (unsigned i = 0; i < own->crew.base.setup->workers; i++)
        keys_close(&own->parts[i].keys);
    crew_close(own);
}

static enum strategy_status combining_open(const struct strategy_setup *setup, void **state)
{
    void *opened;
    enum strategy_status status = crew_open(setup, sizeof(struct combining), sizeof(struct part), &opened);
    if (status != STRATEGY_OK)
        return status;
    struct combining *made = opened;
    for (unsigned i = 0; i < setup->workers && status == STRATEGY_OK; i++)
        status = keys_open(&made->parts[i].keys, CHUNK_ITEMS);
    if (status != STRATEGY_OK) {
        combining_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

/* Inserts what is posted. Under the lock. */
static void combine(struct combining *own, unsigned worker)
{
    for (unsigned i = 0; i < own->crew.base.setup->workers; i++) {
        struct part *part = &own->parts[i];
        if (!atomic_load_explicit(&part->posted, memory_order_acquire))
            continue;
        part->status = keys_insert(&part->keys, &own->trie, &own->crew.run->progress[worker]);
        atomic_store_explicit(&part->posted, false, memory_order_release);
    }
}

/* Until the worker's keys are in the trie. */
static enum strategy_status post(struct combining *own, unsigned worker)
{
    struct part *part = &own->parts[worker];
    atomic_store_explicit(&part->posted, true, memory_order_release);
    for (unsigned looks = 1; atomic_load_explicit(&part->posted, memory_order_acquire); looks++) {
        if (!atomic_flag_test_and_set_explicit(&own->lock, memory_order_acquire)) {
            combine(own, worker);
            atomic_flag_clear_explicit(&own->lock, memory_order_release);
        } else if (looks % LOOKS_PER_YIELD == 0) {
            sched_yield();
        }
    }
    return part->status;
}

static enum strategy_status insert_part(void *context, unsigned worker)
{
    struct combining *own = context;
    struct part *part = &own->parts[worker];
    struct pool_span span = crew_span(&own->crew, worker);
    enum strategy_status status = encoder_begin(&part->encoder, own->crew.base.setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    for (size_t i = span.from; i < span.to && status == STRATEGY_OK; i += CHUNK_ITEMS) {
        size_t count = span.to - i < CHUNK_ITEMS ? span.to - i : CHUNK_ITEMS;
        status = keys_encode(&part->keys, &part->encoder, own->crew.batch->items + i, count,
                             &own->crew.run->progress[worker]);
        if (status == STRATEGY_OK)
            status = post(own, worker);
    }
    encoder_end(&part->encoder);
    return status;
}

static enum strategy_status combining_insert(void *state, void *space, const struct batch *batch,
                                             struct strategy_run *run)
{
    struct combining *own = state;
    phase_enter(run, own->crew.base.setup, PHASE_BUILD);
    enum strategy_status status = crew_take(&own->crew, space, batch, run);
    if (status == STRATEGY_OK)
        status = pool_run(own->crew.pool, run, PHASE_BUILD, insert_part, own);
    phase_enter(run, own->crew.base.setup, PHASE_MERGE);
    status = space_finish(space, &own->trie, status);
    phase_enter(run, own->crew.base.setup, PHASE_NONE);
    return status;
}

static const struct strategy_option combining_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_combining_hypothesis[] =
    "The one who holds the lock inserts for all, so that the trie stays in one cache; it beats locked, "
    "and as insertion stays serial, it gains over sequential no more than the encoding.";

const struct strategy strategy_combining = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "combining",
    .idea = "encode in parallel; whoever gets the lock inserts what all have posted",
    .source = "flat combining (Hendler, Incze, Shavit, Tzafrir 2010)",
    .options = combining_options,
    .option_count = sizeof combining_options / sizeof combining_options[0],
    .open = combining_open,
    .close = combining_close,
    .create = crew_create,
    .insert = combining_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
