/*
 * workload_words.c - (word W) for each line of the system's word list.
 *
 * Lines that would not come back from text as one symbol are left out.
 */
#include "harness/worker/workload_private.h"

static const char WORDS_PATH[] = "/usr/share/dict/american-english-huge";

bool source_words(struct draft *draft, const struct source_args *args, struct error *error)
{
    (void)args;
    struct text_file rest, line;
    if (!text_read(draft, text_path("TRIEBENCH_WORDS", WORDS_PATH), WORDS_PACKAGE, &rest, error))
        return false;
    struct term word[] = {term_list(2), term_symbol("word", 4), {0}};
    while (!draft_full(draft) && text_line(&rest, &line)) {
        if (!text_is_symbol(line.text, line.size))
            continue;
        word[2] = term_symbol(line.text, line.size);
        if (!draft_add(draft, word, sizeof word / sizeof word[0], error))
            return false;
    }
    return true;
}
