/* expr_read.c - the text front end: one s-expression after the other out of a text. */
#include "trie/expr.h"
#include "trie/expr_private.h"

/* The bytes that end a word. Carriage return is not among them: it is part of a token. */
static const uint8_t ends_word[256] = {[' '] = 1, ['\t'] = 1, ['\n'] = 1, ['('] = 1, [')'] = 1};

/* A list whose closing bracket has not come yet. */
struct open_list {
    size_t term;   /* index of its term */
    size_t offset; /* of its opening bracket */
};

/* One expression being read. The two large parts lie beside it, as they need no zeroing. */
struct parse {
    const char *text;
    size_t size;
    size_t at; /* offset of the next byte */
    struct term *terms;
    size_t capacity;
    size_t count;
    size_t encoded_bytes; /* so far, each symbol in the longer of its two forms */
    size_t depth;
    size_t fault_at; /* offset that an error is about */
    const char *fault;
    struct variables *variables;
    struct open_list *open; /* [EXPR_DEPTH_MAX] */
};

void expr_reader_init(struct expr_reader *reader, const char *text, size_t size)
{
    *reader = (struct expr_reader){.text = text, .size = size};
}

static enum trie_status fail(struct parse *p, enum trie_status status, size_t offset, const char *reason)
{
    p->fault_at = offset;
    p->fault = reason;
    return status;
}

/* Skips white space and comments. Returns whether there was a comment. */
static bool skip_blank(struct parse *p)
{
    bool comment = false;
    while (p->at < p->size) {
        char byte = p->text[p->at];
        if (byte == ' ' || byte == '\t' || byte == '\n') {
            p->at++;
        } else if (byte == ';') {
            const char *newline = memchr(p->text + p->at, '\n', p->size - p->at);
            comment = true;
            p->at = newline == NULL ? p->size : (size_t)(newline - p->text) + 1;
        } else {
            break;
        }
    }
    return comment;
}

/*
 * Adds a term, which starts at offset, to the innermost open list. What is read encodes in both forms: an
 * interned symbol takes a tag and its id, whatever its size.
 */
static enum trie_status add_term(struct parse *p, struct term term, size_t offset)
{
    if (p->depth > 0) {
        struct term *list = &p->terms[p->open[p->depth - 1].term];
        if (list->size == EXPR_ARITY_MAX)
            return fail(p, TRIE_OVER_LIMIT, offset, "a list has more than 63 children");
        list->size++;
    }
    if (p->count == EXPR_TERMS_MAX)
        return fail(p, TRIE_OVER_LIMIT, offset, "the expression has more than 65536 terms");
    if (p->count == p->capacity)
        return fail(p, TRIE_NO_ROOM, offset, "the expression has more terms than the caller has room for");
    p->encoded_bytes++;
    if (term.kind == TERM_SYMBOL)
        p->encoded_bytes += term.size < SYMBOL_ID_BYTES ? SYMBOL_ID_BYTES : term.size;
    if (p->encoded_bytes > EXPR_ENCODED_BYTES_MAX)
        return fail(p, TRIE_OVER_LIMIT, offset, "the encoded expression would have more than 65536 bytes");
    p->terms[p->count++] = term;
    return TRIE_OK;
}

static enum trie_status open_list(struct parse *p)
{
    size_t offset = p->at++;
    if (p->depth == EXPR_DEPTH_MAX)
        return fail(p, TRIE_OVER_LIMIT, offset, "lists are nested more than 1024 deep");
    enum trie_status status = add_term(p, (struct term){.kind = TERM_LIST}, offset);
    if (status != TRIE_OK)
        return status;
    p->open[p->depth++] = (struct open_list){.term = p->count - 1, .offset = offset};
    return TRIE_OK;
}

static enum trie_status close_list(struct parse *p, bool after_comment)
{
    if (p->depth == 0)
        return fail(p, TRIE_BAD_SYNTAX, p->at, "closing bracket without an opening one");
    if (after_comment)
        return fail(p, TRIE_BAD_SYNTAX, p->at,
                    "unexpected closing bracket: a comment may not be the last thing before it");
    p->at++;
    p->depth--;
    return TRIE_OK;
}

