/* private.c - see private.h. */
#include "strategies/private.h"

#include "strategies/rename.h"
#include "trie/join.h"
#include "trie/region.h"

#include <stdlib.h>

/* Of a join, for each worker: more than one, since they are not of one size. */
enum { PIECES_A_WORKER = 16 };

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct space space; /* its trie; its symbols only where they are its own */
    struct trie_region region;
    struct encoder encoder;
    size_t item_bytes; /* of an item's nodes in the region, as the last batch had them; 0: not known */
};

struct private_tries {
    struct crew crew;
    struct private_choice choice;
    unsigned stride;       /* of the round of pairs in hand */
    struct trie_join join; /* in hand */
    struct part parts[];
};

static void clear_part(struct part *part)
{
    trie_clear(&part->space.trie);
    symbols_destroy(part->space.symbols);
    part->space.symbols = NULL;
}

void private_close(void *state)
{
    crew_close(state);
}

enum strategy_status private_open(const struct strategy_setup *setup, struct private_choice choice,
                                  void **state)
{
    void *opened;
    enum strategy_status status =
        crew_open(setup, sizeof(struct private_tries), sizeof(struct part), &opened);
    if (status != STRATEGY_OK)
        return status;
    ((struct private_tries *)opened)->choice = choice;
    *state = opened;
    return STRATEGY_OK;
}

/* Whether this worker interns in a table of its own. Worker 0 has the space's: its keys need no new names. */
static bool own_symbols(const struct private_tries *own, unsigned worker)
{
    return own->choice.symbols == PRIVATE_OWN && worker > 0 && own->crew.space->symbols != NULL;
}

static enum strategy_status make_symbols(const struct private_tries *own, struct part *part,
                                         const struct item *items, size_t count)
{
    enum strategy_status status = space_status(symbols_create(&part->space.symbols));
    return status == STRATEGY_OK ? encoder_expect(own->crew.base.setup, &part->space, items, count) : status;
}

/* In blocks as large as the last batch lets expect: small ones are many calls of malloc, and jemalloc makes
 * each batch's anew (README.md). */
static enum strategy_status insert_items(const struct private_tries *own, struct part *part,
                                         const struct item *items, size_t count,
                                         struct strategy_progress *progress)
{
    struct trie_region *region = own->choice.regions ? &part->region : NULL;
    trie_region_open(&part->region, part->item_bytes * count);
    enum strategy_status status =
        encoder_insert_all(&part->encoder, items, count, region, &part->space.trie, progress);
    part->item_bytes = (trie_region_bytes(&part->region) + count - 1) / count;
    trie_region_close(&part->region);
    return status;
}

static enum strategy_status build_part(void *context, unsigned worker)
{
    struct private_tries *own = context;
    struct part *part = &own->parts[worker];
    struct pool_span span = crew_span(&own->crew, worker);
    const struct item *items = own->crew.batch->items + span.from;
    size_t count = span.to - span.from;
    struct space *space = own_symbols(own, worker) ? &part->space : own->crew.space;
    if (count == 0)
        return STRATEGY_OK;
    enum strategy_status status = STRATEGY_OK;
    if (space == &part->space)
        status = make_symbols(own, part, items, count);
    if (status == STRATEGY_OK)
        status = encoder_begin(&part->encoder, own->crew.base.setup, space);
    if (status != STRATEGY_OK)
        return status;
    status = insert_items(own, part, items, count, &own->crew.run->progress[worker]);
    encoder_end(&part->encoder);
    return status;
}

/* Gives every symbol of the batch its id, so that no worker has to add one. */
static enum strategy_status intern_before(struct private_tries *own)
{
    struct encoder *encoder = &own->parts[0].encoder;
    const struct batch *batch = own->crew.batch;
    if (own->choice.symbols != PRIVATE_BEFORE || own->crew.space->symbols == NULL)
        return STRATEGY_OK;
    enum strategy_status status = encoder_begin(encoder, own->crew.base.setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i++) {
        size_t length;
        status = space_status(
            encoder_encode(encoder, &batch->items[i], encoder->key, sizeof encoder->key, &length));
    }
    encoder_end(encoder);
    return status;
}

