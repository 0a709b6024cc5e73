/* plugin.c - see plugin.h. */
#include "harness/worker/plugin.h"

#include "harness/worker/options.h"
#include "strategies/registry.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_BYTES_MAX = 31, PATH_BYTES = 1100, LIST_BYTES = 512 };

#define CLAIMS_KNOWN                                                                                         \
    (STRATEGY_PARALLEL | STRATEGY_ORDERED | STRATEGY_SHARING | STRATEGY_CONTROL | STRATEGY_PLAIN |           \
     STRATEGY_APART | STRATEGY_YARDSTICK)

static bool is_name(const char *name)
{
    size_t length = name != NULL ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
    return length > 0 && length <= NAME_BYTES_MAX && name[length] == '\0';
}

static bool is_option_name(const char *name)
{
    size_t length = name != NULL ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") : 0;
    return length > 0 && length <= NAME_BYTES_MAX && name[length] == '\0';
}

static bool vet_option(const struct strategy_option *option, struct error *error)
{
    if (!is_option_name(option->name))
        return error_set(error, "one of its options has no proper name");
    if (option->sentence == NULL)
        return error_set(error, "option %s has no sentence", option->name);
    int64_t last = option->max, first = option->min;
    if (option->choices != NULL) {
        first = 0;
        last = -1;
        while (option->choices[last + 1] != NULL)
            last++;
    }
    if (option->preset < first || option->preset > last)
        return error_set(error, "option %s has a default out of its range", option->name);
    return true;
}

static bool vet_calls(const struct strategy *strategy, struct error *error)
{
    const struct {
        const char *name;
        bool missing;
    } calls[] = {
        {"open", strategy->open == NULL},     {"close", strategy->close == NULL},
        {"create", strategy->create == NULL}, {"insert", strategy->insert == NULL},
        {"walk", strategy->walk == NULL},     {"destroy", strategy->destroy == NULL},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (calls[i].missing)
            return error_set(error, "it has no %s()", calls[i].name);
    return true;
}

bool plugin_vet(const struct strategy *strategy, struct error *error)
{
    if (strategy->abi != STRATEGY_ABI)
        return error_set(
            error, "it is made for version %" PRIu32 " of the strategy interface, this is version %" PRIu32,
            strategy->abi, STRATEGY_ABI);
    if (!is_name(strategy->name))
        return error_set(error, "its name is not 1 to %d of a-z, 0-9 and -", NAME_BYTES_MAX);
    if (strategy->idea == NULL || strategy->source == NULL)
        return error_set(error, "it has no %s", strategy->idea == NULL ? "idea" : "source");
    if ((strategy->claims & ~(uint32_t)CLAIMS_KNOWN) != 0)
        return error_set(error, "it makes a claim that this version does not know");
    if (strategy->option_count > STRATEGY_OPTIONS_MAX ||
        (strategy->option_count > 0 && strategy->options == NULL))
        return error_set(error, "it has more than %d options, or none where it says some",
                         STRATEGY_OPTIONS_MAX);
    for (size_t i = 0; i < strategy->option_count; i++)
        if (!vet_option(&strategy->options[i], error))
            return false;
    return vet_calls(strategy, error);
}

static bool is_path(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

static bool load(const char *path, const struct strategy **strategy, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_errno(error, "cannot find it");
    if (!S_ISREG(status.st_mode)) /* opening a FIFO would wait for ever */
        return error_set(error, "it is no file");
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return error_set(error, "%s", dlerror());
    *strategy = dlsym(module, STRATEGY_PLUGIN_SYMBOL);
    if (*strategy != NULL && plugin_vet(*strategy, error))
        return true;
    if (*strategy == NULL)
        error_set(error, "it exports no %s", STRATEGY_PLUGIN_SYMBOL);
    dlclose(module);
    return false;
}

static bool fail_unknown(const char *name, struct error *error)
{
    char list[LIST_BYTES] = "";
    size_t count;
    const struct strategy *const *table = strategy_registry(&count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", i == 0 ? "" : ", ", table[i]->name);
    }
    return error_set(error, "no strategy '%.64s'; there are %s, and plug-ins by path", name, list);
}

bool plugin_find(const char *spec, const struct strategy **strategy, struct error *error)
{
    char name[PATH_BYTES];
    size_t length = options_name_length(spec);
    if (length >= sizeof name - 2)
        return error_set(error, "the name of the strategy is too long");
    snprintf(name, sizeof name, "%.*s", (int)length, spec);
    if (is_path(name)) {
        /* dlopen() searches the system's folders for a name without a slash. */
        if (strchr(name, '/') == NULL)
            snprintf(name, sizeof name, "./%.*s", (int)length, spec);
        return load(name, strategy, error) || error_context(error, "plug-in '%.200s'", name);
    }
    *strategy = strategy_find(name);
    if (*strategy == NULL)
        return fail_unknown(name, error);
    return plugin_vet(*strategy, error) || error_context(error, "strategy '%s'", name);
}

const char *plugin_hypothesis(const struct strategy *strategy)
{
    const char *text = strategy_hypothesis(strategy);
    Dl_info info;
    if (text != NULL || dladdr(strategy, &info) == 0 || info.dli_fname == NULL)
        return text;
    void *module = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    if (module == NULL)
        return NULL;
    text = dlsym(module, STRATEGY_HYPOTHESIS_SYMBOL);
    (void)dlclose(module); /* gives back what RTLD_NOLOAD took; the strategy keeps it loaded */
    return text;
}
