/* expr_private.h - what the files behind expr.h share: short copies, and the numbering of variables. */
#ifndef TRIE_EXPR_PRIVATE_H
#define TRIE_EXPR_PRIVATE_H

#include "trie/bytes.h"
#include "trie/expr.h"

/* The tags of the encoding (expr.h), and what their payload bits hold. */
enum {
    TAG_KIND_MASK = 0xC0,
    TAG_LIST = 0x00,
    TAG_REFERENCE = 0x80,
    TAG_NEW_VARIABLE = 0xC0,
    TAG_SYMBOL = 0xC0,
    TAG_PAYLOAD_MASK = 0x3F,
    SYMBOL_ID_BYTES = 8, /* an interned symbol is a symbol of this size */
};

/* The variables of one expression so far, in order of first occurrence. Only count need be set to 0 at the
 * start. */
struct variables {
    uint32_t count;
    const struct term *first[EXPR_VARIABLES_MAX];
};

/*
 * The number of a variable: below count if it was seen, count if it is new; a decoded variable carries its
 * number, which may be above count if the terms are wrong.
 */
static inline uint32_t variables_find(const struct variables *variables, const struct term *term)
{
    if (term->text == NULL)
        return term->size;
    for (uint32_t i = 0; i < variables->count; i++) {
        const struct term *seen = variables->first[i];
        if (seen->text != NULL && seen->size == term->size && bytes_equal(seen->text, term->text, term->size))
            return i;
    }
    return variables->count;
}

#endif
