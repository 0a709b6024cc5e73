/* space.c - see space.h. */
#include "strategies/space.h"

#include <stdlib.h>

enum strategy_status space_status(enum trie_status status)
{
    switch (status) {
    case TRIE_OK:
        return STRATEGY_OK;
    case TRIE_NO_MEMORY:
        return STRATEGY_NO_MEMORY;
    case TRIE_NO_SLOT: /* more writers than the symbol table has room for */
        return STRATEGY_UNSUPPORTED;
    default:
        return STRATEGY_FAILED;
    }
}

const char *const space_permits_names[] = {"sound", "leaky", NULL};
const char *const space_root_names[] = {"eager", "lazy", NULL};
const struct strategy_option space_options[SPACE_OPTION_COUNT] = {SPACE_OPTIONS};

struct trie_state trie_state_with(const struct strategy_setup *setup, const int64_t *options)
{
    unsigned faults =
        (options[0] != 0 ? SYMBOLS_LEAKY_PERMITS : 0) | (options[1] != 0 ? SYMBOLS_LAZY_ROOT : 0);
    return (struct trie_state){.setup = setup, .faults = faults};
}

enum {
    ITEM_BYTES = 256,                          /* of an item, about: key, symbols, nodes */
    PIECE_BYTES_MAX = (32 << 20) - (64 << 10), /* glibc learns from less than 32 MiB only */
    PIECES_MAX = 8,                            /* below the lid */
};

/* So many large pieces of memory, one above the other as long as malloc has no holes for them; only the last
 * stays. Fewer, if there are no more. */
static void *put_lid(size_t pieces)
{
    void *taken[PIECES_MAX + 1];
    size_t count = 0;
    while (count <= pieces && (taken[count] = malloc(PIECE_BYTES_MAX)) != NULL)
        count++;
    for (size_t i = 0; i + 1 < count; i++)
        free(taken[i]);
    return count > 0 ? taken[count - 1] : NULL;
}

enum strategy_status space_announce(size_t count_max, void **lid)
{
    size_t pieces = count_max / (PIECE_BYTES_MAX / ITEM_BYTES);
    void *volatile memory = malloc(pieces > 0 ? PIECE_BYTES_MAX : (count_max + 1) * ITEM_BYTES);
    free(memory);
    *lid = NULL;
    if (memory == NULL)
        return STRATEGY_NO_MEMORY;
    if (pieces > 0)
        *lid = put_lid(pieces < PIECES_MAX ? pieces + 1 : PIECES_MAX);
    return STRATEGY_OK;
}

enum strategy_status space_create(void *state, void **space)
{
    const struct trie_state *base = state;
    struct space *made = malloc(sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    trie_init(&made->trie);
    made->symbols = NULL;
    if (base->setup->interned && !base->setup->encoded) {
        enum trie_status status = symbols_create_faulty(base->faults, &made->symbols);
        if (status != TRIE_OK) {
            free(made);
            return space_status(status);
        }
    }
    *space = made;
    return STRATEGY_OK;
}

/* Before the table is gone, and only where it has faults: a sound one has nothing to count. */
static void count_damage(const struct trie_state *base, const struct symbols *symbols)
{
    struct symbols_stats stats;
    struct strategy_damage *damage = base->setup->damage;
    if (damage == NULL || symbols == NULL || base->faults == 0)
        return;
    symbols_measure(symbols, &stats);
    damage->slabs_lost += stats.slabs_lost;
    damage->texts_wrong += stats.texts_wrong;
}

void space_destroy(void *state, void *space)
{
    struct space *old = space;
    count_damage(state, old->symbols);
    trie_clear(&old->trie);
    symbols_destroy(old->symbols);
    free(old);
}

/* A walk that translates keys on their way to the visitor. */
struct translation {
    const struct symbols *symbols;
    strategy_visit *visit;
    void *context;
    enum trie_status status;
    uint8_t key[EXPR_ENCODED_BYTES_MAX];
};

static bool translate(void *context, const uint8_t *key, size_t length)
{
    struct translation *walk = context;
    size_t inline_length;
    walk->status = expr_key_inline(key, length, walk->symbols, walk->key, sizeof walk->key, &inline_length);
    return walk->status == TRIE_OK && walk->visit(walk->context, walk->key, inline_length);
}

enum strategy_status space_walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    const struct space *walked = space;
    struct translation walk;
    walk.symbols = walked->symbols;
    walk.visit = visit;
    walk.context = context;
    walk.status = TRIE_OK;
    enum trie_status status = walked->symbols == NULL ? trie_walk(&walked->trie, visit, context)
                                                      : trie_walk(&walked->trie, translate, &walk);
    if (walk.status != TRIE_OK)
        return STRATEGY_FAILED;
    return status == TRIE_STOPPED ? STRATEGY_OK : space_status(status);
}

size_t space_bytes(void *state, void *space)
{
    (void)state;
    const struct space *measured = space;
    struct trie_stats nodes;
    if (trie_measure(&measured->trie, &nodes) != TRIE_OK)
        return 0;
    size_t bytes = sizeof *measured + nodes.bytes;
    if (measured->symbols != NULL) {
        struct symbols_stats table;
        symbols_measure(measured->symbols, &table);
        bytes += table.bytes;
    }
    return bytes;
}

enum strategy_status space_absorb(struct space *space, struct trie *part)
{
    enum strategy_status status = space_status(trie_absorb(&space->trie, part));
    trie_clear(part);
    return status;
}

enum strategy_status space_finish(struct space *space, struct trie *part, enum strategy_status status)
{
    if (status == STRATEGY_OK)
        return space_absorb(space, part);
    trie_clear(part);
    return status;
}
