/*
 * model.h - the oracle for tries: a set of byte strings as a sorted array, too simple to be wrong; and the
 * key distributions that property tests draw from.
 */
#ifndef TESTS_SUPPORT_MODEL_H
#define TESTS_SUPPORT_MODEL_H

#include "trie/trie.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model {
    struct trie_key *keys; /* ascending; the bytes are owned */
    size_t count, room;
};

/* Adds a copy of the key; true if it was new. Aborts without memory (tests arm faults only around the code
 * under test). */
bool model_insert(struct model *m, const uint8_t *key, size_t length);
bool model_contains(const struct model *m, const uint8_t *key, size_t length);
void model_clear(struct model *m);
/* A copy that shares nothing. */
void model_copy(struct model *to, const struct model *from);
void model_union(struct model *into, const struct model *from);

/* NULL if the trie holds the model's keys, in order, and no invariant is broken; else what is wrong. */
const char *model_difference(const struct model *m, const struct trie *t);

/* A small generator with a seed; splitmix64 (Steele, Lea, Flood 2014). */
uint64_t draw(uint64_t *state);
size_t draw_below(uint64_t *state, size_t bound);

enum key_kind { KEYS_DENSE, KEYS_TEXT, KEYS_STEM, KEYS_TINY, KEYS_CHAIN, KEYS_BYTES, KEYS_WIDE, KEY_KINDS };
extern const char *const key_kind_names[KEY_KINDS];

enum { DRAWN_KEY_BYTES_MAX = 512 };

/* Draws a key of that distribution into out; its length. */
size_t draw_key(enum key_kind kind, uint64_t *state, uint8_t out[DRAWN_KEY_BYTES_MAX]);

#endif
