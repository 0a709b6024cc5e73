/*
 * example.c - the plug-in to copy: a set of keys in the C library's balanced tree, in under fifty lines of
 * code.
 *
 * gcc -std=c11 -D_GNU_SOURCE -O2 -fPIC -shared -I. -o example.so strategies/plugins/example.c
 */
#include "strategies/plugins/plugin.h"
#include <search.h>
#include <string.h>

struct key {
    size_t length;
    uint8_t bytes[];
};

static int compare(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static enum strategy_status create(void *state, void **space)
{
    (void)state;
    *space = calloc(1, sizeof(void *)); /* the root of the tree */
    return *space != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

static enum strategy_status add(void *space, const uint8_t *bytes, size_t length)
{
    struct key *key = malloc(sizeof *key + length);
    if (key == NULL)
        return STRATEGY_NO_MEMORY;
    key->length = length;
    memcpy(key->bytes, bytes, length);
    struct key **node = tsearch(key, space, compare);
    if (node == NULL || *node != key) /* no memory, or there already */
        free(key);
    return node != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

static void show(const void *node, VISIT order, void *walk)
{
    if (order == postorder || order == leaf)
        plugin_visit(walk, (*(struct key *const *)node)->bytes, (*(struct key *const *)node)->length);
}

static enum strategy_status walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    twalk_r(*(void **)space, show, &(struct plugin_walk){.visit = visit, .context = context});
    return STRATEGY_OK;
}

static void destroy(void *state, void *space)
{
    (void)state;
    tdestroy(*(void **)space, free);
    free(space);
}

PLUGIN("example", STRATEGY_ORDERED, "the C library's balanced tree", "tsearch(3)");
