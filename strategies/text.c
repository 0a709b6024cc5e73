/*
 * text.c - every item takes the way through text: print, tokenise and parse, encode, insert.
 *
 * Three passes over the batch, or each piece of it, so that their shares can be told apart.
 */
#include "strategies/loader.h"

#include <stdlib.h>

enum { OPTION_SCRATCH, OPTION_SPACE };

struct text_path {
    struct trie_state base;
    struct text text;
    struct loader loader;
    struct encoder encoder;
};

static void text_path_close(void *state)
{
    struct text_path *own = state;
    text_close(&own->text);
    loader_close(&own->loader);
    free(own);
}

static enum strategy_status text_path_open(const struct strategy_setup *setup, void **state)
{
    if (setup->encoded)
        return STRATEGY_UNSUPPORTED;
    struct text_path *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    enum loader_scratch scratch = (enum loader_scratch)setup->options[OPTION_SCRATCH];
    enum strategy_status status = loader_open(&made->loader, setup->batch_max, scratch);
    if (status != STRATEGY_OK) {
        text_path_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status insert_piece(struct text_path *own, struct space *space,
                                         const struct batch *piece, struct trie *part,
                                         struct strategy_run *run)
{
    const struct strategy_setup *setup = own->base.setup;
    struct strategy_progress *progress = &run->progress[0];
    phase_enter(run, setup, PHASE_PRINT);
    enum strategy_status status = text_print(&own->text, piece->items, piece->count, progress);
    phase_enter(run, setup, PHASE_PARSE);
    loader_reset(&own->loader);
    if (status == STRATEGY_OK)
        status = loader_parse(&own->loader, &own->text, piece->items, piece->count, progress);
    phase_enter(run, setup, PHASE_BUILD);
    if (status == STRATEGY_OK)
        status = loader_insert(&own->loader, &own->encoder, setup, space, part, progress);
    return status;
}

static enum strategy_status text_path_insert(void *state, void *space, const struct batch *batch,
                                             struct strategy_run *run)
{
    struct text_path *own = state;
    const struct strategy_setup *setup = own->base.setup;
    struct trie part;
    trie_init(&part);
    phase_enter(run, setup, PHASE_BUILD);
    enum strategy_status status = encoder_expect(setup, space, batch->items, batch->count);
    for (size_t i = 0; i < batch->count && status == STRATEGY_OK; i += LOADER_PIECE_ITEMS) {
        struct batch piece = batch_piece(batch, i, LOADER_PIECE_ITEMS);
        status = insert_piece(own, space, &piece, &part, run);
    }
    phase_enter(run, setup, PHASE_MERGE);
    status = space_finish(space, &part, status);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}

static const struct strategy_option text_path_options[] = {
    [OPTION_SCRATCH] = LOADER_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_text_hypothesis[] =
    "Printing and parsing every item is work that sequential does not have, so it is slower at every "
    "batch size, by what the two take.";

const struct strategy strategy_text = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_ORDERED,
    .name = "text",
    .idea = "print each item, parse the text, encode, insert",
    .source = "the text path that the earlier study lost its time in",
    .options = text_path_options,
    .option_count = sizeof text_path_options / sizeof text_path_options[0],
    .open = text_path_open,
    .close = text_path_close,
    .create = space_create,
    .insert = text_path_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
