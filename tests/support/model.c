/* model.c - see model.h. */
#include "tests/support/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    int order = shorter == 0 ? 0 : memcmp(a, b, shorter);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Where the key is, or would be. */
static size_t place(const struct model *m, const uint8_t *key, size_t length, bool *found)
{
    size_t low = 0, high = m->count;
    *found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(m->keys[middle].bytes, m->keys[middle].length, key, length);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void *must(void *block)
{
    if (block == NULL)
        abort();
    return block;
}

bool model_insert(struct model *m, const uint8_t *key, size_t length)
{
    bool found;
    size_t at = place(m, key, length, &found);
    if (found)
        return false;
    if (m->count == m->room) {
        m->room = m->room == 0 ? 64 : 2 * m->room;
        m->keys = must(realloc(m->keys, m->room * sizeof *m->keys));
    }
    uint8_t *bytes = must(malloc(length + 1));
    if (length != 0)
        memcpy(bytes, key, length);
    memmove(m->keys + at + 1, m->keys + at, (m->count - at) * sizeof *m->keys);
    m->keys[at] = (struct trie_key){bytes, length};
    m->count++;
    return true;
}

bool model_contains(const struct model *m, const uint8_t *key, size_t length)
{
    bool found;
    place(m, key, length, &found);
    return found;
}

void model_clear(struct model *m)
{
    for (size_t i = 0; i < m->count; i++)
        free((void *)(uintptr_t)m->keys[i].bytes);
    free(m->keys);
    *m = (struct model){0};
}

void model_copy(struct model *to, const struct model *from)
{
    *to = (struct model){0};
    model_union(to, from);
}

void model_union(struct model *into, const struct model *from)
{
    for (size_t i = 0; i < from->count; i++)
        model_insert(into, from->keys[i].bytes, from->keys[i].length);
}

struct comparison {
    const struct model *model;
    size_t at;
    bool same;
};

static bool compare_key(void *context, const uint8_t *key, size_t length)
{
    struct comparison *c = context;
    if (c->at == c->model->count) {
        c->same = false;
        return false;
    }
    const struct trie_key *wanted = &c->model->keys[c->at++];
    c->same = compare(wanted->bytes, wanted->length, key, length) == 0;
    return c->same;
}

const char *model_difference(const struct model *m, const struct trie *t)
{
    const char *fault = trie_fault(t);
    if (fault != NULL)
        return fault;
    struct comparison c = {.model = m, .same = true};
    enum trie_status status = trie_walk(t, compare_key, &c);
    if (!c.same)
        return "the walk gives another key, or one too many";
    if (status != TRIE_OK)
        return trie_status_sentence(status);
    if (c.at != m->count)
        return "the walk ends too early";
    for (size_t i = 0; i < m->count; i++)
        if (!trie_contains(t, m->keys[i].bytes, m->keys[i].length))
            return "a key of the walk is not found";
    size_t count = 0;
    status = trie_count(t, &count);
    return status == TRIE_OK && count == m->count ? NULL : "the count is wrong";
}

uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

size_t draw_below(uint64_t *state, size_t bound)
{
    return (size_t)(draw(state) % bound);
}

const char *const key_kind_names[KEY_KINDS] = {
    "dense integers", "text", "long stem", "tiny alphabet", "chains", "random bytes", "wide fan-out"};

static size_t fill(uint8_t *out, size_t length, uint64_t *state, uint8_t low, unsigned span)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)(low + draw_below(state, span));
    return length;
}

size_t draw_key(enum key_kind kind, uint64_t *state, uint8_t out[DRAWN_KEY_BYTES_MAX])
{
    switch (kind) {
    case KEYS_DENSE: { /* big endian, so that neighbours share a prefix */
        uint64_t number = draw_below(state, 3000);
        for (size_t i = 0; i < 8; i++)
            out[i] = (uint8_t)(number >> (56 - 8 * i));
        return 8;
    }
    case KEYS_TEXT:
        return (size_t)snprintf((char *)out, DRAWN_KEY_BYTES_MAX, "(fact %zu value-%zu)",
                                draw_below(state, 900), draw_below(state, 3));
    case KEYS_STEM:
        memset(out, 's', 100);
        return 100 + fill(out + 100, draw_below(state, 5), state, 'a', 5);
    case KEYS_TINY:
        return fill(out, draw_below(state, 9), state, 0, 2);
    case KEYS_CHAIN: /* prefixes of one another */
        memset(out, 0, DRAWN_KEY_BYTES_MAX);
        return draw_below(state, 400);
    case KEYS_BYTES:
        return fill(out, draw_below(state, 40), state, 0, 256);
    case KEYS_WIDE:
    default:
        out[0] = 7;
        return 1 + fill(out + 1, 1 + draw_below(state, 2), state, 0, 256);
    }
}
