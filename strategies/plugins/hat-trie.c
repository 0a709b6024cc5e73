/*
 * hat-trie.c - peer: the HAT-trie of libhat-trie-dev, which copies the keys into its hash buckets.
 *
 * It ends the process where an allocation fails. Keys with long common prefixes, facts and rules among them,
 * are its worst case: they share one bucket until it has been split once for every byte of the prefix.
 *
 * plugin-link: -lhat-trie
 */
#include "strategies/plugins/plugin.h"

#include <hat-trie/hat-trie.h>
#include <string.h>

/* Its buckets keep the length of a key in 15 bits. */
enum { HAT_TRIE_KEY_BYTES_MAX = 32767 };

static enum strategy_status create(void *state, void **space)
{
    (void)state;
    *space = hattrie_create();
    return *space != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

static enum strategy_status add(void *space, const uint8_t *key, size_t length)
{
    if (length == 0 || length > HAT_TRIE_KEY_BYTES_MAX) /* its iterator passes over the empty key */
        return STRATEGY_UNSUPPORTED;
    value_t *value = hattrie_get(space, (const char *)key, length);
    if (value == NULL)
        return STRATEGY_NO_MEMORY;
    const value_t present = 1;
    memcpy(value, &present, sizeof present); /* values lie unaligned in its buckets */
    return STRATEGY_OK;
}

static enum strategy_status walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    hattrie_iter_t *iter = hattrie_iter_begin(space, false);
    if (iter == NULL)
        return STRATEGY_NO_MEMORY;
    for (; !hattrie_iter_finished(iter); hattrie_iter_next(iter)) {
        size_t length;
        const char *key = hattrie_iter_key(iter, &length);
        if (!visit(context, (const uint8_t *)key, length))
            break;
    }
    hattrie_iter_free(iter);
    return STRATEGY_OK;
}

static void destroy(void *state, void *space)
{
    (void)state;
    hattrie_free(space);
}

PLUGIN("hat-trie", 0, "peer: a trie whose leaves are hash tables",
       "Askitis and Sinha 2007, as libhat-trie has it");
