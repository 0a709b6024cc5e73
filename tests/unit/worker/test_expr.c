/* test_expr.c - reading, writing, encoding and decoding of s-expressions. */
#include "tests/support/fault.h"
#include "trie/expr.h"
#include "trie/symbols.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct term terms[EXPR_TERMS_MAX + 1];
static uint8_t key[2 * EXPR_ENCODED_BYTES_MAX];

/* Reads the one expression of a text, which must be all there is. */
static size_t read_one(const char *text, size_t size)
{
    struct expr_reader reader;
    struct expr_error error;
    size_t count = 0, more;
    expr_reader_init(&reader, text, size);
    assert_int_equal(expr_read(&reader, terms, COUNT_OF(terms), &count, &error), TRIE_OK);
    assert_int_equal(expr_read(&reader, terms + count, COUNT_OF(terms) - count, &more, &error), TRIE_END);
    return count;
}

static struct expr_error read_fault(const char *text, size_t size)
{
    struct expr_reader reader;
    struct expr_error error = {.status = TRIE_OK};
    size_t count = 77;
    expr_reader_init(&reader, text, size);
    enum trie_status status = expr_read(&reader, terms, COUNT_OF(terms), &count, &error);
    assert_int_not_equal(status, TRIE_OK);
    assert_int_not_equal(status, TRIE_END);
    assert_int_equal(error.status, status);
    assert_non_null(error.reason);
    assert_int_equal(count, 77);
    assert_int_equal(reader.offset, 0);
    return error;
}

/* The worked examples of the encoding: hexadecimal, "[n]" for an id of 8 bytes; blanks are for the eye. */
struct example {
    const char *text;
    const char *plain;
    const char *interned;
};

static const struct example examples[] = {
    {"foo", "C3 66 6F 6F", "C8[1]"},
    {"()", "00", "00"},
    {"$x", "C0", "C0"},
    {"(fact 7 value-7)", "03 C4 66 61 63 74 C1 37 C7 76 61 6C 75 65 2D 37", "03 C8[1] C8[2] C8[3]"},
    {"(fact 12 value-12)", "03 C4 66 61 63 74 C2 31 32 C8 76 61 6C 75 65 2D 31 32", "03 C8[1] C8[2] C8[3]"},
    {"(= (rule 7) result-7)", "03 C1 3D 02 C4 72 75 6C 65 C1 37 C8 72 65 73 75 6C 74 2D 37",
     "03 C8[1] 02 C8[2] C8[3] C8[4]"},
    {"(a (b c) d)", "03 C1 61 02 C1 62 C1 63 C1 64", "03 C8[1] 02 C8[2] C8[3] C8[4]"},
    {"(= (double $x) (* $x 2))", "03 C1 3D 02 C6 64 6F 75 62 6C 65 C0 03 C1 2A 80 C1 32",
     "03 C8[1] 02 C8[2] C0 03 C8[3] 80 C8[4]"},
    {"(pair $x $y $x $y $x)", "06 C4 70 61 69 72 C0 C0 80 81 80", "06 C8[1] C0 C0 80 81 80"},
    {"((g $x) ($y $x))", "02 02 C1 67 C0 02 C0 80", "02 02 C8[1] C0 02 C0 80"},
    {"(f ((((x)))))", "02 C1 66 01 01 01 01 C1 78", "02 C8[1] 01 01 01 01 C8[2]"},
    {"(s \"hello world\" \"q\\\"q\")",
     "03 C1 73 CD 22 68 65 6C 6C 6F 20 77 6F 72 6C 64 22 C6 22 71 5C 22 71 22", "03 C8[1] C8[2] C8[3]"},
    {"(a \"b\"c)", "03 C1 61 C3 22 62 22 C1 63", "03 C8[1] C8[2] C8[3]"},
    {"(a;b c)", "02 C3 61 3B 62 C1 63", "02 C8[1] C8[2]"},
    {"(p $ $)", "03 C1 70 C0 80", "03 C8[1] C0 80"},
    {"(p _ _)", "03 C1 70 C1 5F C1 5F", "03 C8[1] C8[2] C8[2]"},
    {"(neg -3 2.5)", "03 C3 6E 65 67 C2 2D 33 C3 32 2E 35", "03 C8[1] C8[2] C8[3]"},
};

