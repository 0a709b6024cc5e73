/* workload_generated.c - the facts and rules of the earlier study, as many as are wanted. */
#include "harness/worker/workload_private.h"

#include <string.h>

enum { NUMERAL_BYTES_MAX = 20 };

#define LITERAL(text) term_symbol(text, sizeof(text) - 1)

static size_t write_numeral(char *text, uint64_t number)
{
    char reversed[NUMERAL_BYTES_MAX];
    size_t size = 0;
    do {
        reversed[size++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < size; i++)
        text[i] = reversed[size - 1 - i];
    return size;
}

/* Makes the symbols PREFIX-NUMBER and NUMBER; the second is the tail of the first. */
static bool number_symbols(struct draft *draft, struct term prefix, uint64_t number, struct term *whole,
                           struct term *numeral, struct error *error)
{
    char *text = draft_reserve_text(draft, prefix.size + NUMERAL_BYTES_MAX, error);
    if (text == NULL)
        return false;
    memcpy(text, prefix.text, prefix.size);
    size_t digits = write_numeral(text + prefix.size, number);
    draft_commit_text(draft, prefix.size + digits);
    *whole = term_symbol(text, prefix.size + digits);
    *numeral = term_symbol(text + prefix.size, digits);
    return true;
}

bool source_facts(struct draft *draft, const struct source_args *args, struct error *error)
{
    (void)args;
    struct term fact[] = {term_list(3), LITERAL("fact"), {0}, {0}};
    for (uint64_t i = 0; !draft_full(draft); i++)
        if (!number_symbols(draft, LITERAL("value-"), i, &fact[3], &fact[2], error) ||
            !draft_add(draft, fact, sizeof fact / sizeof fact[0], error))
            return false;
    return true;
}

bool source_rules(struct draft *draft, const struct source_args *args, struct error *error)
{
    (void)args;
    struct term rule[] = {term_list(3), LITERAL("="), term_list(2), LITERAL("rule"), {0}, {0}};
    for (uint64_t i = 0; !draft_full(draft); i++)
        if (!number_symbols(draft, LITERAL("result-"), i, &rule[5], &rule[4], error) ||
            !draft_add(draft, rule, sizeof rule / sizeof rule[0], error))
            return false;
    return true;
}
