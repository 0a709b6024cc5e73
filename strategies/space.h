/*
 * space.h - the ordinary space: a trie and, where symbols are interned, its symbol table.
 *
 * Shared by all strategies over trie/: how a space is made, walked, measured and taken down. Its functions
 * fit into struct strategy as they are, for strategies whose state starts with a struct trie_state.
 */
#ifndef STRATEGIES_SPACE_H
#define STRATEGIES_SPACE_H

#include "strategies/strategy.h"
#include "trie/symbols.h"
#include "trie/trie.h"

struct space {
    struct trie trie;
    struct symbols *symbols; /* NULL: keys are inline, or come encoded */
};

/* The first member of the state of every strategy over a trie. */
struct trie_state {
    const struct strategy_setup *setup;
    unsigned faults; /* of the space's symbol table, enum symbols_fault; 0: sound */
};

/*
 * Options of a strategy whose workers share the symbol table: two rows, one behind the other. permits=leaky
 * and root=lazy restate races of the original system (trie/symbols.h).
 */
#define SPACE_PERMITS_OPTION                                                                                 \
    {                                                                                                        \
        .name = "permits", .choices = space_permits_names, .preset = 0,                                      \
        .sentence =                                                                                          \
            "who owns a writer slot of the symbol table: its holder, or (a fault restated) whoever once did" \
    }
#define SPACE_ROOT_OPTION                                                                                    \
    {                                                                                                        \
        .name = "root", .choices = space_root_names, .preset = 0,                                            \
        .sentence =                                                                                          \
            "who makes a shard of the symbol table: who inserts, or (a fault restated) who looks first"      \
    }
extern const char *const space_permits_names[];
extern const char *const space_root_names[];

/* The state of a strategy with these options; options points at the value of the first of the two. */
struct trie_state trie_state_with(const struct strategy_setup *setup, const int64_t *options);

/* strategy.create: an empty space. Errors: STRATEGY_NO_MEMORY. */
enum strategy_status space_create(void *state, void **space);

/*
 * strategy.walk, in ascending byte order of the keys that the trie holds; interned keys are translated to
 * inline ones. Errors: STRATEGY_NO_MEMORY; STRATEGY_FAILED if a key cannot be translated.
 */
enum strategy_status space_walk(void *state, void *space, strategy_visit *visit, void *context);

/* strategy.destroy. */
void space_destroy(void *state, void *space);

/* strategy.space_bytes: the nodes, the symbol table and the struct itself; 0 if there is no memory to count.
 */
size_t space_bytes(void *state, void *space);

/*
 * The end of every batch: unites a private trie into the space, and leaves the private one empty, also on
 * error. Errors: STRATEGY_NO_MEMORY.
 */
enum strategy_status space_absorb(struct space *space, struct trie *part);

/* What an error of trie/ is to the harness. */
enum strategy_status space_status(enum trie_status status);

#endif
