/* symbols_copies.c - see symbols_copies.h. */
#include "trie/symbols_copies.h"

#include <stdlib.h>

enum { PLACES_FIRST = 16 };

static struct copies *make(size_t places)
{
    struct copies *made = calloc(1, sizeof *made + places * sizeof made->places[0]);
    if (made != NULL)
        made->mask = places - 1;
    return made;
}

struct copies *copies_new(void)
{
    return make(PLACES_FIRST);
}

void copies_free(struct copies *copies)
{
    for (size_t i = 0; copies != NULL && i <= copies->mask; i++)
        free(copies->places[i].entry);
    free(copies);
}

/* Whether an entry holds this text. */
static bool entry_is(const uint8_t *entry, const char *text, size_t size)
{
    size_t entry_size;
    const char *stored = entry_text(entry, &entry_size);
    return entry_size == size && bytes_equal(stored, text, size);
}

bool copies_find(const struct copies *copies, uint64_t hash, const char *text, size_t size, uint64_t *id)
{
    if (copies == NULL)
        return false;
    for (size_t i = hash / SYMBOLS_SHARDS;; i++) {
        const struct copy *copy = &copies->places[i & copies->mask];
        if (copy->id == 0)
            return false;
        if (copy->hash == hash && entry_is(copy->entry, text, size)) {
            *id = copy->id;
            return true;
        }
    }
}

void copies_put(struct copies *copies, uint64_t hash, uint64_t id, uint8_t *entry)
{
    size_t i = hash / SYMBOLS_SHARDS;
    while (copies->places[i & copies->mask].id != 0)
        i++;
    copies->places[i & copies->mask] = (struct copy){hash, id, entry};
    copies->count++;
}

enum trie_status copies_reserve(struct copies **copies)
{
    struct copies *old = *copies;
    if (old != NULL && old->count < (old->mask + 1) / 4 * 3)
        return TRIE_OK;
    struct copies *bigger = old == NULL ? copies_new() : make(2 * (old->mask + 1));
    if (bigger == NULL)
        return TRIE_NO_MEMORY;
    for (size_t i = 0; old != NULL && i <= old->mask; i++)
        if (old->places[i].id != 0)
            copies_put(bigger, old->places[i].hash, old->places[i].id, old->places[i].entry);
    free(old);
    *copies = bigger;
    return TRIE_OK;
}

size_t copies_bytes(const struct copies *copies)
{
    return copies == NULL ? 0 : sizeof *copies + (copies->mask + 1) * sizeof copies->places[0];
}
