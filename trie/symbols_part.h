/* symbols_part.h - what a part of a symbol table is made of, for the files behind symbols.h. */
#ifndef TRIE_SYMBOLS_PART_H
#define TRIE_SYMBOLS_PART_H

#include "trie/symbols_boxes.h"

/* A text that got two ids: what `from` stood for is `to`. */
struct alias {
    uint64_t from, to;
};

struct symbols_part {
    struct text_map map; /* what the writer met: ids of its own, and of the table's */
    bool assumes;        /* texts go into boxes */
    struct boxes boxes;
    bool look_behind;      /* what the map has not may be in the table's, which its texts will go to */
    uint32_t slot;         /* the writer's */
    uint64_t first, count; /* numbers of the texts it added: [first, first + count) */
    struct alias *aliases; /* found in the shards that this part united */
    size_t alias_count, alias_room;
    uint64_t *finals; /* what became of the id of text first + i; 0: it stays. None: all stay */
    size_t final_count, final_room;
};

/* The writer that adds to the part is given back. */
void part_end(struct symbols_part *part, const struct symbols *symbols);

#endif
