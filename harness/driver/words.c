/* words.c - see words.h. */
#include "harness/driver/words.h"

#include "allocators/allocator.h"

#include <string.h>

static void strategy_print(const struct catalogue_strategy *strategy, FILE *out)
{
    fprintf(out, "strategy %s\n", strategy->name);
    for (size_t i = 0; i < strategy->option_count; i++) {
        const struct catalogue_option *option = &strategy->options[i];
        if (option->values == NULL) {
            fprintf(out, "strategy %s:%s=\n", strategy->name, option->name);
            continue;
        }
        for (size_t j = 0; j < option->value_count; j++)
            fprintf(out, "strategy %s:%s=%s\n", strategy->name, option->name, option->values[j]);
    }
}

/* Whether what a knob takes is one of some words, as "true|false" says, and not a range. */
static bool is_choice(const char *values)
{
    return values[strspn(values, "abcdefghijklmnopqrstuvwxyz|-")] == '\0';
}

static void knob_print(const char *allocator, const struct allocator_knob *knob, FILE *out)
{
    const char *value = knob->values;
    if (!is_choice(value)) {
        fprintf(out, "allocator %s:%s=\n", allocator, knob->name);
        return;
    }
    while (*value != '\0') {
        int length = (int)strcspn(value, "|");
        fprintf(out, "allocator %s:%s=%.*s\n", allocator, knob->name, length, value);
        value += length;
        value += *value == '|';
    }
}

void words_print(const struct catalogue *catalogue, FILE *out)
{
    size_t count;
    const struct allocator *const *allocators = allocator_registry(&count);
    for (size_t i = 0; i < catalogue->strategy_count; i++)
        strategy_print(&catalogue->strategies[i], out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "allocator %s\n", allocators[i]->name);
        for (size_t j = 0; j < allocators[i]->knob_count; j++)
            knob_print(allocators[i]->name, &allocators[i]->knobs[j], out);
    }
    for (size_t i = 0; i < catalogue->workload_count; i++)
        fprintf(out, "workload %s\n", catalogue->workloads[i].name);
}