static size_t parse_example(const char *text, uint8_t *bytes)
{
    size_t length = 0;
    while (*text != '\0') {
        char *after;
        if (*text == ' ') {
            text++;
        } else if (*text == '[') {
            uint64_t id = strtoull(text + 1, &after, 10);
            for (int shift = 56; shift >= 0; shift -= 8)
                bytes[length++] = (uint8_t)(id >> shift);
            text = after + 1;
        } else {
            char pair[3] = {text[0], text[1], '\0'};
            bytes[length++] = (uint8_t)strtoul(pair, NULL, 16);
            text += 2;
        }
    }
    return length;
}

static void worked_examples_inline(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        uint8_t expected[64];
        size_t length, count = read_one(examples[i].text, strlen(examples[i].text));
        assert_int_equal(expr_encode(terms, count, key, sizeof key, &length), TRIE_OK);
        assert_int_equal(length, parse_example(examples[i].plain, expected));
        assert_memory_equal(key, expected, length);
    }
}

static void worked_examples_interned(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        uint8_t expected[64], plain[64];
        size_t length, plain_length, count = read_one(examples[i].text, strlen(examples[i].text));
        struct symbols *symbols;
        struct symbols_writer writer;
        assert_int_equal(symbols_create(&symbols), TRIE_OK);
        assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
        assert_int_equal(expr_encode_interned(terms, count, symbols, &writer, key, sizeof key, &length),
                         TRIE_OK);
        assert_int_equal(length, parse_example(examples[i].interned, expected));
        assert_memory_equal(key, expected, length);

        assert_int_equal(expr_key_inline(key, length, symbols, plain, sizeof plain, &plain_length), TRIE_OK);
        assert_int_equal(plain_length, parse_example(examples[i].plain, expected));
        assert_memory_equal(plain, expected, plain_length);
        symbols_writer_release(symbols, &writer);
        symbols_destroy(symbols);
    }
}

static void worked_example_comment_before_bracket(void **state)
{
    (void)state;
    struct expr_error error = read_fault("(a ; x\n)", 8);
    assert_int_equal(error.status, TRIE_BAD_SYNTAX);
    assert_int_equal(error.offset, 7);
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 1);
    assert_non_null(strstr(error.reason, "unexpected closing bracket"));
    assert_non_null(strstr(error.reason, "comment"));
}

/* What a text is read as, written again. */
struct reading {
    const char *text;
    const char *written;
};

static void reads_as(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        {" \t\n foo", "foo"},
        {"(a\tb\nc)", "(a b c)"},
        {"(a(b)c)", "(a (b) c)"},
        {"( )", "()"},
        {"(a () (()))", "(a () (()))"},
        {"; first\n(a ; second\n b)", "(a b)"},
        {"(a) ; last, without a newline", "(a)"},
        {"(a ;\n;\n b)", "(a b)"},
        {"(a\rb)", "(a\rb)"},
        {"(a b\"c$d)", "(a b\"c$d)"},
        {"(a b\\)", "(a b\\)"},
        {"(a $x\"y;z $x)", "(a $x\"y;z $x)"},
        {"(\"a;b\" \"(\" \"\")", "(\"a;b\" \"(\" \"\")"},
        {"(\"\\\\\")", "(\"\\\\\")"},
        {"(\"a\nb\")", "(\"a\nb\")"},
        {"(\"a\"$x)", "(\"a\" $x)"},
    };
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        char text[64];
        size_t length, count = read_one(readings[i].text, strlen(readings[i].text));
        assert_int_equal(expr_write(terms, count, text, sizeof text, &length), TRIE_OK);
        assert_int_equal(length, strlen(readings[i].written));
        assert_memory_equal(text, readings[i].written, length);
    }
}

