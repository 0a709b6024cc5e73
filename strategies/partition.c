/*
 * partition.c - every worker builds a trie of its own range of the keys; ranges are united along one path.
 *
 * Each worker encodes its part of the batch and looks whether the keys are in order. If all parts are, and
 * each begins behind the end of the one before, they are ranges already, and each builds its own. If not, a
 * sample of all keys, looked at behind the bytes that all begin with, gives splitters that part the batch
 * into ranges of equal weight; each worker deals its keys out, collects those of its range from all others,
 * sorts and builds. However the keys are skewed, a range has its share of the sample. What is left to unite
 * has nothing in common but the path between two ranges.
 *
 * Where symbols are interned, each worker adds new ones to a part of the symbol table of its own, and then
 * the parts are united, each worker its share of the shards (symbol-parts.h); the table is shared only where
 * texts cannot be taken for new and it is so large that workers seldom meet in a cache line of it.
 *
 * Source: sample sort (Frazer and McKellar 1970); bulk loading of radix trees by partition (Leis, Kemper,
 * Neumann 2013).
 */
#include "strategies/balance.h"
#include "strategies/builder.h"
#include "strategies/heapsort.h"
#include "strategies/stream.h"
#include "strategies/symbol-parts.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_POOL, OPTION_NODES, OPTION_SPACE };

enum {
    SAMPLE_SHARE = 16, /* one key in so many */
    SAMPLE_MIN = 32,   /* a worker, if it has them */
    SAMPLE_MAX = 1024,
    APART_BELOW =
        STREAM_ITEMS_MIN, /* a larger symbol table is so spread out that workers seldom meet in it */
};

/* A worker's own cache lines. */
struct part {
    _Alignas(64) struct builder builder;
    struct trie trie;
    struct trie_key *dealt; /* its keys by range, once a batch came in no order: [deal_room] */
    uint16_t *ranges;       /* of each of its keys */
    size_t deal_room;
    uint32_t *starts; /* where in dealt each range starts, and the end: [workers + 1] */
    size_t stem;
    uint64_t end_ns; /* of its first step */
    bool in_order;
};

struct partition {
    struct trie_state base;
    struct pool *pool;
    struct balance *balance;
    size_t *bounds;      /* worker w takes items bounds[w] .. bounds[w + 1] - 1 first */
    uint64_t *ends_ns;   /* when each ended with them */
    struct space *space; /* the job in hand */
    const struct batch *batch;
    struct strategy_run *run;
    struct stream stream;
    struct symbol_parts symbols;       /* where symbols go */
    uint64_t *samples;                 /* [workers * SAMPLE_MAX], sorted; then the splitters first */
    size_t stem;                       /* of all keys */
    _Alignas(64) atomic_bool disorder; /* some worker found the batch not to be in order */
    struct part parts[];
};

static void close_part(struct part *part)
{
    builder_close(&part->builder);
    trie_clear(&part->trie);
    free(part->dealt);
    free(part->ranges);
    free(part->starts);
}

static void partition_close(void *state)
{
    struct partition *own = state;
    pool_close(own->pool);
    balance_close(own->balance);
    free(own->bounds);
    free(own->ends_ns);
    for (unsigned i = 0; i < own->base.setup->workers; i++)
        close_part(&own->parts[i]);
    symbol_parts_close(&own->symbols);
    free(own->samples);
    free(own);
}

static enum strategy_status open_parts(struct partition *own)
{
    const struct strategy_setup *setup = own->base.setup;
    enum strategy_status status = balance_open(setup->workers, &own->balance);
    own->bounds = calloc(setup->workers + 1, sizeof own->bounds[0]);
    own->ends_ns = calloc(setup->workers, sizeof own->ends_ns[0]);
    own->samples = calloc((size_t)setup->workers * SAMPLE_MAX, sizeof own->samples[0]);
    if (own->bounds == NULL || own->ends_ns == NULL || own->samples == NULL)
        return STRATEGY_NO_MEMORY;
    for (unsigned i = 0; i < setup->workers && status == STRATEGY_OK; i++) {
        struct part *part = &own->parts[i];
        struct pool_span span = pool_span(setup->batch_max, i, setup->workers);
        part->starts = calloc(setup->workers + 1, sizeof part->starts[0]);
        if (part->starts == NULL)
            return STRATEGY_NO_MEMORY;
        status = builder_open(&part->builder, setup, span.to - span.from,
                              (enum builder_nodes)setup->options[OPTION_NODES]);
        part->builder.worker = i;
    }
    return status;
}