static enum strategy_status merge_two(struct private_tries *own, unsigned into, unsigned from)
{
    struct part *part = &own->parts[from];
    struct trie *trie = &own->parts[into].space.trie;
    if (part->space.symbols == NULL)
        return space_status(trie_absorb(trie, &part->space.trie));
    enum strategy_status status = rename_into(own->crew.space->symbols, &part->space, trie);
    clear_part(part);
    return status;
}

/* One pair of a round, if the worker has one. */
static enum strategy_status merge_pair(void *context, unsigned worker)
{
    struct private_tries *own = context;
    unsigned from = worker + own->stride;
    if (worker % (2 * own->stride) != 0 || from >= own->crew.base.setup->workers)
        return STRATEGY_OK;
    return merge_two(own, worker, from);
}

/* A worker's keys get the names that the space's table has for their symbols. */
static enum strategy_status rename_part(void *context, unsigned worker)
{
    struct private_tries *own = context;
    struct part *part = &own->parts[worker];
    struct trie renamed;
    if (part->space.symbols == NULL)
        return STRATEGY_OK;
    trie_init(&renamed);
    enum strategy_status status = rename_into(own->crew.space->symbols, &part->space, &renamed);
    clear_part(part);
    trie_move(&part->space.trie, &renamed);
    return status;
}

static enum strategy_status settle_pieces(void *context, unsigned worker)
{
    struct private_tries *own = context;
    return space_status(trie_join_settle(&own->join, worker, own->crew.base.setup->workers));
}

static enum strategy_status join_two(struct private_tries *own, unsigned from)
{
    size_t pieces = (size_t)PIECES_A_WORKER * own->crew.base.setup->workers;
    enum strategy_status status = space_status(
        trie_join_begin(&own->parts[0].space.trie, &own->parts[from].space.trie, pieces, &own->join));
    if (status != STRATEGY_OK)
        return status;
    if (trie_join_pieces(&own->join) > 0)
        status = pool_run(own->crew.pool, own->crew.run, PHASE_MERGE, settle_pieces, own);
    trie_join_end(&own->join);
    return status;
}

static enum strategy_status merge_serially(struct private_tries *own)
{
    enum strategy_status status = STRATEGY_OK;
    for (unsigned i = 1; i < own->crew.base.setup->workers && status == STRATEGY_OK; i++)
        status = merge_two(own, 0, i);
    return status;
}

static enum strategy_status merge_in_pairs(struct private_tries *own)
{
    unsigned workers = own->crew.base.setup->workers;
    enum strategy_status status = STRATEGY_OK;
    for (own->stride = 1; own->stride < workers && status == STRATEGY_OK; own->stride *= 2)
        status = pool_run(own->crew.pool, own->crew.run, PHASE_MERGE, merge_pair, own);
    return status;
}

static enum strategy_status merge_together(struct private_tries *own)
{
    unsigned workers = own->crew.base.setup->workers;
    enum strategy_status status = STRATEGY_OK;
    if (workers > 1 && own_symbols(own, 1))
        status = pool_run(own->crew.pool, own->crew.run, PHASE_MERGE, rename_part, own);
    for (unsigned i = 1; i < workers && status == STRATEGY_OK; i++)
        status = join_two(own, i);
    return status;
}

static enum strategy_status merge_parts(struct private_tries *own)
{
    enum strategy_status status = own->choice.merge == PRIVATE_SERIAL ? merge_serially(own)
                                  : own->choice.merge == PRIVATE_TREE ? merge_in_pairs(own)
                                                                      : merge_together(own);
    phase_enter(own->crew.run, own->crew.base.setup, PHASE_MERGE);
    return status == STRATEGY_OK ? space_absorb(own->crew.space, &own->parts[0].space.trie) : status;
}

enum strategy_status private_insert(void *state, void *space, const struct batch *batch,
                                    struct strategy_run *run)
{
    struct private_tries *own = state;
    const struct strategy_setup *setup = own->crew.base.setup;
    phase_enter(run, setup, PHASE_ENCODE);
    enum strategy_status status = crew_take(&own->crew, space, batch, run);
    if (status == STRATEGY_OK)
        status = intern_before(own);
    if (status == STRATEGY_OK)
        status = pool_run(own->crew.pool, run, PHASE_BUILD, build_part, own);
    phase_enter(run, setup, PHASE_MERGE);
    if (status == STRATEGY_OK)
        status = merge_parts(own);
    for (unsigned i = 0; status != STRATEGY_OK && i < setup->workers; i++)
        clear_part(&own->parts[i]);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}