static void reads_a_zero_byte_as_any_other(void **state)
{
    (void)state;
    assert_int_equal(read_one("(a\0b \xFF)", 7), 3);
    assert_int_equal(terms[1].size, 3);
    assert_memory_equal(terms[1].text, "a\0b", 3);
}

static void reads_one_after_the_other(void **state)
{
    (void)state;
    const char *text = "a(b)$x\"s\"c\n;end\n";
    const size_t counts[] = {1, 2, 1, 1, 1}; /* "a", "(b)", "$x\"s\"c" is one variable */
    struct expr_reader reader;
    struct expr_error error;
    size_t count;
    expr_reader_init(&reader, text, strlen(text));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_OK);
        assert_int_equal(count, counts[i]);
    }
    assert_int_equal(terms[0].kind, TERM_VARIABLE);
    assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_END);
    assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_END);
    expr_reader_init(&reader, NULL, 0);
    assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_END);
}

struct fault {
    const char *text;
    size_t offset, line, column;
    const char *reason; /* part of it */
};

static void tells_where_and_why(void **state)
{
    (void)state;
    static const struct fault faults[] = {
        {")", 0, 1, 1, "without an opening"},
        {"\n  )", 3, 2, 3, "without an opening"},
        {"(a", 0, 1, 1, "not closed"},
        {"(a\n (b c)\n (d", 11, 3, 2, "not closed"},
        {"(a ; no newline", 0, 1, 1, "not closed"},
        {"(", 0, 1, 1, "not closed"},
        {"(a\n\"bc", 3, 2, 1, "string is not closed"},
        {"\"", 0, 1, 1, "string is not closed"},
        {"\"a\n\\", 3, 2, 1, "backslash"},
        {"\"a\\\"", 0, 1, 1, "string is not closed"},
        {"(a (b ;\n ) c)", 9, 2, 2, "comment"},
        {"(;\n)", 3, 2, 1, "comment"},
    };
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct expr_error error = read_fault(faults[i].text, strlen(faults[i].text));
        assert_int_equal(error.status, TRIE_BAD_SYNTAX);
        assert_int_equal(error.offset, faults[i].offset);
        assert_int_equal(error.line, faults[i].line);
        assert_int_equal(error.column, faults[i].column);
        assert_non_null(strstr(error.reason, faults[i].reason));
    }
}

static void an_error_does_not_move_the_reader(void **state)
{
    (void)state;
    const char *text = "(a)\n(b\nc) (d\n";
    struct expr_reader reader;
    struct expr_error error;
    size_t count;
    expr_reader_init(&reader, text, strlen(text));
    assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_OK);
    assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_OK);
    size_t offset = reader.offset;
    for (int twice = 0; twice < 2; twice++) {
        assert_int_equal(expr_read(&reader, terms, 8, &count, &error), TRIE_BAD_SYNTAX);
        assert_int_equal(reader.offset, offset);
        assert_int_equal(error.offset, 10);
        assert_int_equal(error.line, 3);
        assert_int_equal(error.column, 4);
    }
}

static void the_caller_s_array_may_be_too_small(void **state)
{
    (void)state;
    struct expr_reader reader;
    struct expr_error error;
    size_t count;
    for (size_t capacity = 0; capacity < 4; capacity++) {
        expr_reader_init(&reader, "(a b c)", 7);
        assert_int_equal(expr_read(&reader, terms, capacity, &count, &error), TRIE_NO_ROOM);
        assert_int_equal(error.status, TRIE_NO_ROOM);
    }
    assert_int_equal(expr_read(&reader, terms, 4, &count, &error), TRIE_OK);
    assert_int_equal(count, 4);
}

/* Text made of repeated pieces: before, count times piece, after. The caller frees it. */
static char *repeated(const char *before, const char *piece, size_t count, const char *after, size_t *size)
{
    size_t piece_size = strlen(piece);
    char *text = malloc(strlen(before) + piece_size * count + strlen(after) + 1);
    assert_non_null(text);
    char *at = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, piece);
    at = stpcpy(at, after);
    *size = (size_t)(at - text);
    return text;
}

