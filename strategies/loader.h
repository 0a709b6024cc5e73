/*
 * loader.h - items by way of their text: printing, and the loader that parses, encodes and inserts what was
 * printed.
 *
 * This is the path that the earlier study lost its time in. What made it slow was less the text than the
 * scratch vector of 4 GiB that each call of the loader took for the key it was about to encode, so where the
 * key is encoded to is an option here: one buffer that is kept (reuse), or 64 KiB or 4 GiB from malloc, freed
 * after the item (64k, 4g), of which no more is touched than the key needs.
 *
 * A large batch goes through in pieces of LOADER_PIECE_ITEMS: text and terms of all its items would be as
 * large as the items themselves.
 *
 * Source: the domain facts, section 0 (item 3) and 2.2.
 */
#ifndef STRATEGIES_LOADER_H
#define STRATEGIES_LOADER_H

#include "strategies/encoder.h"

enum { LOADER_PIECE_ITEMS = 16384 };

enum loader_scratch { SCRATCH_REUSE, SCRATCH_64K, SCRATCH_4G };

/* The names of the kinds of scratch, NULL-ended, and the option that strategies with a loader declare. */
extern const char *const loader_scratch_names[];
#define LOADER_OPTION                                                                                        \
    {                                                                                                        \
        .name = "scratch", .choices = loader_scratch_names, .preset = SCRATCH_REUSE,                         \
        .sentence = "where each item is encoded to: one buffer kept, or 64 KiB or 4 GiB allocated for it"    \
    }

/* Printed expressions, one a line. Grows by doubling and is kept from batch to batch. All zero is an empty
 * text. */
struct text {
    char *bytes;
    size_t size, capacity;
};

/*
 * Replaces the text by that of items[count].
 * Errors: STRATEGY_NO_MEMORY; STRATEGY_FAILED if an item is no expression.
 */
enum strategy_status text_print(struct text *text, const struct item *items, size_t count,
                                struct strategy_progress *progress);

void text_close(struct text *text);

/* Parsed items, which point into terms and into the texts they came from. All zero but scratch is an empty
 * loader. */
struct loader {
    enum loader_scratch scratch;
    struct term *terms;
    size_t term_count, term_capacity;
    uint32_t *sizes; /* item i has sizes[i] terms, right behind those of item i - 1 */
    size_t count, count_max;
};

/* For the pieces of batches of at most batch_max items. Errors: STRATEGY_NO_MEMORY; loader_close() is allowed
 * then. */
enum strategy_status loader_open(struct loader *loader, size_t batch_max, enum loader_scratch scratch);

void loader_close(struct loader *loader);

/* Forgets what was parsed, keeps the memory. */
void loader_reset(struct loader *loader);

/*
 * Parses a text behind what was parsed before. The text must stay until loader_insert() is done.
 * Errors: STRATEGY_NO_MEMORY; STRATEGY_UNSUPPORTED if the text does not read back as items[count], as happens
 * to symbols with blanks, brackets or quotes in them.
 */
enum strategy_status loader_parse(struct loader *loader, const struct text *text, const struct item *items,
                                  size_t count, struct strategy_progress *progress);

/*
 * Encodes everything that was parsed, for the space, and inserts it into the trie. The encoder is begun and
 * ended here. Errors: those of encoder_begin() and encoder_insert().
 */
enum strategy_status loader_insert(struct loader *loader, struct encoder *encoder,
                                   const struct strategy_setup *setup, struct space *space, struct trie *trie,
                                   struct strategy_progress *progress);

#endif
