/*
 * string-parallel.c - all workers print their part of the batch to text; worker 0 alone parses, encodes and
 * inserts it.
 *
 * A large batch goes through in pieces (loader.h). Printing is the smallest part of the text path, so little
 * can be won: the negative control among the parallel ones.
 */
#include "strategies/loader.h"
#include "strategies/pool.h"

#include <stdlib.h>

enum { OPTION_POOL, OPTION_SCRATCH, OPTION_SPACE };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct text text;
};

struct string_parallel {
    struct trie_state base;
    struct pool *pool;
    struct loader loader;
    struct batch piece; /* the job in hand */
    struct strategy_run *run;
    struct encoder encoder;
    struct part parts[];
};

static void string_parallel_close(void *state)
{
    struct string_parallel *own = state;
    pool_close(own->pool);
    loader_close(&own->loader);
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        text_close(&own->parts[i].text);
    free(own);
}

static enum strategy_status string_parallel_open(const struct strategy_setup *setup, void **state)
{
    if (setup->encoded)
        return STRATEGY_UNSUPPORTED;
    struct string_parallel *made = aligned_alloc(_Alignof(struct string_parallel),
                                                 sizeof *made + setup->workers * sizeof made->parts[0]);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    made->pool = NULL;
    for (unsigned i = 0; i < setup->workers; i++)
        made->parts[i].text = (struct text){.bytes = NULL};
    enum loader_scratch scratch = (enum loader_scratch)setup->options[OPTION_SCRATCH];
    enum strategy_status status = loader_open(&made->loader, setup->batch_max, scratch);
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        string_parallel_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status string_parallel_create(void *state, void **space)
{
    pool_rouse(((struct string_parallel *)state)->pool);
    return space_create(state, space);
}

static enum strategy_status print_part(void *context, unsigned worker)
{
    struct string_parallel *own = context;
    struct pool_span span = pool_span(own->piece.count, worker, own->base.setup->workers);
    return text_print(&own->parts[worker].text, own->piece.items + span.from, span.to - span.from,
                      &own->run->progress[worker]);
}

static enum strategy_status parse_parts(struct string_parallel *own)
{
    enum strategy_status status = STRATEGY_OK;
    loader_reset(&own->loader);
    for (unsigned i = 0; i < own->base.setup->workers && status == STRATEGY_OK; i++) {
        struct pool_span span = pool_span(own->piece.count, i, own->base.setup->workers);
        if (span.from < span.to)
            status = loader_parse(&own->loader, &own->parts[i].text, own->piece.items + span.from,
                                  span.to - span.from, &own->run->progress[0]);
    }
    return status;
}

static enum strategy_status insert_piece(struct string_parallel *own, struct space *space, struct trie *part)
{
    const struct strategy_setup *setup = own->base.setup;
    enum strategy_status status = pool_run(own->pool, own->run, PHASE_PRINT, print_part, own);
    phase_enter(own->run, setup, PHASE_PARSE);
    if (status == STRATEGY_OK)
        status = parse_parts(own);
    phase_enter(own->run, setup, PHASE_BUILD);
    if (status == STRATEGY_OK)
        status = loader_insert(&own->loader, &own->encoder, setup, space, part, &own->run->progress[0]);
    return status;
}

static enum strategy_status string_parallel_insert(void *state, void *space, const struct batch *batch,
                                                   struct strategy_run *run)
{
    struct string_parallel *own = state;
    const struct strategy_setup *setup = own->base.setup;
    struct trie part;
    trie_init(&part);
    own->run = run;
    phase_enter(run, setup, PHASE_BUILD);
    enum strategy_status status = encoder_expect(setup, space, batch->items, batch->count);
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i += LOADER_PIECE_ITEMS) {
        own->piece = batch_piece(batch, i, LOADER_PIECE_ITEMS);
        status = insert_piece(own, space, &part);
    }
    phase_enter(run, setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

static const struct strategy_option string_parallel_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_SCRATCH] = LOADER_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_string_parallel_hypothesis[] =
    "Only the printing is done in parallel, and it is the smallest part of the text path, which itself "
    "is longer than that of sequential; so it gains nothing over text but that part, and stays slower "
    "than sequential.";

const struct strategy strategy_string_parallel = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED,
    .name = "string-parallel",
    .idea = "print to text in parallel; parse, encode and insert serially",
    .source = "the earlier study's second approach",
    .options = string_parallel_options,
    .option_count = sizeof string_parallel_options / sizeof string_parallel_options[0],
    .open = string_parallel_open,
    .close = string_parallel_close,
    .create = string_parallel_create,
    .insert = string_parallel_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