/* Moves behind the string that starts here: up to its next quote without a backslash. */
static enum trie_status skip_string(struct parse *p)
{
    size_t start = p->at;
    for (size_t at = start + 1; at < p->size; at++) {
        if (p->text[at] == '"') {
            p->at = at + 1;
            return TRIE_OK;
        }
        if (p->text[at] == '\\' && ++at == p->size)
            return fail(p, TRIE_BAD_SYNTAX, at - 1, "the text ends with a backslash inside a string");
    }
    return fail(p, TRIE_BAD_SYNTAX, start, "the string is not closed");
}

static void skip_word(struct parse *p)
{
    size_t at = p->at;
    while (at < p->size && !ends_word[(uint8_t)p->text[at]])
        at++;
    p->at = at;
}

static enum trie_status read_variable(struct parse *p)
{
    size_t start = p->at;
    skip_word(p);
    size_t size = p->at - start;
    if (size > EXPR_VARIABLE_BYTES_MAX)
        return fail(p, TRIE_OVER_LIMIT, start, "a variable has more than 65536 bytes");

    struct term term = {.text = p->text + start, .size = (uint32_t)size, .kind = TERM_VARIABLE};
    uint32_t number = variables_find(p->variables, &term);
    if (number == EXPR_VARIABLES_MAX)
        return fail(p, TRIE_OVER_LIMIT, start, "the expression has more than 64 variables");
    enum trie_status status = add_term(p, term, start);
    if (status == TRIE_OK && number == p->variables->count)
        p->variables->first[p->variables->count++] = &p->terms[p->count - 1];
    return status;
}

static enum trie_status read_symbol(struct parse *p)
{
    size_t start = p->at;
    if (p->text[start] == '"') {
        enum trie_status status = skip_string(p);
        if (status != TRIE_OK)
            return status;
    } else {
        skip_word(p);
    }
    size_t size = p->at - start;
    if (size > EXPR_SYMBOL_BYTES_MAX)
        return fail(p, TRIE_OVER_LIMIT, start, "a symbol has more than 63 bytes");
    return add_term(p, (struct term){.text = p->text + start, .size = (uint32_t)size, .kind = TERM_SYMBOL},
                    start);
}

/* Reads up to the end of one expression. TRIE_END if nothing but blanks is left. */
static enum trie_status read_expression(struct parse *p)
{
    enum trie_status status;
    do {
        bool comment = skip_blank(p);
        if (p->at == p->size) {
            if (p->depth == 0)
                return TRIE_END;
            return fail(p, TRIE_BAD_SYNTAX, p->open[p->depth - 1].offset, "the list is not closed");
        }
        switch (p->text[p->at]) {
        case '(':
            status = open_list(p);
            break;
        case ')':
            status = close_list(p, comment);
            break;
        case '$':
            status = read_variable(p);
            break;
        default:
            status = read_symbol(p);
        }
    } while (status == TRIE_OK && p->depth > 0);
    return status;
}

/* Moves the reader to an offset, counting the lines on the way. */
static void advance(struct expr_reader *reader, size_t offset)
{
    const char *newline;
    while (reader->offset < offset &&
           (newline = memchr(reader->text + reader->offset, '\n', offset - reader->offset)) != NULL) {
        reader->offset = (size_t)(newline - reader->text) + 1;
        reader->line++;
        reader->line_offset = reader->offset;
    }
    reader->offset = offset;
}

enum trie_status expr_read(struct expr_reader *reader, struct term *terms, size_t capacity, size_t *count,
                           struct expr_error *error)
{
    struct variables variables;
    struct open_list open[EXPR_DEPTH_MAX];
    variables.count = 0;
    struct parse parse = {.text = reader->text,
                          .size = reader->size,
                          .at = reader->offset,
                          .terms = terms,
                          .capacity = capacity,
                          .variables = &variables,
                          .open = open};

    enum trie_status status = read_expression(&parse);
    if (status == TRIE_OK) {
        *count = parse.count;
        advance(reader, parse.at);
    } else if (status == TRIE_END) {
        advance(reader, parse.at);
    } else {
        struct expr_reader place = *reader;
        advance(&place, parse.fault_at);
        *error = (struct expr_error){.status = status,
                                     .offset = parse.fault_at,
                                     .line = place.line + 1,
                                     .column = parse.fault_at - place.line_offset + 1,
                                     .reason = parse.fault};
    }
    return status;
}
