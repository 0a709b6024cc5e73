/*
 * saboteur.h - strategies that do harm on purpose, for tests of what the harness makes of it.
 *
 * Each is a correct little set of keys (an array of copies, sorted after each batch) until its third
 * insertion: at the end of that one, still between the marks, sabotage() is called, which each file defines.
 */
#ifndef TESTS_SABOTEURS_SABOTEUR_H
#define TESTS_SABOTEURS_SABOTEUR_H

#include "strategies/plugins/plugin.h"

#include <string.h>

enum { SABOTEUR_INSERTION = 3 };

struct saboteur {
    struct plugin plugin;
    unsigned insertions;
};

struct saboteur_key {
    size_t length;
    uint8_t *bytes;
};

struct saboteur_set {
    const struct strategy_setup *setup;
    struct saboteur_key *keys;
    size_t count, capacity;
};

/* What the file is there for. May come back, and then tells how the insertion went. */
enum strategy_status sabotage(struct saboteur_set *set);

static inline enum strategy_status saboteur_open(const struct strategy_setup *setup, void **state)
{
    struct saboteur *made = malloc(sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->plugin.setup = setup;
    made->insertions = 0;
    *state = made;
    return STRATEGY_OK;
}

static inline enum strategy_status saboteur_create(void *state, void **space)
{
    struct saboteur_set *set = calloc(1, sizeof *set);
    if (set == NULL)
        return STRATEGY_NO_MEMORY;
    set->setup = ((struct saboteur *)state)->plugin.setup;
    *space = set;
    return STRATEGY_OK;
}

static inline bool saboteur_reserve(struct saboteur_set *set)
{
    if (set->count < set->capacity)
        return true;
    size_t capacity = 2 * set->capacity + 16;
    struct saboteur_key *keys = realloc(set->keys, capacity * sizeof keys[0]);
    if (keys == NULL)
        return false;
    set->keys = keys;
    set->capacity = capacity;
    return true;
}

static inline enum strategy_status saboteur_add(void *space, const uint8_t *key, size_t length)
{
    struct saboteur_set *set = space;
    uint8_t *copy = malloc(length + 1);
    if (copy == NULL || !saboteur_reserve(set)) {
        free(copy);
        return STRATEGY_NO_MEMORY;
    }
    memcpy(copy, key, length);
    set->keys[set->count++] = (struct saboteur_key){.length = length, .bytes = copy};
    return STRATEGY_OK;
}

static inline int saboteur_compare(const void *left, const void *right)
{
    const struct saboteur_key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Sorts, and keeps one of equal keys. */
static inline void saboteur_settle(struct saboteur_set *set)
{
    size_t kept = 0;
    if (set->count == 0)
        return;
    qsort(set->keys, set->count, sizeof set->keys[0], saboteur_compare);
    for (size_t i = 0; i < set->count; i++) {
        if (kept > 0 && saboteur_compare(&set->keys[kept - 1], &set->keys[i]) == 0)
            free(set->keys[i].bytes);
        else
            set->keys[kept++] = set->keys[i];
    }
    set->count = kept;
}

static inline enum strategy_status saboteur_insert(void *state, void *space, const struct batch *batch,
                                                   struct strategy_run *run)
{
    struct saboteur *own = state;
    enum strategy_status status = plugin_insert(&own->plugin, space, batch, run, saboteur_add);
    if (status != STRATEGY_OK)
        return status;
    saboteur_settle(space);
    if (++own->insertions != SABOTEUR_INSERTION)
        return STRATEGY_OK;
    phase_enter(run, own->plugin.setup, PHASE_INSERT);
    status = sabotage(space);
    phase_enter(run, own->plugin.setup, PHASE_NONE);
    return status;
}

static inline enum strategy_status saboteur_walk(void *state, void *space, strategy_visit *visit,
                                                 void *context)
{
    (void)state;
    const struct saboteur_set *set = space;
    for (size_t i = 0; i < set->count; i++)
        if (!visit(context, set->keys[i].bytes, set->keys[i].length))
            break;
    return STRATEGY_OK;
}

static inline void saboteur_destroy(void *state, void *space)
{
    (void)state;
    struct saboteur_set *set = space;
    for (size_t i = 0; i < set->count; i++)
        free(set->keys[i].bytes);
    free(set->keys);
    free(set);
}

/* Defines the exported struct; the number of the interface and the walk can be wrong on purpose, and more
 * workers than the main one can be wanted. */
#define SABOTEUR_WITH(interface, title, walk_function, more_claims)                                          \
    extern const struct strategy triebench_strategy;                                                         \
    const struct strategy triebench_strategy = {                                                             \
        .abi = (interface),                                                                                  \
        .claims = STRATEGY_PLAIN | STRATEGY_ORDERED | (more_claims),                                         \
        .name = (title),                                                                                     \
        .idea = "does harm at its third insertion",                                                          \
        .source = "the tests",                                                                               \
        .open = saboteur_open,                                                                               \
        .close = plugin_close,                                                                               \
        .create = saboteur_create,                                                                           \
        .insert = saboteur_insert,                                                                           \
        .walk = (walk_function),                                                                             \
        .destroy = saboteur_destroy,                                                                         \
    }

#define SABOTEUR(title) SABOTEUR_WITH(STRATEGY_ABI, title, saboteur_walk, 0)

#endif
