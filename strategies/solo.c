/* solo.c - see solo.h. */
#include "strategies/solo.h"

enum strategy_status solo_open(struct solo *solo, const struct strategy_setup *setup, size_t count_max,
                               enum builder_nodes nodes)
{
    enum strategy_status status = builder_open(&solo->builder, setup, count_max, nodes);
    return status == STRATEGY_OK ? symbol_parts_open(&solo->symbols, setup, 1, 0) : status;
}

void solo_close(struct solo *solo)
{
    builder_close(&solo->builder);
    symbol_parts_close(&solo->symbols);
}

static void enter(const struct solo *solo, struct strategy_run *run, enum strategy_phase phase)
{
    if (run != NULL)
        phase_enter(run, solo->builder.setup, phase);
}

/* The symbols of the keys, which went into a part, come into the table. *again: texts that were taken for new
 * were not, as is known already if `repeats`; keys have ids that are gone. */
static enum strategy_status unite_symbols(struct solo *solo, struct space *space, bool repeats, bool *again)
{
    bool agree, changed;
    enum strategy_status status = symbol_parts_unite(&solo->symbols, space, 0, &agree);
    *again = status == STRATEGY_OK && (repeats || !agree);
    if (!*again)
        return status;
    symbol_parts_be_wary(&solo->symbols);
    return symbol_parts_settle(&solo->symbols, space, 0, &changed);
}

/* A piece at a time. *done is false if they came in no order, or *again is true. All symbols are in the table
 * then, where those of what follows go. */
static enum strategy_status build_pieces(struct solo *solo, struct space *space, const struct batch *batch,
                                         struct strategy_progress *progress, struct trie *trie, bool *done,
                                         bool *again)
{
    *again = false;
    stream_begin(&solo->stream, batch, 1);
    solo->builder.symbols = symbol_parts_of(&solo->symbols, 0);
    enum strategy_status status = stream_take(&solo->stream, &solo->builder, space, trie, progress);
    if (status == STRATEGY_OK && solo->symbols.apart)
        status = unite_symbols(solo, space, stream_repeats(&solo->stream), again);
    *done = status == STRATEGY_OK && !*again && stream_in_order(&solo->stream);
    if (!*done)
        trie_clear(trie);
    solo->symbols.apart = false;
    return status;
}

/* All keys in hand, final. */
static enum strategy_status take_all(struct solo *solo, struct space *space, const struct batch *batch,
                                     struct strategy_progress *progress)
{
    bool again = false;
    struct builder *builder = &solo->builder;
    builder->symbols = symbol_parts_of(&solo->symbols, 0);
    enum strategy_status status = builder_take(builder, space, batch->items, batch->count, progress);
    if (status == STRATEGY_OK && solo->symbols.apart)
        status = unite_symbols(solo, space, false, &again);
    if (status == STRATEGY_OK && again)
        keys_settle(&builder->keys, builder->symbols);
    return status;
}

static enum strategy_status build_whole(struct solo *solo, struct space *space, const struct batch *batch,
                                        struct strategy_progress *progress, struct strategy_run *run,
                                        struct trie *trie)
{
    enum strategy_status status = take_all(solo, space, batch, progress);
    enter(solo, run, PHASE_SORT);
    if (status == STRATEGY_OK)
        status = builder_sort(&solo->builder);
    enter(solo, run, PHASE_BUILD);
    return status == STRATEGY_OK ? builder_build(&solo->builder, trie) : status;
}

enum strategy_status solo_build(struct solo *solo, struct space *space, const struct batch *batch,
                                struct strategy_progress *progress, struct strategy_run *run,
                                struct trie *trie)
{
    const struct strategy_setup *setup = solo->builder.setup;
    /* Given keys need no buffer: in pieces, 1,000,000 took one worker 1.05 of the time. */
    bool done = false, again = !setup->encoded && stream_fits(setup, batch->count);
    enter(solo, run, again ? PHASE_BUILD : PHASE_ENCODE);
    enum strategy_status status =
        symbol_parts_begin(&solo->symbols, setup, space, batch->items, batch->count, false);
    while (status == STRATEGY_OK && again)
        status = build_pieces(solo, space, batch, progress, trie, &done, &again);
    if (status != STRATEGY_OK || done)
        return status;
    enter(solo, run, PHASE_ENCODE);
    return build_whole(solo, space, batch, progress, run, trie);
}
