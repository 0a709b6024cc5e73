/* rename.h - keys from the ids of one symbol table to those of another. */
#ifndef STRATEGIES_RENAME_H
#define STRATEGIES_RENAME_H

#include "strategies/space.h"

/*
 * Inserts every key of a space, whose symbols are its own, into a trie whose keys hold ids of `symbols`, to
 * which the texts are added. Any number of threads may do so at once for different tries. Errors: those of
 * symbols_writer_acquire(), symbols_intern() and trie_insert(); some keys are in the trie then.
 */
enum strategy_status rename_into(struct symbols *symbols, const struct space *from, struct trie *trie);

#endif
