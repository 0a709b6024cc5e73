/* workload_file.c - the expressions of a text file, read until there are enough. */
#include "harness/worker/workload_private.h"

bool source_file(struct draft *draft, const struct source_args *args, struct error *error)
{
    struct text_file file;
    if (!text_read(draft, args->path, NULL, &file, error))
        return false;
    struct term *terms = store_array(&draft->store, EXPR_TERMS_MAX, sizeof *terms, error);
    if (terms == NULL)
        return false;
    struct expr_reader reader;
    expr_reader_init(&reader, file.text, file.size);
    while (!draft_full(draft)) {
        size_t count = 0;
        struct expr_error bad = {0};
        enum trie_status status = expr_read(&reader, terms, EXPR_TERMS_MAX, &count, &bad);
        if (status == TRIE_END)
            break;
        if (status != TRIE_OK)
            return error_set(error, "%s:%zu:%zu: %s", args->path, bad.line, bad.column,
                             bad.reason != NULL ? bad.reason : trie_status_sentence(status));
        if (!draft_add(draft, terms, count, error))
            return false;
    }
    return true;
}
