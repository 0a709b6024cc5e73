/* expr_decode.c - key to terms, and interned key to inline key. Keys are taken as hostile. */
#include "trie/expr.h"
#include "trie/expr_private.h"
#include "trie/symbols.h"

/* A walk over the terms of one key. */
struct walk {
    const uint8_t *at;
    const uint8_t *end;
    size_t missing;     /* terms that the expression still needs */
    uint32_t variables; /* seen so far */
};

static void walk_start(struct walk *walk, const uint8_t *key, size_t length)
{
    *walk = (struct walk){.at = key, .end = key + length, .missing = 1};
}

/* The next term. TRIE_END when the expression is complete and nothing is left over. */
static enum trie_status walk_next(struct walk *walk, struct term *term)
{
    size_t left = (size_t)(walk->end - walk->at);
    if (walk->missing == 0)
        return left == 0 ? TRIE_END : TRIE_BAD_KEY;
    if (left == 0)
        return TRIE_BAD_KEY;
    walk->missing--;

    uint8_t tag = *walk->at++;
    uint32_t payload = tag & TAG_PAYLOAD_MASK;
    if ((tag & TAG_KIND_MASK) == TAG_LIST) {
        walk->missing += payload;
        *term = (struct term){.size = payload, .kind = TERM_LIST};
    } else if (tag == TAG_NEW_VARIABLE) {
        if (walk->variables == EXPR_VARIABLES_MAX)
            return TRIE_BAD_KEY;
        *term = (struct term){.size = walk->variables++, .kind = TERM_VARIABLE};
    } else if ((tag & TAG_KIND_MASK) == TAG_REFERENCE) {
        if (payload >= walk->variables)
            return TRIE_BAD_KEY;
        *term = (struct term){.size = payload, .kind = TERM_VARIABLE};
    } else if ((tag & TAG_KIND_MASK) == TAG_SYMBOL) {
        if (payload > left - 1)
            return TRIE_BAD_KEY;
        *term = (struct term){.text = (const char *)walk->at, .size = payload, .kind = TERM_SYMBOL};
        walk->at += payload;
    } else {
        return TRIE_BAD_KEY;
    }
    return TRIE_OK;
}

enum trie_status expr_decode(const uint8_t *key, size_t length, struct term *terms, size_t capacity,
                             size_t *count)
{
    struct walk walk;
    struct term term;
    size_t decoded = 0;
    enum trie_status status;

    walk_start(&walk, key, length);
    while ((status = walk_next(&walk, &term)) == TRIE_OK) {
        if (decoded == capacity)
            return TRIE_NO_ROOM;
        terms[decoded++] = term;
    }
    if (status != TRIE_END)
        return status;
    *count = decoded;
    return TRIE_OK;
}

/* The inline form of an interned symbol: its text in *symbol. */
static enum trie_status look_up(const struct symbols *symbols, const struct term *interned,
                                struct term *symbol)
{
    const char *text;
    size_t size;
    if (interned->size != SYMBOL_ID_BYTES)
        return TRIE_BAD_KEY;
    enum trie_status status = symbols_text(symbols, bytes_load_be64(interned->text), &text, &size);
    if (status != TRIE_OK)
        return status;
    if (size > EXPR_SYMBOL_BYTES_MAX)
        return TRIE_OVER_LIMIT;
    *symbol = (struct term){.text = text, .size = (uint32_t)size, .kind = TERM_SYMBOL};
    return TRIE_OK;
}

enum trie_status expr_key_inline(const uint8_t *key, size_t length, const struct symbols *symbols,
                                 uint8_t *out, size_t capacity, size_t *out_length)
{
    struct walk walk;
    struct term term, symbol = {.kind = TERM_SYMBOL};
    size_t written = 0;
    enum trie_status status;

    walk_start(&walk, key, length);
    for (const uint8_t *tag = key; (status = walk_next(&walk, &term)) == TRIE_OK; tag = walk.at) {
        bool is_symbol = term.kind == TERM_SYMBOL;
        if (is_symbol && (status = look_up(symbols, &term, &symbol)) != TRIE_OK)
            return status;
        size_t size = 1 + (is_symbol ? (size_t)symbol.size : 0);
        if (size > capacity - written)
            return TRIE_NO_ROOM;
        out[written] = is_symbol ? (uint8_t)(TAG_SYMBOL | symbol.size) : *tag;
        if (is_symbol)
            bytes_copy(out + written + 1, symbol.text, symbol.size);
        written += size;
    }
    if (status != TRIE_END)
        return status;
    *out_length = written;
    return TRIE_OK;
}
