/* expr_encode.c - terms to key. On the timed path of every strategy that starts from expressions. */
#include "trie/expr.h"
#include "trie/expr_private.h"
#include "trie/symbols.h"

/* A key being written. */
struct output {
    uint8_t *at;
    uint8_t *end;          /* of the caller's buffer, or where the encoding's own limit is */
    enum trie_status full; /* what it means that end is reached */
};

static inline bool has_room(const struct output *out, size_t size)
{
    return (size_t)(out->end - out->at) >= size;
}

static inline enum trie_status put_list(struct output *out, const struct term *term)
{
    if (term->size > EXPR_ARITY_MAX)
        return TRIE_OVER_LIMIT;
    if (!has_room(out, 1))
        return out->full;
    *out->at++ = (uint8_t)(TAG_LIST + term->size);
    return TRIE_OK;
}

/* The tag of a variable, and whether it is a new one. */
static enum trie_status tag_variable(struct variables *variables, const struct term *term, uint8_t *tag)
{
    uint32_t number = variables_find(variables, term);
    if (number > variables->count)
        return TRIE_BAD_SYNTAX;
    if (number == EXPR_VARIABLES_MAX)
        return TRIE_OVER_LIMIT;
    *tag = number == variables->count ? TAG_NEW_VARIABLE : (uint8_t)(TAG_REFERENCE | number);
    return TRIE_OK;
}

static inline enum trie_status put_variable(struct output *out, struct variables *variables,
                                            const struct term *term)
{
    uint8_t tag;
    enum trie_status status = tag_variable(variables, term, &tag);
    if (status != TRIE_OK)
        return status;
    if (!has_room(out, 1))
        return out->full;
    if (tag == TAG_NEW_VARIABLE)
        variables->first[variables->count++] = term;
    *out->at++ = tag;
    return TRIE_OK;
}

static inline enum trie_status put_symbol(struct output *out, const struct term *term)
{
    if (!has_room(out, 1 + (size_t)term->size))
        return out->full;
    *out->at++ = (uint8_t)(TAG_SYMBOL | term->size);
    bytes_copy(out->at, term->text, term->size);
    out->at += term->size;
    return TRIE_OK;
}

static inline enum trie_status put_interned(struct output *out, const struct term *term,
                                            struct symbols *symbols, struct symbols_writer *writer)
{
    uint64_t id;
    if (!has_room(out, 1 + SYMBOL_ID_BYTES))
        return out->full;
    enum trie_status status = symbols_intern(symbols, writer, term->text, term->size, &id);
    if (status != TRIE_OK)
        return status;
    *out->at++ = TAG_SYMBOL | SYMBOL_ID_BYTES;
    bytes_store_be64(out->at, id);
    out->at += SYMBOL_ID_BYTES;
    return TRIE_OK;
}

/*
 * Both forms. Inlined with a constant first argument, so that each caller gets a loop of its own. No address
 * of the output leaves it, so that it stays in registers.
 */
static inline __attribute__((always_inline)) enum trie_status
encode(bool interned, const struct term *terms, size_t count, struct symbols *symbols,
       struct symbols_writer *writer, uint8_t *key, size_t capacity, size_t *length)
{
    bool limited = capacity >= EXPR_ENCODED_BYTES_MAX;
    struct output out = {key, key + (limited ? EXPR_ENCODED_BYTES_MAX : capacity),
                         limited ? TRIE_OVER_LIMIT : TRIE_NO_ROOM};
    struct variables variables;
    variables.count = 0;

    size_t missing = 1; /* terms that the expression still needs */
    for (size_t i = 0; i < count; i++) {
        const struct term *term = &terms[i];
        enum trie_status status = TRIE_BAD_SYNTAX;
        if (missing == 0)
            return TRIE_BAD_SYNTAX;
        missing--;
        if (term->kind == TERM_SYMBOL) {
            if (term->size == 0)
                return TRIE_BAD_SYNTAX;
            if (term->size > EXPR_SYMBOL_BYTES_MAX)
                return TRIE_OVER_LIMIT;
            status = interned ? put_interned(&out, term, symbols, writer) : put_symbol(&out, term);
        } else if (term->kind == TERM_LIST) {
            missing += term->size;
            status = put_list(&out, term);
        } else if (term->kind == TERM_VARIABLE) {
            status = put_variable(&out, &variables, term);
        }
        if (status != TRIE_OK)
            return status;
    }
    if (missing != 0)
        return TRIE_BAD_SYNTAX;
    *length = (size_t)(out.at - key);
    return TRIE_OK;
}

enum trie_status expr_encode(const struct term *terms, size_t count, uint8_t *key, size_t capacity,
                             size_t *length)
{
    return encode(false, terms, count, NULL, NULL, key, capacity, length);
}

enum trie_status expr_encode_interned(const struct term *terms, size_t count, struct symbols *symbols,
                                      struct symbols_writer *writer, uint8_t *key, size_t capacity,
                                      size_t *length)
{
    return encode(true, terms, count, symbols, writer, key, capacity, length);
}

void expr_ask(const struct term *terms, size_t count, const struct symbols *symbols,
              const struct symbols_part *part)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].kind == TERM_SYMBOL)
            (void)symbols_ask(symbols, part, terms[i].text, terms[i].size);
}
