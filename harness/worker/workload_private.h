/*
 * workload_private.h - what the parts of a workload share.
 *
 *     spec -> source -> draft -> order (shuffle, repeats) -> items with their keys -> slices with what to
 * expect of them
 *
 * A source appends expressions to a draft, in its own order and as it finds them, say in the middle of a
 * file. The items are then made out of the draft in the order in which they will be inserted, so that they
 * lie in memory in that order, and the draft is given back.
 */
#ifndef HARNESS_WORKER_WORKLOAD_PRIVATE_H
#define HARNESS_WORKER_WORKLOAD_PRIVATE_H

#include "harness/worker/random.h"
#include "harness/worker/workload.h"

#include <stddef.h>

/* Memory that only grows, mapped by chunks; all of it is given back at once. All zero but for huge: empty. */
struct store_chunk;
struct store {
    struct store_chunk *chunks;
    unsigned char *next;
    size_t left_bytes;
    size_t mapped_bytes;
    bool huge; /* wants huge pages: for what set-up reads out of order. Items do not: a caller's data have
                  none */
};

/*
 * Room for size bytes, zeroed, which stays free until store_commit() takes some of it. Aligned to 64 bytes as
 * long as only multiples of 64 were taken, to 16 likewise. Errors: NULL, with error set.
 */
void *store_reserve(struct store *store, size_t size, struct error *error);
void store_commit(struct store *store, size_t size);

/* Both at once. */
void *store_take(struct store *store, size_t size, struct error *error);

/* Room for count things of size bytes each, in a multiple of 64 bytes. Errors: NULL, also when the product
 * overflows. */
void *store_array(struct store *store, size_t count, size_t size, struct error *error);

void store_free(struct store *store);

/* One expression of a draft. */
struct draft_item {
    const struct term *terms;
    size_t count;
};

/* What a source has found so far. */
struct draft {
    struct store store; /* everything below: the array, terms, symbols as generated, files as read */
    struct draft_item *items;
    size_t count;
    size_t want; /* the source stops here */
};

bool draft_init(struct draft *draft, size_t want, struct error *error);
void draft_free(struct draft *draft);
bool draft_full(const struct draft *draft);

/*
 * Room for a symbol, to be written and then committed by draft_commit_text() with its size. Symbols lie
 * beside the terms that point to them, so that an expression costs few cache misses when it is fetched out of
 * order.
 */
char *draft_reserve_text(struct draft *draft, size_t size, struct error *error);
void draft_commit_text(struct draft *draft, size_t size);

/* Appends an expression; its terms are copied, their texts are not. Does nothing once the draft is full. */
bool draft_add(struct draft *draft, const struct term *terms, size_t count, struct error *error);

static inline struct term term_list(uint32_t children)
{
    return (struct term){NULL, children, TERM_LIST};
}

static inline struct term term_symbol(const char *text, size_t size)
{
    return (struct term){text, (uint32_t)size, TERM_SYMBOL};
}

/* Whether text, printed and read again, is one symbol and the same. */
bool text_is_symbol(const char *text, size_t size);

/*
 * Where data lie: what the environment variable says, or else preset. TRIEBENCH_WORDS is the path of the word
 * list, TRIEBENCH_WORDNET the folder of WordNet's data files.
 */
const char *text_path(const char *variable, const char *preset);

/* A file as it was read; lives as long as the draft. */
struct text_file {
    const char *text;
    size_t size;
};

/*
 * Reads a regular file of up to 4 GiB. package is named to a person who lacks the file; NULL if none brings
 * it. Read and not mapped: a mapped file that another program cuts short kills its reader.
 */
bool text_read(struct draft *draft, const char *path, const char *package, struct text_file *file,
               struct error *error);

/* Moves *rest past its next line and sets line; false when nothing is left. */
bool text_line(struct text_file *rest, struct text_file *line);

enum { SPEC_BYTES = 4096, SPEC_NAME_BYTES = 32 };

/* A spec, taken apart. */
struct spec {
    char name[SPEC_NAME_BYTES];
    char path[SPEC_BYTES]; /* of `file`, else empty */
    bool shuffled;
    unsigned duplicates_percent;
};

/*
 * Takes a spec apart. The name is not looked up. The path of `file` may hold colons: it ends where nothing
 * but known options follows.
 */
bool spec_parse(const char *text, struct spec *spec, struct error *error);

/* The sources: each appends expressions until the draft is full or the source has no more. */
struct source_args {
    const char *path;
    uint64_t seed;
};
typedef bool source_draft(struct draft *draft, const struct source_args *args, struct error *error);

source_draft source_facts, source_rules, source_words, source_wordnet, source_random, source_file;

/* Debian packages of the sources that need one. */
#define WORDS_PACKAGE   "wamerican-huge"
#define WORDNET_PACKAGE "wordnet-base"

struct workload {
    struct store terms; /* also this struct and every array */
    struct store texts; /* what is in no key: variables, and symbols where keys are interned */
    struct store keys;
    struct item *items;
    struct workload_expectation *expected; /* one a slice */
    uint64_t digest;
    size_t batch;
    size_t slices;
};

/* Which expression of the draft each item is: order[slices * batch], shuffled and with repeats as the spec
 * asks. */
void order_fill(uint32_t *order, size_t slices, size_t batch, const struct spec *spec, uint64_t seed);

/* Works out what is expected of each slice, and the digest of the universe. The items are there. */
bool workload_expect(struct workload *workload, struct error *error);

/* Makes the items, in that order, and what is expected of each slice. batch and slices are set. */
bool workload_fill(struct workload *workload, const struct draft *draft, const uint32_t *order,
                   const struct workload_need *need, struct error *error);

#endif