static enum strategy_status partition_open(const struct strategy_setup *setup, void **state)
{
    if (!encoder_for_each_worker(setup) || setup->workers > UINT16_MAX)
        return STRATEGY_UNSUPPORTED;
    size_t bytes = sizeof(struct partition) + setup->workers * sizeof(struct part);
    struct partition *made = aligned_alloc(_Alignof(struct partition), bytes);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    memset(made, 0, bytes);
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    enum strategy_status status = open_parts(made);
    if (status == STRATEGY_OK)
        status = symbol_parts_open(&made->symbols, setup, setup->workers, made->base.faults);
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        partition_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status partition_create(void *state, void **space)
{
    pool_rouse(((struct partition *)state)->pool);
    return space_create(state, space);
}

static void note_disorder(struct partition *own)
{
    atomic_store_explicit(&own->disorder, true, memory_order_relaxed);
}

/*
 * Whether a part begins behind the end of the one before, as far as the worker can tell alone: where symbols
 * are interned, the ids that two workers give lie apart, and the key before is not known here.
 */
static bool follows_the_part_before(struct partition *own, struct part *part, size_t from)
{
    struct encoder *encoder = &part->builder.encoder;
    const struct item *item = &own->batch->items[from - 1];
    struct trie_key before = {item->key, item->key_length};
    if (!own->base.setup->encoded) {
        if (own->space->symbols != NULL)
            return true;
        before.bytes = encoder->key;
        if (encoder_encode(encoder, item, encoder->key, sizeof encoder->key, &before.length) != TRIE_OK)
            return false;
    }
    return order_compare(&before, &part->builder.order.keys[0]) <= 0;
}

/* Looks at the worker's keys, and builds its trie if nothing is seen to be out of order. */
static enum strategy_status look_and_build(struct partition *own, unsigned worker)
{
    struct part *part = &own->parts[worker];
    size_t from = own->bounds[worker];
    if (from == own->bounds[worker + 1])
        return STRATEGY_OK;
    part->in_order = order_holds(&part->builder.order, part->builder.count, &part->stem);
    if (!part->in_order || (from > 0 && !follows_the_part_before(own, part, from)))
        note_disorder(own);
    if (atomic_load_explicit(&own->disorder, memory_order_relaxed))
        return STRATEGY_OK;
    return builder_build(&part->builder, &part->trie);
}

/* The first step of every worker: its keys; and if they are final, its trie. */
static enum strategy_status take_part(void *context, unsigned worker)
{
    struct partition *own = context;
    struct part *part = &own->parts[worker];
    size_t from = own->bounds[worker], count = own->bounds[worker + 1] - from;
    enum strategy_status status = STRATEGY_OK;
    part->in_order = true;
    part->builder.count = 0;
    part->builder.symbols = symbol_parts_of(&own->symbols, worker);
    if (count > 0 || own->symbols.apart)
        status = builder_take(&part->builder, own->space, own->batch->items + from, count,
                              &own->run->progress[worker]);
    if (status == STRATEGY_OK && !own->symbols.apart)
        status = look_and_build(own, worker);
    part->end_ns = own->base.setup->now_ns();
    return status;
}

/*
 * Where symbols are interned apart, the second step: the worker's share of the symbols is united. If no text
 * is seen to have two ids the keys are taken to be final, which is known when all are done.
 */
static enum strategy_status unite_symbols(void *context, unsigned worker)
{
    struct partition *own = context;
    bool agree;
    enum strategy_status status = symbol_parts_unite(&own->symbols, own->space, worker, &agree);
    if (status != STRATEGY_OK || !agree)
        return status;
    if (worker == 0 && own->run->phase_ns != NULL)
        phase_enter(own->run, own->base.setup, PHASE_BUILD);
    return look_and_build(own, worker);
}

/* And if some texts had two, the third: keys with the ids that stayed. */
static enum strategy_status settle_part(void *context, unsigned worker)
{
    struct partition *own = context;
    bool changed = false;
    trie_clear(&own->parts[worker].trie);
    enum strategy_status status = symbol_parts_settle(&own->symbols, own->space, worker, &changed);
    if (status != STRATEGY_OK)
        return status;
    if (changed)
        keys_settle(&own->parts[worker].builder.keys, symbol_parts_of(&own->symbols, worker));
    return look_and_build(own, worker);
}

/* The first step, and what it tells of the shares that the workers should have. */
static enum strategy_status take_balanced(struct partition *own)
{
    const struct strategy_setup *setup = own->base.setup;
    balance_bounds(own->balance, own->batch->count, own->bounds);
    uint64_t begin_ns = setup->now_ns();
    enum strategy_status status =
        pool_run(own->pool, own->run, own->symbols.apart ? PHASE_ENCODE : PHASE_BUILD, take_part, own);
    if (status != STRATEGY_OK || setup->alone != NULL)
        return status;
    for (unsigned i = 0; i < setup->workers; i++)
        own->ends_ns[i] = own->parts[i].end_ns - begin_ns;
    balance_learn(own->balance, own->batch->count, own->ends_ns);
    return STRATEGY_OK;
}

/* All workers' keys, and their tries if they are in order. */
static enum strategy_status take_parts(struct partition *own)
{
    enum strategy_status status = take_balanced(own);
    if (!own->symbols.apart)
        return status;
    if (status == STRATEGY_OK)
        status = pool_run(own->pool, own->run, PHASE_PARTITION, unite_symbols, own);
    if (status != STRATEGY_OK || symbol_parts_agree(&own->symbols))
        return status;
    symbol_parts_be_wary(&own->symbols);
    atomic_store_explicit(&own->disorder, false, memory_order_relaxed);
    return pool_run(own->pool, own->run, PHASE_BUILD, settle_part, own);
}

/* The bytes that all keys of the batch begin with. */
static size_t common_stem(const struct partition *own)
{
    const struct part *first = NULL;
    size_t stem = 0;
    for (unsigned i = 0; i < own->base.setup->workers; i++) {
        const struct part *part = &own->parts[i];
        if (part->builder.count == 0)
            continue;
        if (first == NULL) {
            first = part;
            stem = part->stem;
        }
        size_t common = order_common(&first->builder.order.keys[0], &part->builder.order.keys[0]);
        stem = common < stem ? common : stem;
        stem = part->stem < stem ? part->stem : stem;
    }
    return stem;
}

/* The splitters: range w has the keys from splitter w - 1 to below splitter w. */
static void choose_splitters(struct partition *own)
{
    unsigned workers = own->base.setup->workers;
    size_t count = 0;
    own->stem = common_stem(own);
    for (unsigned i = 0; i < workers; i++) {
        const struct builder *builder = &own->parts[i].builder;
        size_t wanted = builder->count / SAMPLE_SHARE;
        wanted = wanted < SAMPLE_MIN ? SAMPLE_MIN : wanted > SAMPLE_MAX ? SAMPLE_MAX : wanted;
        wanted = wanted < builder->count ? wanted : builder->count;
        for (size_t k = 0; k < wanted; k++)
            own->samples[count++] =
                order_prefix(&builder->order.keys[k * builder->count / wanted], own->stem);
    }
    heapsort_numbers(own->samples, count);
    for (unsigned i = 0; i + 1 < workers; i++)
        own->samples[i] = own->samples[(i + 1) * count / workers];
}

static unsigned range_of(const struct partition *own, uint64_t prefix)
{
    unsigned low = 0, high = own->base.setup->workers - 1;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (prefix < own->samples[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool reserve_deal(struct part *part, size_t count)
{
    if (count <= part->deal_room)
        return true;
    free(part->dealt);
    free(part->ranges);
    part->deal_room = count + count / 8;
    part->dealt = malloc(part->deal_room * sizeof part->dealt[0]);
    part->ranges = malloc(part->deal_room * sizeof part->ranges[0]);
    if (part->dealt == NULL || part->ranges == NULL)
        part->deal_room = 0;
    return part->deal_room > 0;
}

/* The second step: the worker's keys by range. */
static enum strategy_status deal_part(void *context, unsigned worker)
{
    struct partition *own = context;
    struct part *part = &own->parts[worker];
    unsigned workers = own->base.setup->workers;
    const struct trie_key *keys = part->builder.order.keys;
    size_t count = part->builder.count;
    trie_clear(&part->trie);
    if (!reserve_deal(part, count))
        return STRATEGY_NO_MEMORY;
    memset(part->starts, 0, (workers + 1) * sizeof part->starts[0]);
    for (size_t i = 0; i < count; i++) {
        part->ranges[i] = (uint16_t)range_of(own, order_prefix(&keys[i], own->stem));
        part->starts[part->ranges[i] + 1]++;
    }
    for (unsigned i = 0; i < workers; i++)
        part->starts[i + 1] += part->starts[i];
    for (size_t i = count; i-- > 0;) {
        /* Counted down from the end of each range, and put right below. */
        part->dealt[--part->starts[part->ranges[i] + 1]] = keys[i];
    }
    memmove(part->starts, part->starts + 1, workers * sizeof part->starts[0]);
    part->starts[workers] = (uint32_t)count;
    return STRATEGY_OK;
}

/* The third step: the worker's range, out of what all dealt. */
static enum strategy_status build_range(void *context, unsigned worker)
{
    struct partition *own = context;
    struct part *part = &own->parts[worker];
    unsigned workers = own->base.setup->workers;
    size_t count = 0;
    for (unsigned i = 0; i < workers; i++)
        count += own->parts[i].starts[worker + 1] - own->parts[i].starts[worker];
    enum strategy_status status = order_reserve(&part->builder.order, count);
    if (status != STRATEGY_OK)
        return status;
    struct trie_key *to = part->builder.order.keys;
    for (unsigned i = 0; i < workers; i++) {
        const struct part *from = &own->parts[i];
        size_t dealt = from->starts[worker + 1] - from->starts[worker];
        if (dealt > 0)
            memcpy(to, from->dealt + from->starts[worker], dealt * sizeof to[0]);
        to += dealt;
    }
    part->builder.count = count;
    status = builder_sort(&part->builder);
    return status == STRATEGY_OK ? builder_build(&part->builder, &part->trie) : status;
}

static enum strategy_status stream_part(void *context, unsigned worker)
{
    struct partition *own = context;
    struct part *part = &own->parts[worker];
    part->builder.symbols = symbol_parts_of(&own->symbols, worker);
    return stream_take(&own->stream, &part->builder, own->space, &part->trie, &own->run->progress[worker]);
}

static enum strategy_status unite_share(void *context, unsigned worker)
{
    struct partition *own = context;
    bool agree;
    return symbol_parts_unite(&own->symbols, own->space, worker, &agree);
}

static enum strategy_status settle_share(void *context, unsigned worker)
{
    struct partition *own = context;
    bool changed;
    return symbol_parts_settle(&own->symbols, own->space, worker, &changed);
}

/*
 * All pieces. *done is false if they came in no order; *again is true if texts that were taken for new were
 * not: keys have ids that are gone. All symbols are in the table then, which what follows shares.
 */
static enum strategy_status stream_once(struct partition *own, bool *done, bool *again)
{
    *again = false;
    stream_begin(&own->stream, own->batch, own->base.setup->workers);
    enum strategy_status status = pool_run(own->pool, own->run, PHASE_BUILD, stream_part, own);
    if (status == STRATEGY_OK && own->symbols.apart) {
        status = pool_run(own->pool, own->run, PHASE_PARTITION, unite_share, own);
        *again = stream_repeats(&own->stream) || !symbol_parts_agree(&own->symbols);
    }
    if (status == STRATEGY_OK && *again) {
        symbol_parts_be_wary(&own->symbols);
        status = pool_run(own->pool, own->run, PHASE_PARTITION, settle_share, own);
    }
    *done = status == STRATEGY_OK && !*again && stream_in_order(&own->stream);
    for (unsigned i = 0; !*done && i < own->base.setup->workers; i++)
        trie_clear(&own->parts[i].trie);
    own->symbols.apart = false;
    return status;
}

/* A large batch, piece by piece; *done is false if it came in no order. */
static enum strategy_status stream_parts(struct partition *own, bool *done)
{
    bool again;
    enum strategy_status status = stream_once(own, done, &again);
    return again && status == STRATEGY_OK ? stream_once(own, done, &again) : status;
}

static enum strategy_status build_parts(struct partition *own)
{
    struct strategy_run *run = own->run;
    bool done = false;
    /* Where parts run alone, the first worker would take all pieces. */
    if (stream_fits(own->base.setup, own->batch->count) && own->base.setup->alone == NULL) {
        enum strategy_status status = stream_parts(own, &done);
        if (done || status != STRATEGY_OK)
            return status;
    }
    atomic_store_explicit(&own->disorder, false, memory_order_relaxed);
    enum strategy_status status = take_parts(own);
    if (status != STRATEGY_OK || !atomic_load_explicit(&own->disorder, memory_order_relaxed))
        return status;
    phase_enter(run, own->base.setup, PHASE_PARTITION);
    choose_splitters(own);
    status = pool_run(own->pool, run, PHASE_PARTITION, deal_part, own);
    return status == STRATEGY_OK ? pool_run(own->pool, run, PHASE_BUILD, build_range, own) : status;
}

static enum strategy_status unite(struct partition *own)
{
    struct trie *first = &own->parts[0].trie;
    for (unsigned i = 1; i < own->base.setup->workers; i++) {
        enum trie_status status = trie_absorb(first, &own->parts[i].trie);
        if (status != TRIE_OK)
            return space_status(status);
    }
    return space_absorb(own->space, first);
}

static enum strategy_status partition_insert(void *state, void *space, const struct batch *batch,
                                             struct strategy_run *run)
{
    struct partition *own = state;
    own->space = space;
    own->batch = batch;
    own->run = run;
    const struct strategy_setup *setup = own->base.setup;
    bool apart = setup->workers > 1 && batch->count < APART_BELOW;
    enum strategy_status status =
        symbol_parts_begin(&own->symbols, setup, space, batch->items, batch->count, apart);
    if (status == STRATEGY_OK)
        status = build_parts(own);
    phase_enter(run, own->base.setup, PHASE_MERGE);
    if (status == STRATEGY_OK)
        status = unite(own);
    if (status != STRATEGY_OK)
        for (unsigned i = 0; i < own->base.setup->workers; i++)
            trie_clear(&own->parts[i].trie);
    phase_enter(run, own->base.setup, PHASE_NONE);
    return status;
}

static const struct strategy_option partition_options[] = {
    [OPTION_POOL] = POOL_OPTION,
    [OPTION_NODES] = BUILDER_NODES_OPTION,
    [OPTION_SPACE] = SPACE_OPTIONS,
};

const char strategy_partition_hypothesis[] =
    "Ranges of keys have nothing in common but the path between them, so their union costs next to "
    "nothing, and W workers take about 1/W of the time of sorted, plus dealing out the keys where they "
    "come in no order.";

const struct strategy strategy_partition = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_PARALLEL | STRATEGY_APART | STRATEGY_ORDERED | STRATEGY_SHARING,
    .name = "partition",
    .idea = "every worker builds a trie of its own range of the keys, united along one path",
    .source = "sample sort (Frazer and McKellar 1970); bulk loading of radix trees (Leis et al. 2013)",
    .options = partition_options,
    .option_count = sizeof partition_options / sizeof partition_options[0],
    .open = partition_open,
    .close = partition_close,
    .create = partition_create,
    .insert = partition_insert,
    .walk = space_walk,
    .destroy = space_destroy,
    .space_bytes = space_bytes,
};
