/*
 * glib-hash.c - peer: GLib's hash table as a set of copied keys. Unordered; GLib ends the process where its
 * own allocations fail.
 *
 * plugin-pkg: glib-2.0
 */
#include "strategies/plugins/plugin.h"

#include <glib.h>
#include <string.h>

struct key {
    size_t length;
    uint8_t bytes[];
};

/* Times 33 and add, as GLib hashes its own strings and bytes. */
static guint hash_key(gconstpointer pointer)
{
    const struct key *key = pointer;
    guint hash = 5381;
    for (size_t i = 0; i < key->length; i++)
        hash = hash * 33 + key->bytes[i];
    return hash;
}

static gboolean equal_keys(gconstpointer left, gconstpointer right)
{
    const struct key *a = left, *b = right;
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static enum strategy_status create(void *state, void **space)
{
    (void)state;
    *space = g_hash_table_new_full(hash_key, equal_keys, free, NULL);
    return STRATEGY_OK;
}

static enum strategy_status add(void *space, const uint8_t *bytes, size_t length)
{
    struct key *key = malloc(sizeof *key + length);
    if (key == NULL)
        return STRATEGY_NO_MEMORY;
    key->length = length;
    memcpy(key->bytes, bytes, length);
    g_hash_table_add(space, key); /* frees one of two equal keys */
    return STRATEGY_OK;
}

static enum strategy_status walk(void *state, void *space, strategy_visit *visit, void *context)
{
    (void)state;
    GHashTableIter iter;
    gpointer pointer;
    g_hash_table_iter_init(&iter, space);
    while (g_hash_table_iter_next(&iter, &pointer, NULL)) {
        const struct key *key = pointer;
        if (!visit(context, key->bytes, key->length))
            break;
    }
    return STRATEGY_OK;
}

static void destroy(void *state, void *space)
{
    (void)state;
    g_hash_table_destroy(space);
}

PLUGIN("glib-hash", 0, "peer: GHashTable with copied keys",
       "GLib 2, the general-purpose hash table of a C program");
