/* test_expr_read.c - the text front end: what it reads, what it refuses, and where it says the fault is. */
#include "tests/support/fault.h"
#include "trie/expr.h"

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

/* Names of every size up to some blocks of the comparison, different in one byte. */
static void variables_are_told_apart_by_every_byte(void **state)
{
    (void)state;
    for (size_t size = 2; size <= 40; size++) {
        for (size_t at = 1; at < size; at++) {
            char text[2 * 40 + 3];
            uint8_t expected[] = {2, 0xC0, 0xC0};
            size_t length;
            memset(text, 'v', sizeof text);
            text[0] = '(';
            text[1] = text[2 + size] = '$';
            text[1 + size] = ' ';
            text[2 + 2 * size] = ')';
            size_t count = read_one(text, 3 + 2 * size);
            assert_int_equal(expr_encode(terms, count, key, sizeof key, &length), TRIE_OK);
            assert_int_equal(key[2], 0x80);
            text[1 + at] = 'w';
            count = read_one(text, 3 + 2 * size);
            assert_int_equal(expr_encode(terms, count, key, sizeof key, &length), TRIE_OK);
            assert_int_equal(length, sizeof expected);
            assert_memory_equal(key, expected, sizeof expected);
        }
    }
}

static int no_block_is_left(void **state)
{
    (void)state;
    return fault_live() == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(variables_are_told_apart_by_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, no_block_is_left);
}
