/* list.c - see list.h. */
#include "harness/driver/list.h"

#include "allocators/allocator.h"
#include "harness/driver/cli.h"
#include "harness/driver/describe.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/words.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

struct list_options {
    bool json, words;
};

static const struct cli_option table[] = {
    {.name = "json",
     .sentence = "One JSON object instead of text.",
     .kind = CLI_FLAG,
     .offset = offsetof(struct list_options, json)},
    {.name = "words",
     .sentence = "One word a line with its kind in front, as a shell completes it.",
     .kind = CLI_FLAG,
     .offset = offsetof(struct list_options, words)},
};

/* Whether an allocator can be run on here; why not in reason[size]. */
static bool installed(const struct allocator *allocator, char *reason, size_t size)
{
    struct allocator_variant variant;
    reason[0] = '\0';
    return allocator_parse(allocator->name, &variant, reason, size) &&
           allocator_locate(&variant, reason, size);
}

static void option_print(const struct catalogue_option *option, FILE *out)
{
    fprintf(out, "      %s=", option->name);
    if (option->values == NULL)
        fprintf(out, "%" PRId64 "..%" PRId64, option->min, option->max);
    else
        for (size_t i = 0; i < option->value_count; i++)
            fprintf(out, "%s%s", i == 0 ? "" : "|", option->values[i]);
    fprintf(out, " [%s]  %s\n", option->preset, option->sentence);
}

static void strategies_print(const struct catalogue *catalogue, FILE *out)
{
    fputs("Strategies (name:option=value:...; [default])\n", out);
    for (size_t i = 0; i < catalogue->strategy_count; i++) {
        const struct catalogue_strategy *strategy = &catalogue->strategies[i];
        fprintf(out, "  %-18s%s", strategy->name, strategy->idea);
        for (size_t j = 0; j < strategy->claim_count; j++)
            fprintf(out, "%s%s", j == 0 ? " (" : ", ", strategy->claims[j]);
        fputs(strategy->claim_count == 0 ? "\n" : ")\n", out);
        for (size_t j = 0; j < strategy->option_count; j++)
            option_print(&strategy->options[j], out);
    }
}

static void allocators_print(FILE *out)
{
    fputs("\nAllocators (name:knob=value:..., or the path of any other)\n", out);
    size_t count;
    const struct allocator *const *allocators = allocator_registry(&count);
    for (size_t i = 0; i < count; i++) {
        char reason[512];
        bool here = installed(allocators[i], reason, sizeof reason);
        fprintf(out, "  %-18s%s%s%s\n", allocators[i]->name, allocators[i]->sentence,
                here ? "" : "; not installed: ", here ? "" : reason);
        for (size_t j = 0; j < allocators[i]->knob_count; j++) {
            const struct allocator_knob *knob = &allocators[i]->knobs[j];
            fprintf(out, "      %s=%s  %s\n", knob->name, knob->values, knob->sentence);
        }
    }
}

static void workloads_print(const struct catalogue *catalogue, FILE *out)
{
    fputs("\nWorkloads\n", out);
    for (size_t i = 0; i < catalogue->workload_count; i++) {
        const struct catalogue_workload *workload = &catalogue->workloads[i];
        fprintf(out, "  %-18s%s%s%s%s\n", workload->name, workload->sentence,
                workload->package == NULL ? "" : " (package ",
                workload->package == NULL ? "" : workload->package, workload->package == NULL ? "" : ")");
    }
}

static json_t *option_json(const struct catalogue_option *option)
{
    if (option->values == NULL)
        return json_pack("{ss sI sI ss ss}", "name", option->name, "min", (json_int_t)option->min, "max",
                         (json_int_t)option->max, "default", option->preset, "sentence", option->sentence);
    json_t *values = json_array();
    for (size_t i = 0; i < option->value_count; i++) {
        if (json_array_append_new(values, json_string(option->values[i])) != 0) {
            json_decref(values);
            return NULL;
        }
    }
    return json_pack("{ss so ss ss}", "name", option->name, "values", values, "default", option->preset,
                     "sentence", option->sentence);
}

