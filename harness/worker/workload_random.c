/*
 * workload_random.c - symbols of 8 to 24 random bytes: a trie with a wide fan-out at the root and no common
 * stem.
 *
 * The bytes are those that may stand anywhere in a token. The first eight are the digits of a number that the
 * generator gives only once, so no two symbols are the same.
 */
#include "harness/worker/workload_private.h"

enum { ALPHABET_MAX = 256, HEAD_BYTES = 8, SYMBOL_BYTES_MAX = 24 };

/* Separates what decides the heads from what decides lengths and tails. */
enum { STREAM_HEAD = 0x68656164, STREAM_TAIL = 0x7461696c };

struct alphabet {
    unsigned size;
    char bytes[ALPHABET_MAX];
};

static struct alphabet make_alphabet(void)
{
    struct alphabet alphabet = {0};
    for (unsigned byte = 0x21; byte < ALPHABET_MAX; byte++) {
        char text = (char)byte;
        if (byte != 0x7f && text_is_symbol(&text, 1))
            alphabet.bytes[alphabet.size++] = text;
    }
    return alphabet;
}

static uint64_t power(uint64_t base, unsigned exponent)
{
    uint64_t result = 1;
    while (exponent-- > 0)
        result *= base;
    return result;
}

/* Draws until the number has no more than HEAD_BYTES digits, which keeps it uniform; about one in four has.
 */
static void write_head(char *text, const struct alphabet *alphabet, uint64_t limit, struct random *random)
{
    uint64_t number;
    do
        number = random_next(random);
    while (number >= limit);
    for (unsigned i = 0; i < HEAD_BYTES; i++, number /= alphabet->size)
        text[i] = alphabet->bytes[number % alphabet->size];
}

bool source_random(struct draft *draft, const struct source_args *args, struct error *error)
{
    const struct alphabet alphabet = make_alphabet();
    const uint64_t limit = power(alphabet.size, HEAD_BYTES);
    struct random heads = random_of(args->seed, STREAM_HEAD);
    struct random tails = random_of(args->seed, STREAM_TAIL);
    while (!draft_full(draft)) {
        size_t size = HEAD_BYTES + (size_t)random_below(&tails, SYMBOL_BYTES_MAX - HEAD_BYTES + 1);
        char *text = draft_reserve_text(draft, size, error);
        if (text == NULL)
            return false;
        draft_commit_text(draft, size);
        write_head(text, &alphabet, limit, &heads);
        for (size_t i = HEAD_BYTES; i < size; i++)
            text[i] = alphabet.bytes[random_below(&tails, alphabet.size)];
        struct term symbol = term_symbol(text, size);
        if (!draft_add(draft, &symbol, 1, error))
            return false;
    }
    return true;
}
