/* spec.c - the half of catalogue.h that checks what somebody asked for against what there is. */
#include "harness/driver/catalogue.h"

#include "harness/driver/suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPEC_OPTIONS_MAX = 64 };

size_t catalogue_name_bytes(const char *spec)
{
    const char *slash = strrchr(spec, '/');
    const char *from = slash == NULL ? spec : slash;
    return (size_t)(from - spec) + strcspn(from, ":");
}

bool catalogue_is_plugin(const char *spec)
{
    size_t length = catalogue_name_bytes(spec);
    return memchr(spec, '/', length) != NULL || (length > 3 && strncmp(spec + length - 3, ".so", 3) == 0);
}

const struct catalogue_strategy *catalogue_find(const struct catalogue *catalogue, const char *spec)
{
    size_t length = catalogue_name_bytes(spec);
    for (size_t i = 0; i < catalogue->strategy_count; i++) {
        const char *name = catalogue->strategies[i].name;
        if (strncmp(name, spec, length) == 0 && name[length] == '\0')
            return &catalogue->strategies[i];
    }
    return NULL;
}

/* Appends ", name" (or " name" as the first) to the sentence. */
static void list_add(struct error *error, size_t index, const char *name)
{
    struct error before = *error;
    error_set(error, "%s%s %s", before.text, index == 0 ? "" : ",", name);
}

/* The sentence for a name that is none of names[]. */
static bool unknown(const char *what, const char *name, const char *const *names, size_t count,
                    struct error *error)
{
    const char *near = suggest(name, names, count);
    if (count == 0)
        return error_set(error, "unknown %s '%.60s'; there are none", what, name);
    if (near != NULL)
        return error_set(error, "unknown %s '%.60s'; did you mean '%s'?", what, name, near);
    error_set(error, "unknown %s '%.60s'; known are:", what, name);
    for (size_t i = 0; i < count; i++)
        list_add(error, i, names[i]);
    return false;
}

static bool number_fits(const struct catalogue_option *option, const char *value)
{
    size_t digits = strspn(value + (value[0] == '-'), "0123456789");
    if (digits == 0 || value[digits + (value[0] == '-')] != '\0')
        return false;
    errno = 0;
    long long read = strtoll(value, NULL, 10);
    return errno == 0 && read >= option->min && read <= option->max;
}

static bool value_check(const struct catalogue_option *option, const char *value, struct error *error)
{
    if (option->values == NULL) {
        return number_fits(option, value)
                   ? true
                   : error_set(error,
                               "option '%s' wants a number from %" PRId64 " to %" PRId64 ", not '%.60s'",
                               option->name, option->min, option->max, value);
    }
    for (size_t i = 0; i < option->value_count; i++) {
        if (strcmp(option->values[i], value) == 0)
            return true;
    }
    error_set(error, "option '%s' does not take '%.60s' but:", option->name, value);
    for (size_t i = 0; i < option->value_count; i++)
        list_add(error, i, option->values[i]);
    return false;
}

/* Checks one `name=value`; *found is the option's index. */
static bool setting_check(const struct catalogue_strategy *strategy, char *setting, size_t *found,
                          struct error *error)
{
    char *equals = strchr(setting, '=');
    if (equals == NULL || equals == setting)
        return error_set(error, "'%.60s' is not of the form name=value", setting);
    *equals = '\0';
    const char *names[SPEC_OPTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < strategy->option_count && i < SPEC_OPTIONS_MAX; i++) {
        names[count++] = strategy->options[i].name;
        if (strcmp(strategy->options[i].name, setting) == 0) {
            *found = i;
            return value_check(&strategy->options[i], equals + 1, error);
        }
    }
    return unknown("option", setting, names, count, error);
}

static bool settings_check(const struct catalogue_strategy *strategy, char *settings, struct error *error)
{
    bool seen[SPEC_OPTIONS_MAX] = {false};
    char *rest = settings;
    for (char *setting = strsep(&rest, ":"); setting != NULL; setting = strsep(&rest, ":")) {
        size_t index = 0;
        if (!setting_check(strategy, setting, &index, error))
            return false;
        if (seen[index])
            return error_set(error, "option '%s' stands there twice", setting);
        seen[index] = true;
    }
    return true;
}

bool catalogue_check(const struct catalogue *catalogue, const char *spec, struct error *error)
{
    const struct catalogue_strategy *strategy = catalogue_find(catalogue, spec);
    size_t length = catalogue_name_bytes(spec);
    if (strategy == NULL) {
        char *name = strndup(spec, length);
        const char *names[CATALOGUE_ROWS_MAX];
        for (size_t i = 0; i < catalogue->strategy_count; i++)
            names[i] = catalogue->strategies[i].name;
        unknown("strategy", name == NULL ? spec : name, names, catalogue->strategy_count, error);
        free(name);
        return false;
    }
    if (spec[length] == '\0')
        return true;
    char *settings = strdup(spec + length + 1);
    if (settings == NULL)
        return error_set(error, "no memory");
    bool good = settings_check(strategy, settings, error);
    free(settings);
    return good ? true : error_context(error, "strategy '%s'", strategy->name);
}

bool catalogue_check_workload(const struct catalogue *catalogue, const char *spec, struct error *error)
{
    if (strncmp(spec, "file:", 5) == 0)
        return access(spec + 5, R_OK) == 0 || strchr(spec + 5, ':') != NULL
                   ? true
                   : error_errno(error, "workload '%.200s'", spec);
    const char *names[CATALOGUE_ROWS_MAX];
    size_t length = strcspn(spec, ":");
    for (size_t i = 0; i < catalogue->workload_count; i++) {
        names[i] = catalogue->workloads[i].name;
        if (strncmp(names[i], spec, length) == 0 && names[i][length] == '\0')
            return true;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), spec);
    return unknown("workload", name, names, catalogue->workload_count, error);
}
