/*
 * symbols_boxes.h - new texts by shard, whose places in the table are put off.
 *
 * Looking for a text in a table that is larger than the cache costs a miss, and in a smaller one a branch
 * that is guessed wrong. Where most texts are new, each that is not seen to have come before may be taken for
 * new: it gets its id at once, and what its place will hold goes into the box of its shard. Later the boxes
 * of each shard are emptied into its table, which fits the cache. Texts that were not new after all show
 * then, as those do that came into two parts. Idea: the partitioned hash join (Manegold, Boncz, Kersten
 * 2002).
 */
#ifndef TRIE_SYMBOLS_BOXES_H
#define TRIE_SYMBOLS_BOXES_H

#include "trie/symbols_map.h"

enum { RECENT_TEXTS = 128 };

/* What a box has no room for. */
struct overflow {
    uint64_t *places;
    size_t room;
};

struct boxes {
    uint32_t filled[SYMBOLS_SHARDS]; /* next to each other, as whoever empties boxes reads all */
    uint64_t *block;                 /* [SYMBOLS_SHARDS][room]: what places of each shard will hold */
    size_t room;
    struct overflow more[SYMBOLS_SHARDS];
    uint64_t recent[RECENT_TEXTS]; /* by some bits of the hash, the last that went into a box */
    bool repeats;                  /* a recent text came again */
};

/* Empties the boxes, for about so many texts in all; memory is kept. All zero is allowed. Errors:
 * TRIE_NO_MEMORY. */
TRIE_MUST_USE enum trie_status boxes_reset(struct boxes *boxes, size_t texts);

/* Frees the memory of emptied boxes, where it is so much that others will want it: the nodes of a trie, for
 * one. */
void boxes_release(struct boxes *boxes);

/* All zero is allowed. */
void boxes_clear(struct boxes *boxes);

/*
 * The id of a text: that of a seed (struct seeds) or of a recent text, or a new one. For the thread that has
 * the boxes and the writer. Errors: those of symbols_intern(); nothing was added then.
 */
TRIE_MUST_USE enum trie_status boxes_intern(struct boxes *boxes, struct symbols *symbols,
                                            const struct symbols_writer *writer, const char *text,
                                            size_t size, uint64_t *id);

/* What a box holds from place `at` on, which is filled, and of how many places it is known. */
static inline const uint64_t *box_from(const struct boxes *boxes, unsigned shard, size_t at, size_t *count)
{
    size_t filled = boxes->filled[shard];
    if (at >= boxes->room) {
        *count = filled - at;
        return boxes->more[shard].places + (at - boxes->room);
    }
    *count = (filled < boxes->room ? filled : boxes->room) - at;
    return boxes->block + shard * boxes->room + at;
}

#endif
