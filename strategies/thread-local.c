/*
 * thread-local.c - every worker builds a trie of its own from its part of the batch, on the one symbol table
 * of the space; worker 0 unites them, one after the other.
 */
#include "strategies/encoder.h"
#include "strategies/pool.h"

#include <stdlib.h>

enum { OPTION_POOL, OPTION_MERGE, OPTION_SPACE };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct trie trie;
    struct encoder encoder;
};

struct thread_local_tries {
    struct trie_state base;
    struct pool *pool;
    struct space *space; /* the job in hand */
    const struct batch *batch;
    struct strategy_run *run;
    struct part parts[];
};

static void thread_local_close(void *state)
{
    struct thread_local_tries *own = state;
    pool_close(own->pool);
    free(own);
}

static enum strategy_status thread_local_open(const struct strategy_setup *setup, void **state)
{
    if (!encoder_for_each_worker(setup))
        return STRATEGY_UNSUPPORTED;
    struct thread_local_tries *made = aligned_alloc(_Alignof(struct thread_local_tries),
                                                    sizeof *made + setup->workers * sizeof made->parts[0]);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    for (unsigned i = 0; i < setup->workers; i++)
        trie_init(&made->parts[i].trie);
    enum strategy_status status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        free(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status thread_local_create(void *state, void **space)
{
    pool_rouse(((struct thread_local_tries *)state)->pool);
    return space_create(state, space);
}

static enum strategy_status build_part(void *context, unsigned worker)
{
    struct thread_local_tries *own = context;
    struct part *part = &own->parts[worker];
    struct pool_span span = pool_span(own->batch->count, worker, own->base.setup->workers);
    if (span.from == span.to)
        return STRATEGY_OK;
    enum strategy_status status = encoder_begin(&part->encoder, own->base.setup, own->space);
    if (status != STRATEGY_OK)
        return status;
    status = encoder_insert_all(&part->encoder, own->batch->items + span.from, span.to - span.from,
                                &part->trie, &own->run->progress[worker]);
    encoder_end(&part->encoder);
    return status;
}

/* All parts into the first, and that into the space. */
static enum strategy_status merge_serially(struct thread_local_tries *own)
{
    struct trie *first = &own->parts[0].trie;
    for (unsigned i = 1; i < own->base.setup->workers; i++) {
        enum trie_status status = trie_absorb(first, &own->parts[i].trie);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return space_absorb(own->space, first);
}

static enum strategy_status thread_local_insert(void *state, void *space, const struct batch *batch,
                                                struct strategy_run *run)
{
    struct thread_local_tries *own = state;
    own->space = space;
    own->batch = batch;
    own->run = run;
    enum strategy_status status = pool_run(own->pool, run, PHASE_BUILD, build_part, own);
    phase_enter(run, own->base.setup, PHASE_MERGE);
    if (status == STRATEGY_OK)
        status = merge_serially(own);
    if (status != STRATEGY_OK)
        for (unsigned i = 0; i < own->base.setup->workers; i++)
            trie_clear(&own->parts[i].trie);
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

static const char *const merge_names[] = {"serial", NULL};

static const struct strategy_option thread_local_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_MERGE] = {.name = "merge",
                      .choices = merge_names,
                      .preset = 0,
                      .sentence = "how the private tries are united: one after the other by worker 0"},
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const struct strategy strategy_thread_local = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "thread-local",
    .idea = "a private trie for each worker, united at the end",
    .source = "the earlier study's third approach",
    .options = thread_local_options,
    .option_count = sizeof thread_local_options / sizeof thread_local_options[0],
    .open = thread_local_open,
    .close = thread_local_close,
    .create = thread_local_create,
    .insert = thread_local_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
