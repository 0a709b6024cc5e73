/* workload.c - see workload.h: the table of sources, and a universe from its making to its end. */
#include "harness/worker/workload_private.h"

#include <string.h>
#include <xxhash.h>

/* Adding a workload: its source, and a line here. */
#define SOURCE_LIST(X)                                                                                       \
    X("facts", NULL, source_facts, "(fact i value-i), numbered from 0, as the earlier study made them")      \
    X("rules", NULL, source_rules, "(= (rule i) result-i), numbered from 0, likewise")                       \
    X("words", WORDS_PACKAGE, source_words, "(word w) for each word of the system's largest word list")      \
    X("wordnet", WORDNET_PACKAGE, source_wordnet,                                                            \
      "senses and relations of WordNet, such as (hypernym n00001930 n00001740), then facts if more are "     \
      "wanted")                                                                                              \
    X("random", NULL, source_random, "single symbols of 8 to 24 random bytes, chosen by the seed")           \
    X("file", NULL, source_file, "the expressions of a text file: file:PATH")

static const struct workload_entry entries[] = {
#define SOURCE_ENTRY(name, package, draft, sentence) {name, package, sentence},
    SOURCE_LIST(SOURCE_ENTRY)
#undef SOURCE_ENTRY
};

static source_draft *const sources[] = {
#define SOURCE_DRAFT(name, package, draft, sentence) draft,
    SOURCE_LIST(SOURCE_DRAFT)
#undef SOURCE_DRAFT
};

enum { ENTRIES = sizeof entries / sizeof entries[0], UNIVERSE_BATCHES = 64, UNIVERSE_ITEMS = 131072 };

static const uint64_t BATCH_MAX = UINT32_MAX;

const struct workload_entry *workload_entries(size_t *count)
{
    *count = ENTRIES;
    return entries;
}

uint64_t workload_hash(const uint8_t *key, size_t length)
{
    return XXH3_64bits(key, length);
}

static source_draft *find_source(const char *name, struct error *error)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (strcmp(entries[i].name, name) == 0)
            return sources[i];
    error_set(error, "unknown workload \"%s\"; known: facts, rules, words, wordnet, random, file:PATH", name);
    return NULL;
}

/* Enough slices that none comes again soon, but no more items than set-up has time for. */
static size_t universe_items(const struct workload_need *need)
{
    size_t batch = (size_t)need->batch;
    if (need->replay || batch == 0)
        return batch;
    size_t items = batch * UNIVERSE_BATCHES;
    if (items > UNIVERSE_ITEMS)
        items = UNIVERSE_ITEMS;
    return items < batch ? batch : items / batch * batch;
}

/* An empty batch is a batch too: one slice of nothing. */
static bool count_slices(struct workload *workload, const struct draft *draft, struct error *error)
{
    workload->slices = workload->batch == 0 ? 1 : draft->count / workload->batch;
    return workload->slices > 0 || error_set(error, "there are only %zu items, fewer than one batch of %zu",
                                             draft->count, workload->batch);
}

static bool fill_from(struct workload *workload, struct draft *draft, const struct spec *spec,
                      const struct workload_need *need, struct error *error)
{
    source_draft *source = find_source(spec->name, error);
    if (source == NULL)
        return false;
    const struct source_args args = {spec->path, need->seed};
    if (!source(draft, &args, error) || !count_slices(workload, draft, error))
        return error_context(error, "workload %s", spec->name);
    uint32_t *order = store_array(&draft->store, workload->slices * workload->batch, sizeof *order, error);
    if (order == NULL)
        return false;
    order_fill(order, workload->slices, workload->batch, spec, need->seed);
    return workload_fill(workload, draft, order, need, error);
}

/* The workload lies in the first of its own stores. */
static struct workload *workload_new(size_t batch, struct error *error)
{
    struct store store = {0};
    struct workload *workload = store_array(&store, 1, sizeof *workload, error);
    if (workload != NULL)
        *workload = (struct workload){.terms = store, .batch = batch};
    return workload;
}

bool workload_open(const char *spec_text, const struct workload_need *need, struct workload **workload,
                   struct error *error)
{
    struct spec spec;
    if (need->batch > BATCH_MAX)
        return error_set(error, "a batch of more than %ju items", (uintmax_t)BATCH_MAX);
    if (!spec_parse(spec_text, &spec, error))
        return false;
    struct workload *made = workload_new((size_t)need->batch, error);
    if (made == NULL)
        return false;
    struct draft draft;
    bool done =
        draft_init(&draft, universe_items(need), error) && fill_from(made, &draft, &spec, need, error);
    draft_free(&draft);
    if (done)
        *workload = made;
    else
        workload_close(made);
    return done;
}

void workload_close(struct workload *workload)
{
    if (workload == NULL)
        return;
    store_free(&workload->texts);
    store_free(&workload->keys);
    struct store own = workload->terms;
    store_free(&own);
}

void workload_slice(const struct workload *workload, uint64_t index, struct batch *batch,
                    struct workload_expectation *expectation)
{
    size_t slice = (size_t)(index % workload->slices);
    *batch = (struct batch){workload->items + slice * workload->batch, workload->batch};
    *expectation = workload->expected[slice];
}

void workload_describe(const struct workload *workload, struct workload_info *info)
{
    *info = (struct workload_info){
        .items = workload->slices * workload->batch,
        .slices = workload->slices,
        .digest = workload->digest,
        .mapped_bytes =
            workload->terms.mapped_bytes + workload->texts.mapped_bytes + workload->keys.mapped_bytes,
    };
}
