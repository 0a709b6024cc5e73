/* workload_expect.c - what a space must hold once a slice is in it: distinct keys, and the sum of their
 * hashes. */
#include "harness/worker/workload_private.h"

#include <string.h>

/* A set of hashes by open addressing; 0 marks a free slot, so that hash is kept beside. */
struct hash_set {
    uint64_t *slots;
    size_t mask;
    bool has_zero;
};

static bool set_add(struct hash_set *set, uint64_t hash)
{
    if (hash == 0) {
        bool added = !set->has_zero;
        set->has_zero = true;
        return added;
    }
    size_t slot = (size_t)hash & set->mask;
    while (set->slots[slot] != 0 && set->slots[slot] != hash)
        slot = (slot + 1) & set->mask;
    bool added = set->slots[slot] == 0;
    set->slots[slot] = hash;
    return added;
}

static void expect_slice(struct workload *workload, size_t index, struct hash_set *set)
{
    memset(set->slots, 0, (set->mask + 1) * sizeof *set->slots);
    set->has_zero = false;
    const struct item *items = workload->items + index * workload->batch;
    struct workload_expectation expected = {0};
    for (size_t i = 0; i < workload->batch; i++) {
        uint64_t hash = workload_hash(items[i].key, items[i].key_length);
        workload->digest += hash;
        if (set_add(set, hash)) {
            expected.keys++;
            expected.digest += hash;
        }
    }
    workload->expected[index] = expected;
}

/* Two keys of one slice with the same hash are taken for the same key: of a million keys, once in 30 million
 * slices. */
bool workload_expect(struct workload *workload, struct error *error)
{
    struct hash_set set = {.mask = 1};
    while (set.mask < workload->batch * 2)
        set.mask = set.mask * 2 + 1;
    struct store scratch = {0};
    set.slots = store_array(&scratch, set.mask + 1, sizeof *set.slots, error);
    for (size_t i = 0; i < workload->slices && set.slots != NULL; i++)
        expect_slice(workload, i, &set);
    store_free(&scratch);
    return set.slots != NULL;
}
