/*
 * expr.h - s-expressions: reading, writing, and the MORK byte encoding of them.
 *
 * An expression is the array of its terms in prefix order: a list stands before its children and carries
 * their number. So no function here recurses, and encoding is one pass. Text is borrowed: a symbol's bytes
 * are those of the input (nothing is unescaped: quotes and backslashes are part of the symbol), and nothing
 * here allocates.
 *
 * Encoding (one tag byte each):
 *   00aaaaaa  list of a children, 0..63            10iiiiii  variable i again, 0..63
 *   11000000  a variable seen for the first time   11ssssss  symbol of s bytes, 1..63, which follow
 *   01xxxxxx  reserved
 * Variables are numbered by first occurrence in reading order. In interned form a symbol is C8 and the 8
 * bytes of its id, big endian (trie/symbols.h). Source: the byte encoding of the MORK kernel, pinned by
 * the worked examples in tests/unit/worker/test_expr.c.
 */
#ifndef TRIE_EXPR_H
#define TRIE_EXPR_H

#include "trie/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbols;
struct symbols_part;
struct symbols_writer;

enum {
    EXPR_ARITY_MAX = 63,
    EXPR_SYMBOL_BYTES_MAX = 63,
    EXPR_VARIABLES_MAX = 64,
    EXPR_DEPTH_MAX = 1024,    /* lists inside lists */
    EXPR_TERMS_MAX = 1 << 16, /* terms of one expression */
    EXPR_ENCODED_BYTES_MAX = 1 << 16,
    EXPR_VARIABLE_BYTES_MAX = 1 << 16, /* of a variable's token in a text */
};

enum term_kind { TERM_LIST, TERM_SYMBOL, TERM_VARIABLE };

/* One term: 16 bytes. */
struct term {
    const char
        *text; /* symbol: its bytes; variable: its whole token, "$x", or NULL after decoding; list: NULL */
    uint32_t size; /* symbol or variable with text: bytes; list: number of children; decoded variable: its
                      number */
    uint32_t kind; /* enum term_kind */
};

/* Where and why reading failed. Line and column count from 1, in bytes. */
struct expr_error {
    enum trie_status status;
    size_t offset; /* bytes from the start of the text */
    size_t line;
    size_t column;
    const char *reason; /* static sentence, for example "closing bracket without an opening one" */
};

/* A position in a text. Set text and size, zero the rest; expr_read() moves it forward. */
struct expr_reader {
    const char *text;
    size_t size;
    size_t offset;
    size_t line;        /* counted from 0 while reading */
    size_t line_offset; /* where the line starts */
};

void expr_reader_init(struct expr_reader *reader, const char *text, size_t size);

/*
 * Reads the next expression into terms[capacity]; *count terms are set, symbol text points into the reader's
 * text. What it accepts keeps every limit above, and fits EXPR_ENCODED_BYTES_MAX in both encoded forms.
 * Errors: TRIE_END at the end of the text (no expression left); TRIE_BAD_SYNTAX, TRIE_OVER_LIMIT,
 * TRIE_NO_ROOM with *error filled (error may not be NULL). After an error the reader does not move.
 */
TRIE_MUST_USE enum trie_status expr_read(struct expr_reader *reader, struct term *terms, size_t capacity,
                                         size_t *count, struct expr_error *error);

/*
 * Writes an expression as text, without a final zero byte. *length is the length of the text, also with
 * TRIE_NO_ROOM (nothing beyond capacity is written), so a call with capacity 0 measures. A variable without
 * text (decoded) is written as $v0, $v1 ...
 * Errors: TRIE_NO_ROOM; TRIE_BAD_SYNTAX if the terms are no complete expression; TRIE_OVER_LIMIT if its lists
 * are nested deeper than EXPR_DEPTH_MAX.
 */
TRIE_MUST_USE enum trie_status expr_write(const struct term *terms, size_t count, char *text, size_t capacity,
                                          size_t *length);

/*
 * Encodes an expression with its symbols inline. *length is set on success.
 * Errors: TRIE_OVER_LIMIT (arity, symbol, variables, encoded size), TRIE_NO_ROOM, TRIE_BAD_SYNTAX (terms
 * incomplete, or too many).
 */
TRIE_MUST_USE enum trie_status expr_encode(const struct term *terms, size_t count, uint8_t *key,
                                           size_t capacity, size_t *length);

/*
 * Encodes an expression with its symbols interned through the caller's writer.
 * Errors: as expr_encode(), and those of symbols_intern().
 */
TRIE_MUST_USE enum trie_status expr_encode_interned(const struct term *terms, size_t count,
                                                    struct symbols *symbols, struct symbols_writer *writer,
                                                    uint8_t *key, size_t capacity, size_t *length);

/* For who encodes many: asks the memory for where the symbols of an expression will be looked for
 * (symbols_ask()). */
void expr_ask(const struct term *terms, size_t count, const struct symbols *symbols,
              const struct symbols_part *part);

/*
 * Decodes one encoded expression that fills key[length] exactly. Symbols point into the key.
 * Errors: TRIE_BAD_KEY (reserved tag, cut short, bytes left over, reference to a variable not yet seen),
 * TRIE_NO_ROOM.
 */
TRIE_MUST_USE enum trie_status expr_decode(const uint8_t *key, size_t length, struct term *terms,
                                           size_t capacity, size_t *count);

/*
 * Translates an interned key to its inline form, looking every id up.
 * Errors: TRIE_BAD_KEY, TRIE_UNKNOWN_SYMBOL, TRIE_NO_ROOM; TRIE_OVER_LIMIT if a text is too long to stand
 * inline.
 */
TRIE_MUST_USE enum trie_status expr_key_inline(const uint8_t *key, size_t length,
                                               const struct symbols *symbols, uint8_t *out, size_t capacity,
                                               size_t *out_length);

#endif