static json_t *json_of_strategy(const struct catalogue_strategy *strategy)
{
    json_t *claims = json_array(), *options = json_array();
    int failed = 0;
    for (size_t i = 0; i < strategy->claim_count; i++)
        failed |= json_array_append_new(claims, json_string(strategy->claims[i]));
    for (size_t i = 0; i < strategy->option_count; i++)
        failed |= json_array_append_new(options, option_json(&strategy->options[i]));
    if (failed != 0) {
        json_decref(claims);
        json_decref(options);
        return NULL;
    }
    return json_pack("{ss ss ss ss? so so}", "name", strategy->name, "idea", strategy->idea, "source",
                     strategy->source, "hypothesis", strategy->hypothesis, "claims", claims, "options",
                     options);
}

static json_t *allocator_json(const struct allocator *allocator)
{
    char reason[512];
    bool here = installed(allocator, reason, sizeof reason);
    json_t *knobs = json_array();
    for (size_t i = 0; i < allocator->knob_count; i++) {
        const struct allocator_knob *knob = &allocator->knobs[i];
        json_t *object =
            json_pack("{ss ss ss}", "name", knob->name, "values", knob->values, "sentence", knob->sentence);
        if (json_array_append_new(knobs, object) != 0) {
            json_decref(knobs);
            return NULL;
        }
    }
    return json_pack("{ss ss ss? sb so}", "name", allocator->name, "sentence", allocator->sentence, "package",
                     allocator->package, "installed", here, "knobs", knobs);
}

static json_t *workload_json(const struct catalogue_workload *workload)
{
    return json_pack("{ss ss ss?}", "name", workload->name, "sentence", workload->sentence, "package",
                     workload->package);
}

static bool json_print(const struct catalogue *catalogue, FILE *out)
{
    json_t *strategies = json_array(), *allocators = json_array(), *workloads = json_array();
    size_t count;
    const struct allocator *const *rows = allocator_registry(&count);
    int failed = 0;
    for (size_t i = 0; i < catalogue->strategy_count; i++)
        failed |= json_array_append_new(strategies, json_of_strategy(&catalogue->strategies[i]));
    for (size_t i = 0; i < count; i++)
        failed |= json_array_append_new(allocators, allocator_json(rows[i]));
    for (size_t i = 0; i < catalogue->workload_count; i++)
        failed |= json_array_append_new(workloads, workload_json(&catalogue->workloads[i]));
    json_t *all =
        json_pack("{so so so}", "strategies", strategies, "allocators", allocators, "workloads", workloads);
    bool good =
        failed == 0 && all != NULL && json_dumpf(all, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
    json_decref(all);
    return good;
}

static void help_print(void)
{
    puts("Usage: triebench list [OPTION...]\n\nLists the strategies, allocators and workloads, with their "
         "options.\n");
    cli_help(stdout, table, sizeof table / sizeof table[0]);
}

static bool list_print(const struct list_options *options, struct error *error)
{
    char worker[PATH_MAX];
    struct catalogue catalogue = {0};
    bool good =
        describe_worker_path(worker, sizeof worker, error) && describe_worker(worker, &catalogue, error);
    if (good && options->json) {
        good = json_print(&catalogue, stdout) || error_set(error, "cannot write the JSON");
    } else if (good && options->words) {
        words_print(&catalogue, stdout);
    } else if (good) {
        strategies_print(&catalogue, stdout);
        allocators_print(stdout);
        workloads_print(&catalogue, stdout);
    }
    catalogue_free(&catalogue);
    return good;
}

int list_main(int argc, char **argv)
{
    struct list_options options = {0};
    struct error error;
    bool help;
    if (!cli_read(table, sizeof table / sizeof table[0], argc - 1, argv + 1, &options, &help, &error)) {
        fprintf(stderr, "triebench list: %s\n", error.text);
        return EXIT_USAGE;
    }
    if (help) {
        help_print();
        return EXIT_PASS;
    }
    if (!list_print(&options, &error)) {
        fprintf(stderr, "triebench list: %s\n", error.text);
        return EXIT_USAGE;
    }
    return EXIT_PASS;
}