/* Reads `limit` pieces, and fails at one more: at its offset. */
static void holds_limit(const char *before, const char *piece, size_t limit, const char *after,
                        size_t fault_offset, const char *reason)
{
    size_t size, length;
    char *text = repeated(before, piece, limit, after, &size);
    size_t count = read_one(text, size);
    assert_int_equal(expr_encode(terms, count, key, EXPR_ENCODED_BYTES_MAX, &length), TRIE_OK);
    free(text);

    text = repeated(before, piece, limit + 1, after, &size);
    struct expr_error error = read_fault(text, size);
    assert_int_equal(error.status, TRIE_OVER_LIMIT);
    assert_int_equal(error.offset, fault_offset);
    assert_int_equal(error.column, fault_offset + 1);
    assert_non_null(strstr(error.reason, reason));
    free(text);
}

static void limits_of_the_reader(void **state)
{
    (void)state;
    holds_limit("(", "a ", EXPR_ARITY_MAX, ")", 1 + 2 * EXPR_ARITY_MAX, "children");
    holds_limit("(ab ", "s", EXPR_SYMBOL_BYTES_MAX, ")", 4, "symbol");
    holds_limit("", "s", EXPR_SYMBOL_BYTES_MAX, "", 0, "symbol");
    holds_limit("(\"", "s", EXPR_SYMBOL_BYTES_MAX - 2, "\")", 1, "symbol");
    holds_limit("$", "v", EXPR_VARIABLE_BYTES_MAX - 1, "", 0, "variable");
}

static void limit_of_depth(void **state)
{
    (void)state;
    for (size_t depth = EXPR_DEPTH_MAX; depth <= EXPR_DEPTH_MAX + 1; depth++) {
        size_t size, length;
        char *closing = repeated("", ")", depth, "", &size);
        char *text = repeated("", "(", depth, closing, &size);
        if (depth == EXPR_DEPTH_MAX) {
            char *written = malloc(size);
            size_t count = read_one(text, size);
            assert_int_equal(count, depth);
            assert_int_equal(expr_write(terms, count, written, size, &length), TRIE_OK);
            assert_memory_equal(written, text, size);
            free(written);
        } else {
            struct expr_error error = read_fault(text, size);
            assert_int_equal(error.status, TRIE_OVER_LIMIT);
            assert_int_equal(error.offset, EXPR_DEPTH_MAX);
        }
        free(text);
        free(closing);
    }
}

static void limit_of_variables(void **state)
{
    (void)state;
    char text[1024];
    for (int variables = EXPR_VARIABLES_MAX; variables <= EXPR_VARIABLES_MAX + 1; variables++) {
        size_t size = (size_t)sprintf(text, "((");
        for (int i = 0; i < variables; i++)
            size += (size_t)sprintf(text + size, "%s$v%d ", i == 32 ? ")(" : "", i);
        size += (size_t)sprintf(text + size, "$v%d))", EXPR_VARIABLES_MAX - 1);
        if (variables == EXPR_VARIABLES_MAX) {
            size_t length, count = read_one(text, size);
            assert_int_equal(expr_encode(terms, count, key, sizeof key, &length), TRIE_OK);
            assert_int_equal(key[length - 1], 0x80 | (EXPR_VARIABLES_MAX - 1));
        } else {
            struct expr_error error = read_fault(text, size);
            assert_int_equal(error.status, TRIE_OVER_LIMIT);
            assert_memory_equal(text + error.offset, "$v64 ", 5);
        }
    }
}

/* A list of 63 lists of 63 lists of leaves of one kind: as many terms as asked for, or a few less. */
static char *wide(const char *leaf, size_t leaves, size_t *size)
{
    char *text = malloc(leaves * (strlen(leaf) + 1) + leaves + 8192);
    assert_non_null(text);
    char *at = stpcpy(text, "(((");
    for (size_t i = 0; i < leaves; i++) {
        if (i > 0 && i % (63 * 63) == 0)
            at = stpcpy(at, "))((");
        else if (i > 0 && i % 63 == 0)
            at = stpcpy(at, ")(");
        at = stpcpy(stpcpy(at, leaf), " ");
    }
    at = stpcpy(at, ")))");
    *size = (size_t)(at - text);
    return text;
}

