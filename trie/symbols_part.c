/* symbols_part.c - what one of several threads adds to a symbol table, apart until all are done. See
 * symbols.h. */
#include "trie/symbols_part.h"

#include <stdlib.h>

enum { ALIASES_FIRST = 64 };

enum trie_status symbols_part_create(struct symbols_part **part)
{
    struct symbols_part *made = aligned_alloc(CACHE_LINE_BYTES, sizeof *made);
    if (made == NULL)
        return TRIE_NO_MEMORY;
    memset(made, 0, sizeof *made);
    map_init(&made->map);
    *part = made;
    return TRIE_OK;
}

void symbols_part_destroy(struct symbols_part *part)
{
    if (part == NULL)
        return;
    map_clear(&part->map);
    free(part->aliases);
    free(part->finals);
    free(part);
}

static bool note_alias(struct symbols_part *part, uint64_t from, uint64_t to)
{
    if (part->alias_count == part->alias_room) {
        size_t room = part->alias_room == 0 ? ALIASES_FIRST : 2 * part->alias_room;
        struct alias *aliases = realloc(part->aliases, room * sizeof *aliases);
        if (aliases == NULL)
            return false;
        part->aliases = aliases;
        part->alias_room = room;
    }
    part->aliases[part->alias_count++] = (struct alias){from, to};
    return true;
}

enum { GATHERED_MAX = 64 };

/* The filled ones of up to GATHERED_MAX places. Written without a branch: whether a place is filled is
 * chance. */
static size_t gather(const _Atomic uint64_t *places, size_t count, uint64_t *filled)
{
    size_t gathered = 0;
    for (size_t i = 0; i < count; i++) {
        filled[gathered] = atomic_load_explicit(&places[i], memory_order_acquire);
        gathered += filled[gathered] != PLACE_FREE;
    }
    return gathered;
}

/* Those texts that are there under another id are noted by `self`. */
static enum trie_status adopt(struct text_map *to, const struct symbols *symbols, unsigned shard,
                              uint64_t filled, struct symbols_part *self)
{
    uint64_t id;
    enum trie_status status = map_adopt(to, symbols, shard, filled, &id);
    if (status == TRIE_OK && id != place_id(filled) && !note_alias(self, place_id(filled), id))
        return TRIE_NO_MEMORY;
    return status;
}

/* Copies the texts of one shard to the same shard of another map, which no other thread uses. */
static enum trie_status copy_shard(struct text_map *to, const struct text_map *from,
                                   const struct symbols *symbols, unsigned shard, struct symbols_part *self)
{
    uint64_t filled[GATHERED_MAX + 1],
        table = atomic_load_explicit(&from->shards[shard], memory_order_acquire);
    size_t places = table == 0 ? 0 : (size_t)1 << table_bits(table);
    for (size_t i = 0; i < places; i += GATHERED_MAX) {
        size_t count = places - i < GATHERED_MAX ? places - i : GATHERED_MAX;
        count = gather(table_places(table) + i, count, filled);
        for (size_t k = 0; k < count; k++) {
            if (map_adopt_new(to, shard, filled[k]))
                continue;
            enum trie_status status = adopt(to, symbols, shard, filled[k], self);
            if (status != TRIE_OK)
                return status;
        }
    }
    return TRIE_OK;
}

/* Notes the texts of one shard. False if they are too many. */
static bool note_seeds(struct symbols *symbols, unsigned shard)
{
    struct seeds *seeds = &symbols->seeds;
    uint64_t table = atomic_load_explicit(&symbols->map.shards[shard], memory_order_relaxed);
    size_t places = table == 0 ? 0 : (size_t)1 << table_bits(table);
    for (size_t i = 0; i < places; i++) {
        uint64_t filled = atomic_load_explicit(&table_places(table)[i], memory_order_relaxed);
        if (filled == PLACE_FREE)
            continue;
        if (seeds->count == SEEDS_MAX)
            return false;
        seeds->shards[seeds->count] = (uint8_t)shard;
        seeds->filled[seeds->count++] = filled;
    }
    return true;
}

void symbols_parts_prepare(struct symbols *symbols)
{
    uint64_t texts = 0;
    for (unsigned i = 0; i < SYMBOLS_SLOTS; i++)
        texts += atomic_load_explicit(&symbols->slots[i].texts, memory_order_relaxed);
    symbols->seeds.count = 0;
    symbols->seeds.too_many = texts > SEEDS_MAX;
    for (unsigned i = 0; i < SYMBOLS_SHARDS && texts > 0 && !symbols->seeds.too_many; i++)
        symbols->seeds.too_many = !note_seeds(symbols, i);
}

