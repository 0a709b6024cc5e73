/*
 * judysl.c - peer: the JudySL array of libjudy-dev, a digital tree that copies its keys.
 *
 * JudySL takes strings that end in a zero byte, so bytes 0 and 1 of a key are written as 01 01 and 01 02.
 * Other bytes stand for themselves: a key without those two is copied, eight bytes at a time, and the order
 * of keys stays.
 *
 * plugin-link: -lJudy
 */
#include "strategies/plugins/plugin.h"

#include <Judy.h>
#include <string.h>

enum { ESCAPE = 1, STRING_BYTES_MAX = 2 * EXPR_ENCODED_BYTES_MAX + 1 };

/* Whether one of eight bytes is below 2: subtracting borrows into its top bit, unless that was set before. */
static bool any_special(uint64_t word)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    return ((word - 2 * each) & ~word & (each << 7)) != 0;
}

static uint8_t *escape_bytes(uint8_t *to, const uint8_t *key, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (key[i] <= ESCAPE) {
            *to++ = ESCAPE;
            *to++ = (uint8_t)(key[i] + 1);
        } else {
            *to++ = key[i];
        }
    }
    return to;
}

static void escape(uint8_t *string, const uint8_t *key, size_t length)
{
    uint64_t word;
    for (; length >= sizeof word; key += sizeof word, length -= sizeof word) {
        memcpy(&word, key, sizeof word);
        if (any_special(word)) {
            string = escape_bytes(string, key, sizeof word);
        } else {
            memcpy(string, &word, sizeof word);
            string += sizeof word;
        }
    }
    *escape_bytes(string, key, length) = 0;
}

static size_t unescape(uint8_t *key, const uint8_t *string)
{
    size_t length = 0;
    for (; *string != 0; string++) {
        if (*string == ESCAPE)
            key[length++] = (uint8_t)(*++string - 1);
        else
            key[length++] = *string;
    }
    return length;
}

static enum strategy_status create(void *state, void **space)
{
    (void)state;
    *space = calloc(1, sizeof(Pvoid_t)); /* the empty array is NULL */
    return *space != NULL ? STRATEGY_OK : STRATEGY_NO_MEMORY;
}

static enum strategy_status add(void *space, const uint8_t *key, size_t length)
{
    uint8_t string[STRING_BYTES_MAX]; /* of which no more is touched than the key needs */
    if (length > EXPR_ENCODED_BYTES_MAX)
        return STRATEGY_UNSUPPORTED;
    escape(string, key, length);
    PPvoid_t value = JudySLIns(space, string, PJE0);
    if (value == PPJERR)
        return STRATEGY_NO_MEMORY;
    *(Word_t *)value = 1;
    return STRATEGY_OK;
}

static enum strategy_status walk(void *state, void *space, strategy_visit *visit, void *context)
{
    struct plugin *own = state;
    Pvoid_t array = *(Pvoid_t *)space;
    uint8_t string[STRING_BYTES_MAX];
    string[0] = 0;
    PPvoid_t value = JudySLFirst(array, string, PJE0);
    for (; value != NULL; value = JudySLNext(array, string, PJE0)) {
        if (value == PPJERR)
            return STRATEGY_FAILED;
        size_t length = unescape(own->key, string);
        if (!visit(context, own->key, length))
            break;
    }
    return STRATEGY_OK;
}

static void destroy(void *state, void *space)
{
    (void)state;
    JudySLFreeArray(space, PJE0);
    free(space);
}

PLUGIN("judysl", STRATEGY_ORDERED, "peer: a Judy array indexed by strings",
       "Baskins' Judy arrays, as libJudy has them");
