/* stripes.c - see stripes.h. */
#include "strategies/stripes.h"

#include <pthread.h>
#include <stdlib.h>

enum { STEM_SAMPLES = 16 };

/* A trie and its lock, on cache lines of their own. */
struct stripe {
    _Alignas(64) pthread_mutex_t lock;
    struct trie trie;
};

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct encoder encoder;
};

struct stripes {
    struct crew crew;
    enum stripes_choice choice;
    size_t count;
    struct stripe *stripes;
    size_t stem; /* bytes that all keys looked at begin with */
    struct part parts[];
};

void stripes_close(void *state)
{
    struct stripes *own = state;
    for (size_t i = 0; i < own->count; i++) {
        trie_clear(&own->stripes[i].trie);
        pthread_mutex_destroy(&own->stripes[i].lock);
    }
    free(own->stripes);
    crew_close(own);
}

enum strategy_status stripes_open(const struct strategy_setup *setup, size_t count,
                                  enum stripes_choice choice, void **state)
{
    void *opened;
    enum strategy_status status = crew_open(setup, sizeof(struct stripes), sizeof(struct part), &opened);
    if (status != STRATEGY_OK)
        return status;
    struct stripes *made = opened;
    made->choice = choice;
    made->stripes = aligned_alloc(_Alignof(struct stripe), count * sizeof made->stripes[0]);
    if (made->stripes == NULL) {
        crew_close(made);
        return STRATEGY_NO_MEMORY;
    }
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        trie_init(&made->stripes[i].trie);
        made->stripes[i].lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    }
    *state = made;
    return STRATEGY_OK;
}

/* A key's trie: by the two bytes behind the stem, of which some keys may have none. */
static size_t stripe_of_key(const struct stripes *own, const uint8_t *key, size_t length)
{
    size_t sum = 0;
    for (size_t i = own->stem; i < own->stem + 2 && i < length; i++)
        sum = sum * 31 + key[i];
    return sum % own->count;
}

static enum trie_status insert_one(struct stripes *own, struct encoder *encoder, size_t number)
{
    const struct item *item = &own->crew.batch->items[number];
    const uint8_t *key = item->key;
    size_t length = item->key_length;
    if (!encoder->encoded) {
        key = encoder->key;
        enum trie_status status = encoder_encode(encoder, item, encoder->key, sizeof encoder->key, &length);
        if (status != TRIE_OK)
            return status;
    }
    size_t index = own->choice == STRIPES_BY_KEY ? stripe_of_key(own, key, length) : number % own->count;
    struct stripe *stripe = &own->stripes[index];
    pthread_mutex_lock(&stripe->lock);
    enum trie_status status = trie_insert(&stripe->trie, key, length, NULL);
    pthread_mutex_unlock(&stripe->lock);
    return status;
}

static enum strategy_status insert_part(void *context, unsigned worker)
{
    struct stripes *own = context;
    struct encoder *encoder = &own->parts[worker].encoder;
    struct pool_span span = crew_span(&own->crew, worker);
    enum strategy_status status = encoder_begin(encoder, own->crew.base.setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    bool ask = encoder_asks(encoder);
    for (size_t i = span.from; i < span.to && status == STRATEGY_OK; i++) {
        own->crew.run->progress[worker].item = i;
        if (ask)
            encoder_ask(encoder, own->crew.batch->items, i, span.to);
        status = space_status(insert_one(own, encoder, i));
    }
    encoder_end(encoder);
    return status;
}

/* How many bytes the keys of some items begin with; the rest of the batch may disagree, and only shares
 * unevenly then. */
static enum strategy_status find_stem(struct stripes *own)
{
    struct encoder *encoder = &own->parts[0].encoder;
    const struct batch *batch = own->crew.batch;
    uint8_t first[64];
    size_t stem = sizeof first;
    enum strategy_status status = encoder_begin(encoder, own->crew.base.setup, own->crew.space);
    if (status != STRATEGY_OK)
        return status;
    for (size_t k = 0; k < STEM_SAMPLES && k < batch->count && status == STRATEGY_OK; k++) {
        size_t length = 0;
        const struct item *item = &batch->items[k * batch->count / STEM_SAMPLES % batch->count];
        status = space_status(encoder_encode(encoder, item, encoder->key, sizeof encoder->key, &length));
        stem = status == STRATEGY_OK && length < stem ? length : stem;
        for (size_t i = 0; status == STRATEGY_OK && i < stem; i++) {
            if (k == 0)
                first[i] = encoder->key[i];
            else if (first[i] != encoder->key[i])
                stem = i;
        }
    }
    encoder_end(encoder);
    own->stem = stem;
    return status;
}

static enum strategy_status unite(struct stripes *own)
{
    struct trie *first = &own->stripes[0].trie;
    for (size_t i = 1; i < own->count; i++) {
        enum trie_status status = trie_absorb(first, &own->stripes[i].trie);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return space_absorb(own->crew.space, first);
}

enum strategy_status stripes_insert(void *state, void *space, const struct batch *batch,
                                    struct strategy_run *run)
{
    struct stripes *own = state;
    const struct strategy_setup *setup = own->crew.base.setup;
    bool by_key = own->choice == STRIPES_BY_KEY && own->count > 1;
    phase_enter(run, setup, PHASE_PARTITION);
    enum strategy_status status = crew_take(&own->crew, space, batch, run);
    if (status == STRATEGY_OK && by_key)
        status = find_stem(own);
    if (status == STRATEGY_OK)
        status = pool_run(own->crew.pool, run, PHASE_BUILD, insert_part, own);
    phase_enter(run, setup, PHASE_MERGE);
    if (status == STRATEGY_OK)
        status = unite(own);
    if (status != STRATEGY_OK)
        for (size_t i = 0; i < own->count; i++)
            trie_clear(&own->stripes[i].trie);
    phase_enter(run, setup, PHASE_NONE);
    return status;
}