static void limits_of_size(void **state)
{
    (void)state;
    size_t size;
    char *text = wide("()", EXPR_TERMS_MAX, &size);
    struct expr_error error = read_fault(text, size);
    assert_int_equal(error.status, TRIE_OVER_LIMIT);
    assert_non_null(strstr(error.reason, "65536"));
    free(text);

    /* 9 bytes a symbol when interned, 2 inline: the reader holds the longer form to the limit. */
    text = wide("x", EXPR_ENCODED_BYTES_MAX / 9, &size);
    error = read_fault(text, size);
    assert_int_equal(error.status, TRIE_OVER_LIMIT);
    assert_non_null(strstr(error.reason, "encoded"));
    free(text);
}

static void encoding_holds_its_limits(void **state)
{
    (void)state;
    char long_text[EXPR_SYMBOL_BYTES_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    struct symbols *symbols;
    struct symbols_writer writer;
    size_t length = 77;
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);

    struct term symbol = {.text = long_text, .size = sizeof long_text, .kind = TERM_SYMBOL};
    assert_int_equal(expr_encode(&symbol, 1, key, sizeof key, &length), TRIE_OVER_LIMIT);
    assert_int_equal(expr_encode_interned(&symbol, 1, symbols, &writer, key, sizeof key, &length),
                     TRIE_OVER_LIMIT);

    terms[0] = (struct term){.size = EXPR_ARITY_MAX + 1, .kind = TERM_LIST};
    for (size_t i = 1; i <= EXPR_ARITY_MAX + 1; i++)
        terms[i] = (struct term){.text = long_text, .size = 1, .kind = TERM_SYMBOL};
    assert_int_equal(expr_encode(terms, EXPR_ARITY_MAX + 2, key, sizeof key, &length), TRIE_OVER_LIMIT);

    /* Two lists of 33 decoded variables, all different: the 65th is one too many. */
    terms[0] = (struct term){.size = 2, .kind = TERM_LIST};
    terms[1] = terms[35] = (struct term){.size = 33, .kind = TERM_LIST};
    for (uint32_t i = 0; i < 66; i++)
        terms[i < 33 ? 2 + i : 3 + i] = (struct term){.size = i, .kind = TERM_VARIABLE};
    assert_int_equal(expr_encode(terms, 69, key, sizeof key, &length), TRIE_OVER_LIMIT);

    /* Too long as a whole: single-child lists. */
    for (size_t i = 0; i <= EXPR_ENCODED_BYTES_MAX; i++)
        terms[i] = (struct term){.size = i < EXPR_ENCODED_BYTES_MAX, .kind = TERM_LIST};
    assert_int_equal(expr_encode(terms, EXPR_ENCODED_BYTES_MAX + 1, key, sizeof key, &length),
                     TRIE_OVER_LIMIT);
    assert_int_equal(expr_encode(terms + 1, EXPR_ENCODED_BYTES_MAX, key, 100, &length), TRIE_NO_ROOM);
    assert_int_equal(length, 77);
    assert_int_equal(expr_encode(terms + 1, EXPR_ENCODED_BYTES_MAX, key, sizeof key, &length), TRIE_OK);
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
}

