/* expr_write.c - expressions as text. */
#include "trie/expr.h"
#include "trie/expr_private.h"

/* The caller's buffer; length goes on counting when the buffer is full. */
struct sink {
    char *text;
    size_t capacity;
    size_t length;
};

static inline void put(struct sink *sink, const char *bytes, size_t size)
{
    if (sink->length <= sink->capacity && size <= sink->capacity - sink->length)
        bytes_copy(sink->text + sink->length, bytes, size);
    sink->length += size;
}

static void put_variable(struct sink *sink, const struct term *term)
{
    if (term->text != NULL) {
        put(sink, term->text, term->size);
        return;
    }
    char digits[10]; /* of the largest 32-bit number */
    size_t start = sizeof digits;
    uint32_t number = term->size;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(sink, "$v", 2);
    put(sink, digits + start, sizeof digits - start);
}

enum trie_status expr_write(const struct term *terms, size_t count, char *text, size_t capacity,
                            size_t *length)
{
    struct sink sink = {text, capacity, 0};
    uint32_t missing[EXPR_DEPTH_MAX]; /* children that each open list still waits for */
    size_t depth = 0;
    bool space = false; /* before the next term */

    for (size_t i = 0; i < count; i++) {
        const struct term *term = &terms[i];
        if (i > 0 && depth == 0)
            return TRIE_BAD_SYNTAX;
        if (space)
            put(&sink, " ", 1);
        space = true;
        if (term->kind == TERM_LIST && term->size > 0) {
            if (depth == EXPR_DEPTH_MAX)
                return TRIE_OVER_LIMIT;
            missing[depth++] = term->size;
            put(&sink, "(", 1);
            space = false;
            continue;
        }
        if (term->kind == TERM_LIST)
            put(&sink, "()", 2);
        else if (term->kind == TERM_SYMBOL && term->size > 0)
            put(&sink, term->text, term->size);
        else if (term->kind == TERM_VARIABLE)
            put_variable(&sink, term);
        else
            return TRIE_BAD_SYNTAX;
        for (; depth > 0 && --missing[depth - 1] == 0; depth--)
            put(&sink, ")", 1);
    }
    if (count == 0 || depth > 0)
        return TRIE_BAD_SYNTAX;
    *length = sink.length;
    return sink.length <= capacity ? TRIE_OK : TRIE_NO_ROOM;
}
