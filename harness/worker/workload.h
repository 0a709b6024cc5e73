/*
 * workload.h - where the items come from: a universe of items, handed out in slices of one batch.
 *
 * Each sample gets a fresh slice, because a batch that is replayed is learnt by the branch predictors and
 * flatters every structure (by up to 2 times). The same spec, batch, and seed give the same slices to every
 * strategy and allocator. Everything that a batch points to lies in memory mapped by the workload, never from
 * malloc.
 *
 * Specs: NAME[:option=value...]
 *   facts      (fact i value-i), as the study made them     rules     (= (rule i) result-i), likewise
 *   words      (word w) from the system's word list          wordnet   relations out of the WordNet files
 *   random     keys of 8 to 24 random bytes as one symbol    file:PATH the expressions of a text file
 * Options: order=given|shuffled (shuffled within the universe, by the seed), duplicates=0..99 (share, in
 * percent, of items that repeat an earlier one of their slice). Of file:PATH, whatever stands before the last
 * run of these is path. Environment: TRIEBENCH_WORDS names another word list, TRIEBENCH_WORDNET another
 * folder of WordNet files.
 */
#ifndef HARNESS_WORKER_WORKLOAD_H
#define HARNESS_WORKER_WORKLOAD_H

#include "harness/common/error.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stdint.h>

struct workload;

struct workload_need {
    uint64_t batch;
    bool interned; /* in keys=encoded, keys hold ids of one table made for the purpose */
    bool encoded;
    bool replay; /* one slice, always the same: items 0 .. batch-1 of the source, as the study did */
    uint64_t seed;
};

/* What the check expects of a space into which a slice was inserted. */
struct workload_expectation {
    uint64_t keys;   /* distinct items */
    uint64_t digest; /* sum over distinct items of workload_hash(), modulo 2^64 */
};

struct workload_info {
    uint64_t items; /* of the universe */
    uint64_t slices;
    uint64_t digest; /* of the universe: sum of the hashes of all items, repeats included */
    uint64_t mapped_bytes;
};

/*
 * Makes the universe.
 * Errors: false with a sentence that names the option, the file (with line and column of a bad expression),
 * or the Debian package that is missing; also when the source has fewer items than one batch.
 */
bool workload_open(const char *spec, const struct workload_need *need, struct workload **workload,
                   struct error *error);

void workload_close(struct workload *workload);

/* Slice number index modulo the number of slices. Batch and expectation are the caller's; what they point to
 * is not. */
void workload_slice(const struct workload *workload, uint64_t index, struct batch *batch,
                    struct workload_expectation *expectation);

void workload_describe(const struct workload *workload, struct workload_info *info);

/* The hash that digests are made of: of the inline encoded form, or in keys=encoded of the key as given. */
uint64_t workload_hash(const uint8_t *key, size_t length);

/* Name and one sentence of each workload, for `list`; *count is their number. */
struct workload_entry {
    const char *name;
    const char *package; /* Debian package it needs, or NULL */
    const char *sentence;
};
const struct workload_entry *workload_entries(size_t *count);

#endif
