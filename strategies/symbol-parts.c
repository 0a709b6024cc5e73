/* symbol-parts.c - see symbol-parts.h. */
#include "strategies/symbol-parts.h"

#include <stdlib.h>

enum {
    ASSUME_ITEMS_MIN = 512,        /* of fewer, fewer texts than shards come to each worker */
    ASSUME_ALONE_ITEMS_MIN = 4096, /* one worker has nothing to unite otherwise */
    WARY_FIRST = 16,
    WARY_MAX = 1024,
};

enum strategy_status symbol_parts_open(struct symbol_parts *parts, const struct strategy_setup *setup,
                                       unsigned workers, unsigned faults)
{
    *parts = (struct symbol_parts){.workers = workers, .wary_next = WARY_FIRST};
    /* A fault of the symbol table is one of sharing it, so it is shared then. */
    if (!setup->interned || setup->encoded || faults != 0)
        return STRATEGY_OK;
    parts->parts = calloc(workers, sizeof(struct symbols_part *));
    if (parts->parts == NULL)
        return STRATEGY_NO_MEMORY;
    enum trie_status status = TRIE_OK;
    for (unsigned i = 0; i < workers && status == TRIE_OK; i++)
        status = symbols_part_create(&parts->parts[i]);
    return space_status(status);
}

void symbol_parts_close(struct symbol_parts *parts)
{
    for (unsigned i = 0; parts->parts != NULL && i < parts->workers; i++)
        symbols_part_destroy(parts->parts[i]);
    free(parts->parts);
}

enum strategy_status symbol_parts_begin(struct symbol_parts *parts, const struct strategy_setup *setup,
                                        struct space *space, const struct item *items, size_t count,
                                        bool apart)
{
    size_t assume_min = parts->workers > 1 ? ASSUME_ITEMS_MIN : ASSUME_ALONE_ITEMS_MIN;
    bool possible = parts->parts != NULL, assume = possible && count >= assume_min && parts->wary == 0;
    enum strategy_status status = STRATEGY_OK;
    parts->wary -= parts->wary > 0;
    apart = apart && possible;
    if (apart || assume)
        status = encoder_expect_parts(space, items, count, &assume);
    parts->assume_new = assume;
    parts->apart = apart || assume;
    if (!parts->apart && status == STRATEGY_OK)
        status = encoder_expect(setup, space, items, count);
    return status;
}

enum strategy_status symbol_parts_unite(struct symbol_parts *parts, struct space *space, unsigned worker,
                                        bool *agree)
{
    enum trie_status status = symbols_part_unite(space->symbols, parts->parts, parts->workers, worker);
    *agree = symbols_parts_agree(&parts->parts[worker], 1);
    return space_status(status);
}

bool symbol_parts_agree(const struct symbol_parts *parts)
{
    return symbols_parts_agree(parts->parts, parts->workers);
}

void symbol_parts_be_wary(struct symbol_parts *parts)
{
    if (!parts->assume_new)
        return;
    parts->wary = parts->wary_next;
    parts->wary_next = 2 * parts->wary < WARY_MAX ? 2 * parts->wary : WARY_MAX;
}

enum strategy_status symbol_parts_settle(struct symbol_parts *parts, struct space *space, unsigned worker,
                                         bool *changed)
{
    return space_status(symbols_part_settle(space->symbols, parts->parts, parts->workers, worker, changed));
}
