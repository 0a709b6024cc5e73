/*
 * adaptive.c - for each size of batch, whichever of a few strategies proved fastest here.
 *
 * No threshold is known beforehand: where more workers begin to pay depends on the machine, the allocator and
 * the items. So the first batches of a size (to the next power of two) go to each candidate a few times, and
 * the rest to the one with the shortest median; those first ones belong to the warm-up. Not to the one with
 * the shortest time of all: what needs two processors is now and then lucky to have them. Two readings of the
 * clock a batch are the price, and only while it learns.
 */
#include "strategies/heapsort.h"
#include "strategies/pool.h"
#include "strategies/registry.h"
#include "strategies/space.h"

#include <stdlib.h>

enum { OPTION_POOL, OPTION_TRIES };

enum {
    SIZE_CLASSES = 48,
    CANDIDATES_MAX = 3,
    TRIES_MIN = 2,          /* of each, whatever it takes: the first is cold */
    TRIES_MAX = 64,         /* of each */
    LEARNING_NS = 20000000, /* on batches of one size, beyond that */
};

/* The parallel one first: before anything is known, it is the best guess where there is more than one worker.
 */
static const char *const candidate_names[CANDIDATES_MAX] = {"partition", "sequential", "sorted"};

/* Larger batches of several workers go to the parallel one alone: it was 1.3 to 5 times as fast as the others
 * on every workload, even with four workers a processor (README.md). Trying them would leave memory that one
 * thread used and another cannot, up to 0.4 of what `sequential` takes. */
enum { TRIED_BITS_MAX = 16 };

/* One of the strategies to choose from, opened. */
struct candidate {
    const struct strategy *strategy;
    void *state;
    struct strategy_setup setup;
    int64_t options[8];
};

/* What was seen of batches of one size. */
struct lesson {
    uint32_t tries; /* batches, all candidates together */
    uint64_t spent_ns;
    uint64_t item_ns[CANDIDATES_MAX][TRIES_MAX]; /* of each try, in 1/1024 ns; sorted where it was learnt */
    uint8_t choice;                              /* once learnt */
};

struct adaptive {
    struct trie_state base;
    unsigned count; /* candidates */
    uint32_t tries_each;
    struct candidate candidates[CANDIDATES_MAX];
    struct lesson lessons[SIZE_CLASSES];
};

static void adaptive_close(void *state)
{
    struct adaptive *own = state;
    for (unsigned i = 0; i < own->count; i++)
        own->candidates[i].strategy->close(own->candidates[i].state);
    free(own);
}

static enum strategy_status open_candidate(struct adaptive *own, const char *name, unsigned workers)
{
    struct candidate *candidate = &own->candidates[own->count];
    candidate->strategy = strategy_find(name);
    candidate->setup = *own->base.setup;
    candidate->setup.workers = workers;
    candidate->setup.options = candidate->options;
    for (size_t i = 0; i < candidate->strategy->option_count; i++)
        candidate->options[i] = candidate->strategy->options[i].preset;
    if (workers > 1)
        candidate->options[0] = own->base.setup->options[OPTION_POOL];
    enum strategy_status status = candidate->strategy->open(&candidate->setup, &candidate->state);
    own->count += status == STRATEGY_OK;
    return status;
}

