/*
 * workload_fill.c - the items themselves, made in the order in which they will be inserted.
 *
 * The text of a symbol lies only once, inside the inline key, and the term points there: an item costs 24
 * bytes, 16 a term, and its key. Where keys are interned, the inline form is kept apart from them for the
 * texts alone.
 */
#include "harness/worker/workload_private.h"
#include "trie/symbols.h"

#include <string.h>

enum { INTERNED_SYMBOL_BYTES = 9 };

/* The table whose ids are in the keys; NULL where symbols are inline. */
struct interner {
    struct symbols *symbols;
    struct symbols_writer writer;
};

static bool failed(enum trie_status status, struct error *error)
{
    return error_set(error, "an expression cannot be encoded: %s", trie_status_sentence(status));
}

/* What the key of an expression takes: each list and variable a byte, each symbol a byte and its text or its
 * id. */
static size_t key_bytes(const struct term *terms, size_t count, bool interned)
{
    size_t bytes = count;
    for (size_t i = 0; i < count; i++)
        if (terms[i].kind == TERM_SYMBOL)
            bytes += interned ? INTERNED_SYMBOL_BYTES - 1 : terms[i].size;
    return bytes;
}

static uint8_t *encode_inline(struct store *store, const struct term *terms, size_t count, size_t *length,
                              struct error *error)
{
    size_t room = key_bytes(terms, count, false);
    uint8_t *key = store_reserve(store, room, error);
    if (key == NULL)
        return NULL;
    enum trie_status status = expr_encode(terms, count, key, room, length);
    if (status != TRIE_OK) {
        failed(status, error);
        return NULL;
    }
    store_commit(store, *length);
    return key;
}

static uint8_t *encode_interned(struct store *store, struct interner *interner, const struct term *terms,
                                size_t count, size_t *length, struct error *error)
{
    size_t room = key_bytes(terms, count, true);
    uint8_t *key = store_reserve(store, room, error);
    if (key == NULL)
        return NULL;
    enum trie_status status =
        expr_encode_interned(terms, count, interner->symbols, &interner->writer, key, room, length);
    if (status != TRIE_OK) {
        failed(status, error);
        return NULL;
    }
    store_commit(store, *length);
    return key;
}

/* Makes the terms point to their texts in the inline key; those of variables, which are not in it, are
 * copied. */
static bool move_texts(struct term *terms, size_t count, const uint8_t *key, struct store *texts,
                       struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct term *term = &terms[i];
        key++;
        if (term->kind == TERM_SYMBOL) {
            term->text = (const char *)key;
            key += term->size;
        } else if (term->kind == TERM_VARIABLE) {
            char *text = store_take(texts, term->size, error);
            if (text == NULL)
                return false;
            memcpy(text, term->text, term->size);
            term->text = text;
        }
    }
    return true;
}

static bool fill_item(struct workload *workload, const struct draft_item *from, struct interner *interner,
                      struct item *item, struct error *error)
{
    bool interned = interner->symbols != NULL;
    struct term *terms = store_take(&workload->terms, from->count * sizeof *terms, error);
    if (terms == NULL)
        return false;
    memcpy(terms, from->terms, from->count * sizeof *terms);
    size_t length = 0;
    const uint8_t *key =
        encode_inline(interned ? &workload->texts : &workload->keys, terms, from->count, &length, error);
    if (key == NULL || !move_texts(terms, from->count, key, &workload->texts, error))
        return false;
    if (interned) {
        key = encode_interned(&workload->keys, interner, terms, from->count, &length, error);
        if (key == NULL)
            return false;
    }
    *item = (struct item){terms, (uint32_t)from->count, (uint32_t)length, key};
    return true;
}

/* Ids are given in the order of the source, so that shuffled items have shuffled keys. */
static bool intern_all(struct interner *interner, const struct draft *draft, size_t count,
                       struct error *error)
{
    enum trie_status status = TRIE_OK;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < draft->items[i].count; k++) {
            const struct term *term = &draft->items[i].terms[k];
            uint64_t id;
            if (term->kind == TERM_SYMBOL)
                status = symbols_intern(interner->symbols, &interner->writer, term->text, term->size, &id);
            if (status != TRIE_OK)
                return failed(status, error);
        }
    return true;
}

static bool interner_open(struct interner *interner, const struct draft *draft, size_t count,
                          struct error *error)
{
    enum trie_status status = symbols_create(&interner->symbols);
    if (status != TRIE_OK)
        return failed(status, error);
    status = symbols_writer_acquire(interner->symbols, &interner->writer);
    if (status != TRIE_OK)
        return failed(status, error);
    return intern_all(interner, draft, count, error);
}

static void interner_close(struct interner *interner)
{
    if (interner->symbols == NULL)
        return;
    symbols_writer_release(interner->symbols, &interner->writer);
    symbols_destroy(interner->symbols);
}

static bool fill_items(struct workload *workload, const struct draft *draft, const uint32_t *order,
                       bool interned, struct error *error)
{
    size_t count = workload->slices * workload->batch;
    struct interner interner = {0};
    bool done = !interned || interner_open(&interner, draft, count, error);
    for (size_t i = 0; i < count && done; i++)
        done = fill_item(workload, &draft->items[order[i]], &interner, &workload->items[i], error);
    interner_close(&interner);
    return done;
}

bool workload_fill(struct workload *workload, const struct draft *draft, const uint32_t *order,
                   const struct workload_need *need, struct error *error)
{
    size_t count = workload->slices * workload->batch;
    workload->items = store_array(&workload->terms, count, sizeof *workload->items, error);
    if (workload->items == NULL)
        return false;
    workload->expected = store_array(&workload->terms, workload->slices, sizeof *workload->expected, error);
    return workload->expected != NULL &&
           fill_items(workload, draft, order, need->interned && need->encoded, error) &&
           workload_expect(workload, error);
}