static void every_capacity_below_the_need_is_no_room(void **state)
{
    (void)state;
    const char *text = "(= (double $x) (* $x \"and more\") ())";
    size_t length, full, written, decoded, count = read_one(text, strlen(text));
    struct term out[16];
    char buffer[64];
    assert_int_equal(expr_encode(terms, count, key, sizeof key, &full), TRIE_OK);
    for (size_t capacity = 0; capacity < full; capacity++) {
        uint8_t *exact = malloc(capacity + 1); /* so that an overrun shows in the asan variant */
        assert_int_equal(expr_encode(terms, count, exact, capacity, &length), TRIE_NO_ROOM);
        free(exact);
    }
    for (size_t capacity = 0; capacity <= strlen(text); capacity++) {
        memset(buffer, '#', sizeof buffer);
        enum trie_status expected = capacity < strlen(text) ? TRIE_NO_ROOM : TRIE_OK;
        assert_int_equal(expr_write(terms, count, buffer, capacity, &written), expected);
        assert_int_equal(written, strlen(text));
        assert_int_equal(buffer[capacity], '#');
    }
    for (size_t capacity = 0; capacity < count; capacity++)
        assert_int_equal(expr_decode(key, full, out, capacity, &decoded), TRIE_NO_ROOM);
}

static void incomplete_terms_are_refused(void **state)
{
    (void)state;
    size_t length, count = read_one("(a (b $x) c)", 12);
    char text[64];
    for (size_t part = 0; part < count; part++) {
        assert_int_equal(expr_encode(terms, part, key, sizeof key, &length), TRIE_BAD_SYNTAX);
        assert_int_equal(expr_write(terms, part, text, sizeof text, &length), TRIE_BAD_SYNTAX);
    }
    terms[count] = terms[1]; /* one too many */
    assert_int_equal(expr_encode(terms, count + 1, key, sizeof key, &length), TRIE_BAD_SYNTAX);
    assert_int_equal(expr_write(terms, count + 1, text, sizeof text, &length), TRIE_BAD_SYNTAX);

    const struct term wrong[] = {{.text = "", .size = 0, .kind = TERM_SYMBOL}, {.size = 0, .kind = 9}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(expr_encode(&wrong[i], 1, key, sizeof key, &length), TRIE_BAD_SYNTAX);
        assert_int_equal(expr_write(&wrong[i], 1, text, sizeof text, &length), TRIE_BAD_SYNTAX);
    }
    const struct term unseen = {.size = 1, .kind = TERM_VARIABLE};
    assert_int_equal(expr_encode(&unseen, 1, key, sizeof key, &length), TRIE_BAD_SYNTAX);
}

static void bad_keys_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",      "40",          "7F", "01 40",    "C3 66 6F", "FF",       "02 C1 61",
        "00 00", "C1 61 C1 62", "80", "02 C0 81", "01",       "02 80 C0",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        uint8_t bytes[16], out[16];
        size_t count = 77, length = parse_example(bad[i], bytes);
        struct term decoded[8];
        assert_int_equal(expr_decode(bytes, length, decoded, COUNT_OF(decoded), &count), TRIE_BAD_KEY);
        assert_int_equal(count, 77);
        struct symbols *symbols;
        assert_int_equal(symbols_create(&symbols), TRIE_OK);
        assert_int_equal(expr_key_inline(bytes, length, symbols, out, sizeof out, &count), TRIE_BAD_KEY);
        symbols_destroy(symbols);
    }
    /* 65 variables: one list cannot hold them, two can. */
    uint8_t many[70] = {2, 33};
    size_t count;
    memset(many + 2, 0xC0, 33);
    many[35] = 32;
    memset(many + 36, 0xC0, 32);
    assert_int_equal(expr_decode(many, 68, terms, COUNT_OF(terms), &count), TRIE_BAD_KEY);
    many[67] = 0x80 | 63;
    assert_int_equal(expr_decode(many, 68, terms, COUNT_OF(terms), &count), TRIE_OK);
}

