/* catalogue.c - see catalogue.h: reading the worker's description of itself. */
#include "harness/driver/catalogue.h"

#include "harness/driver/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL || !text_plain(text) ? otherwise : text;
}

static bool values_read(const json_t *array, struct catalogue_option *option, struct error *error)
{
    size_t count = json_array_size(array);
    option->values = calloc(count + 1, sizeof *option->values);
    if (option->values == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < count; i++) {
        option->values[i] = json_string_value(json_array_get(array, i));
        if (option->values[i] == NULL || !text_plain(option->values[i]))
            return error_set(error, "option '%s' has a value that is no plain string", option->name);
    }
    option->value_count = count;
    return true;
}

static bool option_read(const json_t *object, struct catalogue_option *option, struct error *error)
{
    option->name = text_of(object, "name", NULL);
    if (option->name == NULL)
        return error_set(error, "an option has no name");
    option->sentence = text_of(object, "sentence", "");
    const json_t *preset = json_object_get(object, "default");
    if (json_is_string(preset))
        snprintf(option->preset, sizeof option->preset, "%s", json_string_value(preset));
    else
        snprintf(option->preset, sizeof option->preset, "%lld", (long long)json_integer_value(preset));
    const json_t *values = json_object_get(object, "values");
    if (json_is_array(values))
        return values_read(values, option, error);
    option->min = json_integer_value(json_object_get(object, "min"));
    option->max = json_integer_value(json_object_get(object, "max"));
    return true;
}

static bool claims_read(const json_t *array, struct catalogue_strategy *strategy)
{
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count && i < CATALOGUE_CLAIMS_MAX; i++) {
        const char *claim = json_string_value(json_array_get(array, i));
        if (claim == NULL || !text_plain(claim))
            return false;
        strategy->claims[strategy->claim_count++] = claim;
        strategy->parallel = strategy->parallel || strcmp(claim, "parallel") == 0;
        strategy->control =
            strategy->control || strcmp(claim, "control") == 0 || strcmp(claim, "yardstick") == 0;
    }
    return true;
}

static bool read_strategy(const json_t *object, const char *name, struct catalogue_strategy *strategy,
                          struct error *error)
{
    const char *own = text_of(object, "name", NULL);
    if (own == NULL || own[0] == '\0')
        return error_set(error, "a strategy has no name");
    strategy->plugin = name != NULL;
    strategy->name = text_copy(name == NULL ? own : name);
    const json_t *options = json_object_get(object, "options");
    size_t count = json_array_size(options);
    strategy->options = calloc(count + 1, sizeof *strategy->options);
    if (strategy->name == NULL || strategy->options == NULL)
        return error_set(error, "no memory");
    strategy->idea = text_of(object, "idea", "");
    strategy->source = text_of(object, "source", "");
    strategy->hypothesis = text_of(object, "hypothesis", NULL);
    if (!claims_read(json_object_get(object, "claims"), strategy))
        return error_set(error, "strategy '%s' has a claim that is no plain string", own);
    for (size_t i = 0; i < count; i++) {
        strategy->option_count++;
        if (!option_read(json_array_get(options, i), &strategy->options[i], error))
            return error_context(error, "strategy '%s'", own);
    }
    return true;
}

static bool add_strategy(struct catalogue *catalogue, const json_t *object, const char *name,
                         struct error *error)
{
    size_t count = catalogue->strategy_count;
    if (count >= CATALOGUE_ROWS_MAX)
        return error_set(error, "more than %d strategies", CATALOGUE_ROWS_MAX);
    struct catalogue_strategy *grown = realloc(catalogue->strategies, (count + 1) * sizeof *grown);
    if (grown == NULL)
        return error_set(error, "no memory");
    catalogue->strategies = grown;
    catalogue->strategy_count++;
    grown[count] = (struct catalogue_strategy){0};
    return read_strategy(object, name, &grown[count], error);
}

static bool workload_add(struct catalogue *catalogue, const json_t *object, struct error *error)
{
    const char *name = text_of(object, "name", NULL);
    size_t count = catalogue->workload_count;
    if (name == NULL || count >= CATALOGUE_ROWS_MAX)
        return error_set(error, "a workload has no name, or there are more than %d", CATALOGUE_ROWS_MAX);
    struct catalogue_workload *grown = realloc(catalogue->workloads, (count + 1) * sizeof *grown);
    if (grown == NULL)
        return error_set(error, "no memory");
    catalogue->workloads = grown;
    catalogue->workload_count++;
    grown[count] = (struct catalogue_workload){.name = name,
                                               .package = text_of(object, "package", NULL),
                                               .sentence = text_of(object, "sentence", "")};
    return true;
}

static bool document_add(struct catalogue *catalogue, json_t *document, struct error *error)
{
    void **grown = realloc(catalogue->documents, (catalogue->document_count + 1) * sizeof *grown);
    if (grown == NULL) {
        json_decref(document);
        return error_set(error, "no memory");
    }
    catalogue->documents = grown;
    catalogue->documents[catalogue->document_count++] = document;
    return true;
}

bool catalogue_add(struct catalogue *catalogue, const char *json, const char *name, struct error *error)
{
    json_error_t fault;
    json_t *document = json_loads(json, JSON_REJECT_DUPLICATES, &fault);
    if (document == NULL)
        return error_set(error, "what the worker says of itself is no JSON: line %d: %s", fault.line,
                         fault.text);
    if (!document_add(catalogue, document, error))
        return false;
    const json_t *strategies = json_object_get(document, "strategies");
    if (!json_is_array(strategies))
        return add_strategy(catalogue, document, name, error);
    for (size_t i = 0; i < json_array_size(strategies); i++) {
        if (!add_strategy(catalogue, json_array_get(strategies, i), name, error))
            return false;
    }
    const json_t *workloads = json_object_get(document, "workloads");
    for (size_t i = 0; i < json_array_size(workloads); i++) {
        if (!workload_add(catalogue, json_array_get(workloads, i), error))
            return false;
    }
    return true;
}

void catalogue_free(struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->strategy_count; i++) {
        struct catalogue_strategy *strategy = &catalogue->strategies[i];
        for (size_t j = 0; j < strategy->option_count; j++)
            free(strategy->options[j].values);
        free(strategy->options);
        free(strategy->name);
    }
    for (size_t i = 0; i < catalogue->document_count; i++)
        json_decref(catalogue->documents[i]);
    free(catalogue->strategies);
    free(catalogue->workloads);
    free(catalogue->documents);
    *catalogue = (struct catalogue){0};
}
