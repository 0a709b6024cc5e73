/* describe.c - see describe.h. */
#include "harness/worker/describe.h"

#include "harness/common/trial_page.h"
#include "harness/worker/json.h"
#include "harness/worker/plugin.h"
#include "harness/worker/workload.h"
#include "strategies/registry.h"

#include <inttypes.h>

static const struct {
    uint32_t bit;
    const char *name;
} claims[] = {
    {STRATEGY_PARALLEL, "parallel"},   {STRATEGY_ORDERED, "ordered"}, {STRATEGY_SHARING, "sharing"},
    {STRATEGY_CONTROL, "control"},     {STRATEGY_PLAIN, "plain"},     {STRATEGY_APART, "apart"},
    {STRATEGY_YARDSTICK, "yardstick"},
};

/* `,"name":"value"`, or without the comma if it is the first of its object. */
static void member(FILE *out, bool first, const char *name, const char *value)
{
    fprintf(out, "%s\"%s\":", first ? "" : ",", name);
    json_string(out, value);
}

static void print_claims(FILE *out, uint32_t bits)
{
    const char *comma = "";
    fputs(",\"claims\":[", out);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        if ((bits & claims[i].bit) != 0) {
            fprintf(out, "%s\"%s\"", comma, claims[i].name);
            comma = ",";
        }
    fputs("]", out);
}

static void print_choices(FILE *out, const struct strategy_option *option)
{
    fputs(",\"values\":[", out);
    for (size_t i = 0; option->choices[i] != NULL; i++) {
        fputs(i == 0 ? "" : ",", out);
        json_string(out, option->choices[i]);
    }
    fputs("]", out);
    member(out, false, "default", option->choices[option->preset]);
}

static void print_option(FILE *out, const struct strategy_option *option)
{
    fputs("{", out);
    member(out, true, "name", option->name);
    if (option->choices != NULL)
        print_choices(out, option);
    else
        fprintf(out, ",\"min\":%" PRId64 ",\"max\":%" PRId64 ",\"default\":%" PRId64, option->min,
                option->max, option->preset);
    member(out, false, "sentence", option->sentence);
    fputs("}", out);
}

static void print_strategy(FILE *out, const struct strategy *strategy)
{
    fputs("{", out);
    member(out, true, "name", strategy->name);
    member(out, false, "idea", strategy->idea);
    member(out, false, "source", strategy->source);
    member(out, false, "hypothesis", plugin_hypothesis(strategy));
    print_claims(out, strategy->claims);
    fputs(",\"options\":[", out);
    for (size_t i = 0; i < strategy->option_count; i++) {
        fputs(i == 0 ? "" : ",", out);
        print_option(out, &strategy->options[i]);
    }
    fputs("]}", out);
}

static void print_workloads(FILE *out)
{
    size_t count;
    const struct workload_entry *entries = workload_entries(&count);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "{" : ",\n{", out);
        member(out, true, "name", entries[i].name);
        member(out, false, "package", entries[i].package);
        member(out, false, "sentence", entries[i].sentence);
        fputs("}", out);
    }
}

static bool finish(FILE *out, struct error *error)
{
    return (fflush(out) == 0 && ferror(out) == 0) || error_errno(error, "cannot write the description");
}

bool describe_all(FILE *out, struct error *error)
{
    size_t count;
    const struct strategy *const *table = strategy_registry(&count);
    fprintf(out, "{\"page\":%u,\"strategies\":[\n", PAGE_VERSION);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",\n", out);
        print_strategy(out, table[i]);
    }
    fputs("],\n\"workloads\":[\n", out);
    print_workloads(out);
    fputs("]}\n", out);
    return finish(out, error);
}

bool describe_strategy(const char *spec, FILE *out, struct error *error)
{
    const struct strategy *strategy;
    if (!plugin_find(spec, &strategy, error))
        return false;
    fputs("{\"strategies\":[\n", out);
    print_strategy(out, strategy);
    fputs("],\"workloads\":[]}\n", out);
    return finish(out, error);
}
