/* status.c - the names and sentences of enum trie_status. */
#include "trie/status.h"

#include <stddef.h>

static const struct {
    const char *id;
    const char *sentence;
} table[] = {
#define TRIE_STATUS_ROW(name, id, sentence) {id, sentence},
    TRIE_STATUS_LIST(TRIE_STATUS_ROW)
#undef TRIE_STATUS_ROW
};

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

const char *trie_status_id(enum trie_status status)
{
    return (size_t)status < TABLE_ROWS ? table[status].id : "unknown";
}

const char *trie_status_sentence(enum trie_status status)
{
    return (size_t)status < TABLE_ROWS ? table[status].sentence : "unknown";
}