static enum strategy_status adaptive_open(const struct strategy_setup *setup, void **state)
{
    struct adaptive *made = calloc(1, sizeof *made);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    made->base = (struct trie_state){.setup = setup};
    made->tries_each = (uint32_t)setup->options[OPTION_TRIES];
    enum strategy_status status = STRATEGY_OK;
    for (unsigned i = setup->workers > 1 ? 0 : 1; i < CANDIDATES_MAX && status == STRATEGY_OK; i++)
        status = open_candidate(made, candidate_names[i], i == 0 ? setup->workers : 1);
    if (status != STRATEGY_OK) {
        adaptive_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

/* All candidates have the ordinary space; the first one's create() wakes its workers too. */
static enum strategy_status adaptive_create(void *state, void **space)
{
    struct adaptive *own = state;
    return own->candidates[0].strategy->create(own->candidates[0].state, space);
}

static struct lesson *lesson_of(struct adaptive *own, size_t count)
{
    unsigned bits = count == 0 ? 0 : 64 - (unsigned)__builtin_clzll(count);
    return &own->lessons[bits < SIZE_CLASSES ? bits : SIZE_CLASSES - 1];
}

/* The first so many are tried with batches of that size. Where parts run one after the other, the clock says
 * nothing of what is faster. */
static uint32_t candidates_for(const struct adaptive *own, const struct lesson *lesson)
{
    bool untried = lesson - own->lessons > TRIED_BITS_MAX || own->base.setup->alone != NULL;
    return untried && own->base.setup->workers > 1 ? 1 : own->count;
}

static enum strategy_status insert_by(struct adaptive *own, unsigned choice, void *space,
                                      const struct batch *batch, struct strategy_run *run)
{
    struct candidate *candidate = &own->candidates[choice];
    return candidate->strategy->insert(candidate->state, space, batch, run);
}

/* Each candidate is tried as often, and no more than time allows. */
static bool is_learning(const struct adaptive *own, const struct lesson *lesson)
{
    uint32_t candidates = candidates_for(own, lesson), each = lesson->tries / candidates;
    return candidates > 1 && each < own->tries_each &&
           (each < TRIES_MIN || lesson->tries % candidates != 0 || lesson->spent_ns < LEARNING_NS);
}

/* The candidate with the shortest median. */
static void choose(const struct adaptive *own, struct lesson *lesson)
{
    uint32_t candidates = candidates_for(own, lesson), each = lesson->tries / candidates;
    for (unsigned i = 0; i < candidates; i++) {
        heapsort_numbers(lesson->item_ns[i], each);
        if (lesson->item_ns[i][each / 2] < lesson->item_ns[lesson->choice][each / 2])
            lesson->choice = (uint8_t)i;
    }
}

/* A batch that teaches: each candidate in turn, and which was fastest. */
static enum strategy_status learn(struct adaptive *own, struct lesson *lesson, void *space,
                                  const struct batch *batch, struct strategy_run *run)
{
    uint32_t candidates = candidates_for(own, lesson), candidate = lesson->tries % candidates;
    uint64_t begin_ns = own->base.setup->now_ns();
    enum strategy_status status = insert_by(own, candidate, space, batch, run);
    uint64_t batch_ns = own->base.setup->now_ns() - begin_ns;
    lesson->item_ns[candidate][lesson->tries / candidates] = (batch_ns << 10) / batch->count;
    lesson->spent_ns += batch_ns;
    lesson->tries++;
    if (!is_learning(own, lesson))
        choose(own, lesson);
    return status;
}

static enum strategy_status adaptive_insert(void *state, void *space, const struct batch *batch,
                                            struct strategy_run *run)
{
    struct adaptive *own = state;
    struct lesson *lesson = lesson_of(own, batch->count);
    if (batch->count > 0 && is_learning(own, lesson))
        return learn(own, lesson, space, batch, run);
    return insert_by(own, lesson->choice, space, batch, run);
}

static const struct strategy_option adaptive_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_TRIES] = {.name = "tries",
                      .min = 1,
                      .max = TRIES_MAX,
                      .preset = 16,
                      .sentence = "batches of each size that each candidate is tried with, if time allows"},
};

const char strategy_adaptive_hypothesis[] =
    "It settles on whichever of partition, sorted and sequential was fastest at a batch size, so at "
    "every size it is within the noise of the best of them, and never much slower than sequential.";

const struct strategy strategy_adaptive = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "adaptive",
    .idea = "for each size of batch, whichever of partition, sorted and sequential proved fastest",
    .source =
        "algorithm selection (Rice 1976) by measuring on the spot, as FFTW plans (Frigo and Johnson 1998)",
    .options = adaptive_options,
    .option_count = sizeof adaptive_options / sizeof adaptive_options[0],
    .open = adaptive_open,
    .close = adaptive_close,
    .create = adaptive_create,
    .insert = adaptive_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
