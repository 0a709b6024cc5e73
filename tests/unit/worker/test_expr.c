/* test_expr.c - encoding, decoding and writing of s-expressions; see test_expr_read.c for reading. */
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
