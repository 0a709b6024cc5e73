/*
 * status.h - how a call into trie/ can end.
 *
 * Every function that can fail returns one of these; results come through out-parameters, which stay
 * untouched on failure. The list is one table, so that the names and the sentences cannot drift apart.
 */
#ifndef TRIE_STATUS_H
#define TRIE_STATUS_H

#define TRIE_STATUS_LIST(X)                                                                                  \
    X(TRIE_OK, "ok", "done")                                                                                 \
    X(TRIE_NO_MEMORY, "no-memory", "the allocator returned NULL")                                            \
    X(TRIE_KEY_TOO_LONG, "key-too-long", "the key is longer than TRIE_KEY_BYTES_MAX")                        \
    X(TRIE_NOT_SORTED, "not-sorted", "the keys are not in ascending byte order")                             \
    X(TRIE_STOPPED, "stopped", "the visitor asked to stop")                                                  \
    X(TRIE_END, "end", "there is nothing left to read")                                                      \
    X(TRIE_BAD_SYNTAX, "bad-syntax", "the text is no s-expression")                                          \
    X(TRIE_BAD_KEY, "bad-key", "the bytes are no encoded expression")                                        \
    X(TRIE_OVER_LIMIT, "over-limit", "a stated limit of the encoding is exceeded")                           \
    X(TRIE_NO_ROOM, "no-room", "the caller's buffer is too small")                                           \
    X(TRIE_NO_SLOT, "no-slot", "every writer slot of the symbol table is taken")                             \
    X(TRIE_UNKNOWN_SYMBOL, "unknown-symbol", "the symbol table has no such id")

enum trie_status {
#define TRIE_STATUS_ENUM(name, id, sentence) name,
    TRIE_STATUS_LIST(TRIE_STATUS_ENUM)
#undef TRIE_STATUS_ENUM
};

/*
 * The stable short name of a status ("no-memory"), and one sentence for people. Both are static strings;
 * a value outside the list gives "unknown".
 */
const char *trie_status_id(enum trie_status status);
const char *trie_status_sentence(enum trie_status status);

/* In front of every declaration whose result must be looked at. */
#define TRIE_MUST_USE __attribute__((warn_unused_result))

#endif
