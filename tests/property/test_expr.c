/* test_expr.c - random expressions and random bytes: the laws of expr_laws.h. */
#include "tests/property/expr_laws.h"
#include "tests/support/fault.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

enum { TEXT_BYTES = 4096 };

static struct laws_scratch scratch;

/* xorshift64*, by Marsaglia and Vigna: the same numbers on every machine. */
static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(2685821657736338717);
}

static size_t below(uint64_t *seed, size_t limit)
{
    return (size_t)((next(seed) >> 32) % limit);
}

struct text {
    char bytes[TEXT_BYTES];
    size_t size;
};

static void add(struct text *text, const char *bytes, size_t size)
{
    assert_true(size <= TEXT_BYTES - text->size);
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

static void add_word(struct text *text, uint64_t *seed)
{
    static const char first[] = "abcXYZ0123-+*=<>_&'!?#[]{}/.,:%@^~|`\r\x80\xFF";
    static const char rest[] = "abcXYZ0123-+*=<>_&'!?#[]{}/.,:%@^~|`\r\x80\xFF\"$;\\";
    char word[EXPR_SYMBOL_BYTES_MAX];
    size_t size = 1 + below(seed, below(seed, 8) == 0 ? EXPR_SYMBOL_BYTES_MAX : 6);
    for (size_t i = 0; i < size; i++)
        word[i] = i == 0 ? first[below(seed, sizeof first - 1)] : rest[below(seed, sizeof rest - 1)];
    add(text, word, size);
}

static void add_string(struct text *text, uint64_t *seed)
{
    static const char *const pieces[] = {"a", " ", "\n", "(", ")", ";", "$", "\\\"", "\\\\", "\\n"};
    add(text, "\"", 1);
    for (size_t left = below(seed, 20); left > 0; left--) {
        const char *piece = pieces[below(seed, sizeof pieces / sizeof *pieces)];
        add(text, piece, strlen(piece));
    }
    add(text, "\"", 1);
}

static void add_blank(struct text *text, uint64_t *seed, bool comment_allowed)
{
    static const char *const blanks[] = {" ", "\t", "\n", "  \n", " ; comment ) ( \"\n", "\n;\n;;\n"};
    const char *blank = blanks[below(seed, comment_allowed ? 6 : 4)];
    add(text, blank, strlen(blank));
}

/* Adds a random expression that the reader accepts; count_terms is how many terms it has. */
static void add_expression(struct text *text, uint64_t *seed, unsigned depth, size_t *count_terms)
{
    char variable[8];
    ++*count_terms;
    switch (below(seed, depth > 0 ? 8 : 4)) {
    case 0:
        add_string(text, seed);
        break;
    case 1:
        add(text, variable, (size_t)snprintf(variable, sizeof variable, "$%c", (int)('a' + below(seed, 5))));
        break;
    case 2:
    case 3:
        add_word(text, seed);
        break;
    default:
        add(text, "(", 1);
        for (size_t children = below(seed, 5); children > 0; children--) {
            add_blank(text, seed, true);
            add_expression(text, seed, depth - 1, count_terms);
        }
        if (below(seed, 2) == 0)
            add_blank(text, seed, false);
        add(text, ")", 1);
    }
}

/* Fails with the law, and with the seed that breaks it. */
static void assert_law(const char *broken, uint64_t seed)
{
    if (broken != NULL)
        fail_msg("%s (seed %llu)", broken, (unsigned long long)seed);
}

/* The law on a copy of the text without a byte to spare, so that the asan variant sees a read beyond it. */
static void assert_text_laws(const char *bytes, size_t size, uint64_t seed, size_t *expressions)
{
    char *exact = malloc(size);
    assert_true(exact != NULL || size == 0);
    memcpy(exact, bytes, size);
    const char *broken = laws_of_text(&scratch, exact, size, expressions);
    free(exact);
    assert_law(broken, seed);
}

static void random_expressions(void **state)
{
    (void)state;
    for (uint64_t round = 1; round <= 2000; round++) {
        static struct text text;
        uint64_t seed = round * UINT64_C(0x9E3779B97F4A7C15);
        size_t expressions, count_terms = 0;
        struct expr_reader reader;
        struct expr_error error;
        text.size = 0;
        add_expression(&text, &seed, 4, &count_terms);
        assert_text_laws(text.bytes, text.size, round, &expressions);
        assert_int_equal(expressions, 1);
        size_t count;
        expr_reader_init(&reader, text.bytes, text.size);
        assert_int_equal(expr_read(&reader, scratch.terms, EXPR_TERMS_MAX, &count, &error), TRIE_OK);
        assert_int_equal(count, count_terms);
    }
}

/* Bytes that are most of the time those with a meaning. */
static void random_texts(void **state)
{
    (void)state;
    static const char telling[] = "()()  \n\t;\"\"\\$$abc";
    size_t total = 0, expressions;
    for (uint64_t round = 1; round <= 20000; round++) {
        char bytes[64];
        uint64_t seed = round * UINT64_C(0xD1342543DE82EF95);
        size_t size = 1 + below(&seed, sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] =
                below(&seed, 16) == 0 ? (char)below(&seed, 256) : telling[below(&seed, sizeof telling - 1)];
        assert_text_laws(bytes, size, round, &expressions);
        total += expressions;
    }
    assert_true(total > 1000);
}

static void random_keys(void **state)
{
    (void)state;
    static const uint8_t telling[] = {0, 1, 2, 2, 3, 0xC0, 0xC0, 0x80, 0x81, 0xC1, 0xC2, 0xC3, 0xC8, 0x40};
    size_t keys = 0;
    for (uint64_t round = 1; round <= 50000; round++) {
        uint64_t seed = round * UINT64_C(0xA0761D6478BD642F);
        size_t size = 1 + below(&seed, 24);
        uint8_t *key = malloc(size);
        bool is_key;
        assert_non_null(key);
        for (size_t i = 0; i < size; i++)
            key[i] =
                below(&seed, 4) == 0 ? (uint8_t)below(&seed, 256) : telling[below(&seed, sizeof telling)];
        const char *broken = laws_of_key(&scratch, key, size, &is_key);
        free(key);
        assert_law(broken, round);
        keys += is_key;
    }
    assert_true(keys > 500);
}

/* A valid key with one byte changed, cut short, or with a byte more. */
static void damaged_keys(void **state)
{
    (void)state;
    static const char text[] = "(= (double $x \"and\") (* $x 2 $y ($y ())))";
    struct expr_reader reader;
    struct expr_error error;
    uint8_t key[64];
    size_t count, length;
    bool is_key;
    expr_reader_init(&reader, text, sizeof text - 1);
    assert_int_equal(expr_read(&reader, scratch.terms, EXPR_TERMS_MAX, &count, &error), TRIE_OK);
    assert_int_equal(expr_encode(scratch.terms, count, key, sizeof key - 1, &length), TRIE_OK);
    for (size_t cut = 0; cut < length; cut++) {
        assert_law(laws_of_key(&scratch, key, cut, &is_key), cut);
        assert_false(is_key); /* no encoded expression starts another */
    }
    for (size_t at = 0; at < length; at++) {
        uint8_t whole = key[at];
        for (unsigned byte = 0; byte < 256; byte++) {
            key[at] = (uint8_t)byte;
            assert_law(laws_of_key(&scratch, key, length, &is_key), at * 256 + byte);
        }
        key[at] = whole;
    }
    key[length] = 0;
    assert_law(laws_of_key(&scratch, key, length + 1, &is_key), 0);
    assert_false(is_key);
}

static int no_block_is_left(void **state)
{
    (void)state;
    return fault_live() == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_expressions),
        cmocka_unit_test(random_texts),
        cmocka_unit_test(random_keys),
        cmocka_unit_test(damaged_keys),
    };
    return cmocka_run_group_tests(tests, NULL, no_block_is_left);
}