static void interned_keys_are_looked_up(void **state)
{
    (void)state;
    struct symbols *symbols;
    struct symbols_writer writer;
    uint64_t id;
    uint8_t interned[16], out[80];
    size_t length, written = 77;
    char long_text[EXPR_SYMBOL_BYTES_MAX + 1];
    assert_int_equal(symbols_create(&symbols), TRIE_OK);
    assert_int_equal(symbols_writer_acquire(symbols, &writer), TRIE_OK);
    assert_int_equal(symbols_intern(symbols, &writer, "foo", 3, &id), TRIE_OK);
    memset(long_text, 'x', sizeof long_text);
    assert_int_equal(symbols_intern(symbols, &writer, long_text, sizeof long_text, &id), TRIE_OK);

    length = parse_example("C8[7]", interned);
    assert_int_equal(expr_key_inline(interned, length, symbols, out, sizeof out, &written),
                     TRIE_UNKNOWN_SYMBOL);
    length = parse_example("C8[2]", interned);
    assert_int_equal(expr_key_inline(interned, length, symbols, out, sizeof out, &written), TRIE_OVER_LIMIT);
    length = parse_example("C1 61", interned);
    assert_int_equal(expr_key_inline(interned, length, symbols, out, sizeof out, &written), TRIE_BAD_KEY);
    length = parse_example("01 C8[1]", interned);
    for (size_t capacity = 0; capacity < 5; capacity++)
        assert_int_equal(expr_key_inline(interned, length, symbols, out, capacity, &written), TRIE_NO_ROOM);
    assert_int_equal(written, 77);
    assert_int_equal(expr_key_inline(interned, length, symbols, out, 5, &written), TRIE_OK);
    assert_int_equal(written, 5);
    assert_memory_equal(out,
                        "\x01\xC3"
                        "foo",
                        5);
    symbols_writer_release(symbols, &writer);
    symbols_destroy(symbols);
}

static void decoded_variables_are_written_by_number(void **state)
{
    (void)state;
    size_t length, decoded, count = read_one("(p $foo $ $foo)", 15);
    char text[64];
    assert_int_equal(expr_encode(terms, count, key, sizeof key, &length), TRIE_OK);
    assert_int_equal(expr_decode(key, length, terms, COUNT_OF(terms), &decoded), TRIE_OK);
    assert_int_equal(decoded, count);
    assert_int_equal(expr_write(terms, decoded, text, sizeof text, &length), TRIE_OK);
    assert_int_equal(length, 15);
    assert_memory_equal(text, "(p $v0 $v1 $v0)", 15);
}

static void writing_holds_the_limit_of_depth(void **state)
{
    (void)state;
    size_t length;
    char text[4];
    for (size_t i = 0; i <= EXPR_DEPTH_MAX + 1; i++)
        terms[i] = (struct term){.size = i <= EXPR_DEPTH_MAX, .kind = TERM_LIST};
    assert_int_equal(expr_write(terms, EXPR_DEPTH_MAX + 2, text, sizeof text, &length), TRIE_OVER_LIMIT);
    assert_int_equal(expr_write(terms + 1, EXPR_DEPTH_MAX + 1, text, sizeof text, &length), TRIE_NO_ROOM);
}

static int no_block_is_left(void **state)
{
    (void)state;
    return fault_live() == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples_inline),
        cmocka_unit_test(worked_examples_interned),
        cmocka_unit_test(worked_example_comment_before_bracket),
        cmocka_unit_test(reads_as),
        cmocka_unit_test(reads_a_zero_byte_as_any_other),
        cmocka_unit_test(reads_one_after_the_other),
        cmocka_unit_test(tells_where_and_why),
        cmocka_unit_test(an_error_does_not_move_the_reader),
        cmocka_unit_test(the_caller_s_array_may_be_too_small),
        cmocka_unit_test(limits_of_the_reader),
        cmocka_unit_test(limit_of_depth),
        cmocka_unit_test(limit_of_variables),
        cmocka_unit_test(limits_of_size),
        cmocka_unit_test(encoding_holds_its_limits),
        cmocka_unit_test(every_capacity_below_the_need_is_no_room),
        cmocka_unit_test(incomplete_terms_are_refused),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(interned_keys_are_looked_up),
        cmocka_unit_test(decoded_variables_are_written_by_number),
        cmocka_unit_test(writing_holds_the_limit_of_depth),
    };
    return cmocka_run_group_tests(tests, NULL, no_block_is_left);
}
