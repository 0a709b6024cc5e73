/* options.c - see options.h. */
#include "harness/worker/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTING_BYTES = 128, LIST_BYTES = 512, VALUES_BYTES = 128 };

size_t options_name_length(const char *spec)
{
    return strcspn(spec, ":");
}

/* Adds to a string that may be cut. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

void options_values_text(const struct strategy_option *option, char *text, size_t size)
{
    text[0] = '\0';
    if (option->choices == NULL) {
        append(text, size, "%" PRId64 "..%" PRId64, option->min, option->max);
        return;
    }
    for (size_t i = 0; option->choices[i] != NULL; i++)
        append(text, size, "%s%s", i == 0 ? "" : "|", option->choices[i]);
}

static bool fail_unknown(const struct strategy *strategy, const char *name, struct error *error)
{
    char list[LIST_BYTES] = "";
    for (size_t i = 0; i < strategy->option_count; i++) {
        char values[VALUES_BYTES];
        options_values_text(&strategy->options[i], values, sizeof values);
        append(list, sizeof list, "%s%s=%s", i == 0 ? "" : ", ", strategy->options[i].name, values);
    }
    return error_set(error, "strategy '%s' has no option '%s'; it has %s", strategy->name, name,
                     list[0] == '\0' ? "none" : list);
}

static bool fail_value(const struct strategy *strategy, const struct strategy_option *option,
                       const char *value, struct error *error)
{
    char values[LIST_BYTES];
    options_values_text(option, values, sizeof values);
    return error_set(error, "strategy '%s': option %s takes %s, not '%s'", strategy->name, option->name,
                     values, value);
}

static bool parse_choice(const struct strategy_option *option, const char *text, int64_t *value)
{
    for (int64_t i = 0; option->choices[i] != NULL; i++)
        if (strcmp(option->choices[i], text) == 0) {
            *value = i;
            return true;
        }
    return false;
}

static bool parse_number(const struct strategy_option *option, const char *text, int64_t *value)
{
    const char *digits = text + (text[0] == '-');
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno != 0 || number < option->min || number > option->max)
        return false;
    *value = number;
    return true;
}

/* Reads one `name=value`, in place: the = becomes the end of the name. seen has one bit an option. */
static bool read_setting(const struct strategy *strategy, char *setting, int64_t *values, uint32_t *seen,
                         struct error *error)
{
    char *equals = strchr(setting, '=');
    if (equals == NULL)
        return error_set(error, "strategy '%s': '%.64s' is no option=value", strategy->name, setting);
    *equals = '\0';
    for (size_t i = 0; i < strategy->option_count; i++) {
        const struct strategy_option *option = &strategy->options[i];
        if (strcmp(option->name, setting) != 0)
            continue;
        if ((*seen >> i & 1) != 0)
            return error_set(error, "strategy '%s': option %s stands twice", strategy->name, option->name);
        *seen |= UINT32_C(1) << i;
        bool good = option->choices != NULL ? parse_choice(option, equals + 1, &values[i])
                                            : parse_number(option, equals + 1, &values[i]);
        return good || fail_value(strategy, option, equals + 1, error);
    }
    return fail_unknown(strategy, setting, error);
}

bool options_read(const struct strategy *strategy, const char *spec, int64_t values[STRATEGY_OPTIONS_MAX],
                  struct error *error)
{
    for (size_t i = 0; i < strategy->option_count; i++)
        values[i] = strategy->options[i].preset;
    uint32_t seen = 0;
    const char *at = spec + options_name_length(spec);
    while (*at == ':') {
        char setting[SETTING_BYTES];
        size_t length = strcspn(++at, ":");
        if (length >= sizeof setting)
            return error_set(error, "strategy '%s': the option '%.64s...' is too long", strategy->name, at);
        memcpy(setting, at, length);
        setting[length] = '\0';
        if (!read_setting(strategy, setting, values, &seen, error))
            return false;
        at += length;
    }
    return true;
}
