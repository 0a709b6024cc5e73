/* registry.c - the table behind strategies/registry.def. */
#include "strategies/registry.h"

#include <string.h>

#define STRATEGY(symbol)                                                                                     \
    extern const struct strategy symbol;                                                                     \
    extern const char symbol##_hypothesis[];
#include "strategies/registry.def"
#undef STRATEGY

static const struct strategy *const table[] = {
#define STRATEGY(symbol) &symbol,
#include "strategies/registry.def"
#undef STRATEGY
};

static const char *const hypotheses[] = {
#define STRATEGY(symbol) symbol##_hypothesis,
#include "strategies/registry.def"
#undef STRATEGY
};

enum { TABLE_ROWS = sizeof table / sizeof table[0] };

const struct strategy *const *strategy_registry(size_t *count)
{
    *count = TABLE_ROWS;
    return table;
}

const struct strategy *strategy_find(const char *name)
{
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const char *strategy_hypothesis(const struct strategy *strategy)
{
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (table[i] == strategy)
            return hypotheses[i];
    return NULL;
}
