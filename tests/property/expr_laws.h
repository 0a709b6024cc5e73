/*
 * expr_laws.h - what must hold for any bytes given to the reader and the decoder; for the property test and
 * the fuzzer.
 *
 * Each law gives NULL if it holds, else a sentence that names what does not.
 */
#ifndef TESTS_PROPERTY_EXPR_LAWS_H
#define TESTS_PROPERTY_EXPR_LAWS_H

#include "trie/expr.h"
#include "trie/symbols.h"

#include <stdlib.h>
#include <string.h>

/* Room for the largest expression, several times over. One check at a time. */
struct laws_scratch {
    struct term terms[EXPR_TERMS_MAX];
    struct term again[EXPR_TERMS_MAX];
    uint8_t key[EXPR_ENCODED_BYTES_MAX];
    uint8_t interned[EXPR_ENCODED_BYTES_MAX];
    uint8_t other[EXPR_ENCODED_BYTES_MAX];
};

static inline bool laws_same_terms(const struct term *left, const struct term *right, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (left[i].kind != right[i].kind || left[i].size != right[i].size)
            return false;
        if (left[i].kind != TERM_LIST && memcmp(left[i].text, right[i].text, left[i].size) != 0)
            return false;
    }
    return true;
}

/* Terms that were read, written and read again, are the same. */
static inline const char *laws_of_writing(struct laws_scratch *scratch, size_t count)
{
    size_t length = 0, written, again;
    struct expr_reader reader;
    struct expr_error error;
    if (expr_write(scratch->terms, count, NULL, 0, &length) != TRIE_NO_ROOM)
        return "writing cannot be measured";
    char *text = malloc(length);
    if (text == NULL)
        return "no memory for the check";
    const char *broken = NULL;
    expr_reader_init(&reader, text, length);
    if (expr_write(scratch->terms, count, text, length, &written) != TRIE_OK || written != length)
        broken = "what was read cannot be written";
    else if (expr_read(&reader, scratch->again, EXPR_TERMS_MAX, &again, &error) != TRIE_OK || again != count)
        broken = "what was written cannot be read";
    else if (reader.offset != length)
        broken = "not all that was written is read";
    else if (!laws_same_terms(scratch->terms, scratch->again, count))
        broken = "what was written is read as something else";
    free(text);
    return broken;
}

/* Terms that were read encode in both forms, and both lead back to the same. */
static inline const char *laws_of_encoding(struct laws_scratch *scratch, size_t count,
                                           struct symbols *symbols, struct symbols_writer *writer)
{
    size_t length, other, decoded;
    if (expr_encode(scratch->terms, count, scratch->key, sizeof scratch->key, &length) != TRIE_OK)
        return "what was read does not encode";
    if (expr_decode(scratch->key, length, scratch->again, EXPR_TERMS_MAX, &decoded) != TRIE_OK ||
        decoded != count)
        return "what was encoded does not decode";
    if (expr_encode(scratch->again, count, scratch->other, sizeof scratch->other, &other) != TRIE_OK ||
        other != length || memcmp(scratch->key, scratch->other, length) != 0)
        return "what was decoded encodes as something else";
    if (expr_encode_interned(scratch->terms, count, symbols, writer, scratch->interned,
                             sizeof scratch->interned, &other) != TRIE_OK)
        return "what was read does not encode with interned symbols";
    if (expr_key_inline(scratch->interned, other, symbols, scratch->other, sizeof scratch->other, &other) !=
            TRIE_OK ||
        other != length || memcmp(scratch->key, scratch->other, length) != 0)
        return "the interned key has another inline form";
    return NULL;
}

/* The place of an error, counted anew. */
static inline const char *laws_of_errors(const struct expr_error *error, enum trie_status status,
                                         const char *text, size_t size)
{
    size_t line = 1, column = 1;
    if (error->status != status || error->reason == NULL || error->offset >= size)
        return "an error says nothing";
    for (size_t i = 0; i < error->offset; i++) {
        column++;
        if (text[i] == '\n') {
            line++;
            column = 1;
        }
    }
    return error->line == line && error->column == column ? NULL : "an error names the wrong place";
}

/* For any text. *expressions is the number of expressions it starts with. */
static inline const char *laws_of_text(struct laws_scratch *scratch, const char *text, size_t size,
                                       size_t *expressions)
{
    struct symbols *symbols;
    struct symbols_writer writer;
    struct expr_reader reader;
    struct expr_error error;
    const char *broken = NULL;
    size_t count, before = 0;
    enum trie_status status;

    *expressions = 0;
    if (symbols_create(&symbols) != TRIE_OK)
        return "no memory for the check";
    if (symbols_writer_acquire(symbols, &writer) != TRIE_OK)
        broken = "a fresh table has no slot";
    expr_reader_init(&reader, text, size);
    while (broken == NULL &&
           (status = expr_read(&reader, scratch->terms, EXPR_TERMS_MAX, &count, &error)) != TRIE_END) {
        if (status != TRIE_OK) {
            broken = laws_of_errors(&error, status, text, size);
            if (reader.offset != before)
                broken = "an error moves the reader";
            break;
        }
        if (reader.offset <= before || reader.offset > size)
            broken = "reading does not go forward";
        before = reader.offset;
        if (broken == NULL)
            broken = laws_of_writing(scratch, count);
        if (broken == NULL)
            broken = laws_of_encoding(scratch, count, symbols, &writer);
        ++*expressions;
    }
    symbols_destroy(symbols);
    return broken;
}

/* For any bytes taken as a key. *is_key tells whether they are one. */
static inline const char *laws_of_key(struct laws_scratch *scratch, const uint8_t *key, size_t size,
                                      bool *is_key)
{
    size_t count, length;
    struct symbols *symbols;
    *is_key = false;
    if (symbols_create(&symbols) != TRIE_OK)
        return "no memory for the check";
    enum trie_status interned =
        expr_key_inline(key, size, symbols, scratch->other, sizeof scratch->other, &length);
    symbols_destroy(symbols);

    *is_key = expr_decode(key, size, scratch->terms, EXPR_TERMS_MAX, &count) == TRIE_OK;
    if (!*is_key)
        return interned == TRIE_OK ? "bytes that are no key have an inline form" : NULL;
    if (count > size)
        return "a key has more terms than bytes";
    if (size > EXPR_ENCODED_BYTES_MAX)
        return NULL;
    if (expr_encode(scratch->terms, count, scratch->key, sizeof scratch->key, &length) != TRIE_OK ||
        length != size || memcmp(key, scratch->key, size) != 0)
        return "a key that was decoded encodes as something else";
    return NULL;
}

#endif
