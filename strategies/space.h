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
 * The options of every strategy over a symbol table, permits= and root=, which restate races of the original
 * system (trie/symbols.h). A strategy with none of its own has space_options; else SPACE_OPTIONS are
 * two rows of its table. Either way trie_state_with() reads their values.
 */
enum { SPACE_OPTION_COUNT = 2 };
#define SPACE_OPTIONS                                                                                        \
    {.name = "permits",                                                                                      \
     .choices = space_permits_names,                                                                         \
     .preset = 0,                                                                                            \
     .sentence =                                                                                             \
         "who owns a writer slot of the symbol table: its holder, or (a fault restated) whoever once did"},  \
    {                                                                                                        \
        .name = "root", .choices = space_root_names, .preset = 0,                                            \
        .sentence =                                                                                          \
            "who makes a shard of the symbol table: who inserts, or (a fault restated) who looks first"      \
    }
extern const char *const space_permits_names[];
extern const char *const space_root_names[];
extern const struct strategy_option space_options[SPACE_OPTION_COUNT];

/* The state of a strategy with these options; options points at the first of their values. */
struct trie_state trie_state_with(const struct strategy_setup *setup, const int64_t *options);

/*
 * For strategy.open: lets malloc see how much memory comes and goes with batches of so many items. glibc's
 * then keeps as much of the top of its heap, in place of giving it back after a batch and faulting it in
 * again in the next one, which it does by chance of what lies where (README.md). Beyond 64 MiB it keeps
 * nothing at the top, whatever it saw: so *lid, for free() in strategy.close, is a block above what large
 * batches will need, or NULL. None of it is touched; to other allocators it is nothing. Errors:
 * STRATEGY_NO_MEMORY.
 */
enum strategy_status space_announce(size_t count_max, void **lid);

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

/* The same, if the batch went well so far; if not, the private trie is only emptied, and status comes back.
 */
enum strategy_status space_finish(struct space *space, struct trie *part, enum strategy_status status);

/* What an error of trie/ is to the harness. */
enum strategy_status space_status(enum trie_status status);

#endif