/* The part's own map, with the seeds: the table's places, which are made for all that are to come, would only
 * push the part's out of the cache. */
static enum trie_status begin_apart(struct symbols_part *part, const struct symbols *symbols, unsigned parts)
{
    const struct seeds *seeds = &symbols->seeds;
    part->adds_to = &part->map;
    part->look_behind = seeds->too_many;
    enum trie_status status = map_reset(&part->map, symbols->map.texts_expected / parts);
    for (unsigned i = 0; !seeds->too_many && i < seeds->count && status == TRIE_OK; i++) {
        uint64_t id;
        status = map_adopt(&part->map, symbols, seeds->shards[i], seeds->filled[i], &id);
    }
    return status;
}

enum trie_status symbols_part_begin(struct symbols_part *part, struct symbols *symbols,
                                    struct symbols_writer *writer, unsigned parts, unsigned number)
{
    enum trie_status status;
    part->slot = writer->slot;
    part->first = atomic_load_explicit(&symbols->slots[writer->slot].texts, memory_order_relaxed);
    part->count = 0;
    part->alias_count = part->final_count = 0;
    if (number == 0) {
        part->adds_to = &symbols->map;
        part->look_behind = false;
        status = map_make(&symbols->map, 0, SYMBOLS_SHARDS);
    } else {
        status = begin_apart(part, symbols, parts);
    }
    if (status == TRIE_OK)
        writer->part = part;
    return status;
}

enum trie_status symbols_part_unite(struct symbols *symbols, struct symbols_part *const *parts,
                                    unsigned count, unsigned number)
{
    unsigned from = number * SYMBOLS_SHARDS / count, to = (number + 1) * SYMBOLS_SHARDS / count;
    enum trie_status status = TRIE_OK;
    for (unsigned shard = from; shard < to; shard++)
        for (unsigned i = 1; i < count && status == TRIE_OK; i++)
            status = copy_shard(&symbols->map, &parts[i]->map, symbols, shard, parts[number]);
    return status;
}

/* Room to say of each text that the part added what its id became. */
static bool reserve_finals(struct symbols_part *part, size_t count)
{
    if (part->final_room < count) {
        uint64_t *finals = realloc(part->finals, count * sizeof *finals);
        if (finals == NULL)
            return false;
        part->finals = finals;
        part->final_room = count;
    }
    memset(part->finals, 0, count * sizeof part->finals[0]);
    part->final_count = count;
    return true;
}

/* Whether the part gave an id, and as the how manyth. */
static bool gave(const struct symbols_part *part, uint64_t id, uint64_t *at)
{
    *at = id - slot_id_base(part->slot) - part->first;
    return id >> SYMBOLS_SLOT_SHIFT == part->slot && *at < part->count;
}

bool symbols_parts_agree(struct symbols_part *const *parts, unsigned count)
{
    size_t aliases = 0;
    for (unsigned i = 0; i < count; i++)
        aliases += parts[i]->alias_count;
    return aliases == 0;
}

enum trie_status symbols_part_settle(struct symbols *symbols, struct symbols_part *const *parts,
                                     unsigned count, unsigned number, bool *changed)
{
    struct symbols_part *own = parts[number];
    for (unsigned i = 0; i < count; i++)
        for (size_t k = 0; k < parts[i]->alias_count; k++) {
            const struct alias *alias = &parts[i]->aliases[k];
            uint64_t at;
            if (!gave(own, alias->from, &at))
                continue;
            if (own->final_count == 0 && !reserve_finals(own, own->count))
                return TRIE_NO_MEMORY;
            own->finals[at] = alias->to;
            slot_leave_hole(&symbols->slots[own->slot], own->first + at);
        }
    *changed = own->final_count > 0;
    return TRIE_OK;
}

uint64_t symbols_part_id(const struct symbols_part *part, uint64_t id)
{
    uint64_t at;
    if (part->final_count == 0 || !gave(part, id, &at) || part->finals[at] == 0)
        return id;
    return part->finals[at];
}

void part_end(struct symbols_part *part, const struct symbols *symbols)
{
    part->count = atomic_load_explicit(&symbols->slots[part->slot].texts, memory_order_relaxed) - part->first;
}
