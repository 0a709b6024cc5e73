/*
 * stream.h - a large batch whose keys come in order, a piece at a time: a piece's keys are encoded, built
 * into a trie, and taken into the worker's while they are still in its cache. Workers take pieces as they
 * come, so all end together, however unlike their processors are.
 *
 * Source: guided and self-scheduled loops (Polychronopoulos and Kuck 1987); cache blocking.
 */
#ifndef STRATEGIES_STREAM_H
#define STRATEGIES_STREAM_H

#include "strategies/builder.h"

#include <stdatomic.h>

/* Of fewer items all keys may as well be encoded before any is built (README.md); and given keys, which need
 * no buffer, be built in two halves. */
enum { STREAM_ITEMS_MIN = 49152, STREAM_GIVEN_KEYS_MIN = 131072 };

/* One batch in hand. Its users may read; all else is this module's. */
struct stream {
    const struct item *items;
    size_t count, piece_items;
    unsigned workers;
    _Alignas(64) _Atomic size_t next; /* the first item that nobody took */
    atomic_bool disorder;             /* some piece was not in order, and the rest was left */
    atomic_bool repeats;              /* the same, since a text came again that was taken for new */
};

/* Whether a batch of so many items is large enough. */
static inline bool stream_fits(const struct strategy_setup *setup, size_t count)
{
    return count >= (size_t)(setup->encoded ? STREAM_GIVEN_KEYS_MIN : STREAM_ITEMS_MIN);
}

/* For so many workers. They must see it before they take. */
void stream_begin(struct stream *stream, const struct batch *batch, unsigned workers);

/*
 * Takes pieces, by the builder, into a trie that was empty, until there are none left or one was out of
 * order: then the tries are of no use. Any number of workers at once, each with a builder and a trie of its
 * own; tries hold runs of keys that interleave. Errors: those of builder_take() and builder_build().
 */
enum strategy_status stream_take(struct stream *stream, struct builder *builder, struct space *space,
                                 struct trie *trie, struct strategy_progress *progress);

/* Whether all pieces were in order, once all workers are done. */
bool stream_in_order(const struct stream *stream);

/* Whether some were left since a text came again that was taken for new, once all workers are done. */
bool stream_repeats(const struct stream *stream);

#endif
