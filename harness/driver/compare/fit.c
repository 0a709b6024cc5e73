/* fit.c - see compare_fit.h. */
#include "harness/driver/compare/fit.h"

#include "harness/driver/json_build.h"
#include "harness/driver/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the host, what changes times; not how much memory there is, nor what its clock cost that day. */
static const char *const host_fields[] = {"cpu",  "cores",   "threads",  "numa_nodes", "l3_bytes", "kernel",
                                          "libc", "virtual", "governor", "thp",        "aslr",     "clock"};
static const char *const build_fields[] = {"compiler", "flags"};

static void add(char *text, const char *part)
{
    size_t used = strlen(text);
    snprintf(text + used, COMPARE_FIT_BYTES - used, "%s%s", used == 0 ? "" : "; ", part);
}

/* A value for people: "4", "gcc 12.2.0"; "unknown" for null or nothing. */
static void value_text(const json_t *value, char *text, size_t size)
{
    char *printed = NULL;
    if (value == NULL || json_is_null(value))
        snprintf(text, size, "unknown");
    else if (json_is_string(value))
        snprintf(text, size, "%s", json_string_value(value));
    else if ((printed = json_print(value, JSON_ENCODE_ANY | JSON_COMPACT, NULL)) != NULL)
        snprintf(text, size, "%s", printed);
    else
        snprintf(text, size, "?");
    free(printed);
}

static void field_compare(const char *what, const json_t *before, const json_t *after, char *forbids)
{
    char was[128], is[128], part[512];
    value_text(before, was, sizeof was);
    value_text(after, is, sizeof is);
    if (strcmp(was, is) == 0)
        return;
    snprintf(part, sizeof part, "%s was %s and is %s", what, was, is);
    add(forbids, part);
}

static void numbers_compare(const char *what, uint64_t before, uint64_t after, char *differences)
{
    char part[256];
    if (before == after)
        return;
    snprintf(part, sizeof part, "%s was %" PRIu64 " and is %" PRIu64, what, before, after);
    add(differences, part);
}

/* What of the options decides how a trial samples; cells are told apart by themselves. */
static void options_compare(const struct run_options *before, const struct run_options *after, char *forbids,
                            char *notes)
{
    numbers_compare("--replay", before->replay, after->replay, forbids);
    numbers_compare("--samples", before->samples.value, after->samples.value, forbids);
    numbers_compare("--until-crash", before->until_crash, after->until_crash, forbids);
    numbers_compare("--perturb", before->perturb_seed.given, after->perturb_seed.given, forbids);
    numbers_compare("--preempt", before->preempt_us.value, after->preempt_us.value, forbids);
    numbers_compare("--memory-limit", before->memory_limit_bytes.value, after->memory_limit_bytes.value,
                    forbids);
    numbers_compare("--precision, in millionths,", (uint64_t)(before->precision_percent.value * 1e4),
                    (uint64_t)(after->precision_percent.value * 1e4), forbids);
    numbers_compare("the seed, so the items too,", before->seed.value, after->seed.value, notes);
    numbers_compare("--budget", (uint64_t)before->budget_s.value, (uint64_t)after->budget_s.value, notes);
}

static void plans_compare(const struct results *before, const struct results *after, char *forbids,
                          char *notes)
{
    const json_t *was = json_object_get(before->run, "plan_hash"),
                 *is = json_object_get(after->run, "plan_hash");
    if (json_is_string(was) && json_equal(was, is) == 1)
        return;
    struct run_options *then = calloc(2, sizeof *then);
    struct error error = {""};
    if (then == NULL) {
        add(forbids, "the plans differ, and there is no memory to tell how");
        return;
    }
    struct run_options *now = then + 1;
    options_init(then);
    options_init(now);
    char part[512];
    if (resume_options(before, then, &error) && resume_options(after, now, &error)) {
        options_compare(then, now, forbids, notes);
    } else {
        snprintf(part, sizeof part, "the plans differ, and how cannot be told: %.300s", error.text);
        add(forbids, part);
    }
    options_free(then);
    options_free(now);
    free(then);
}

void compare_fit(const struct results *before, const struct results *after, char *forbids, char *notes)
{
    const json_t *was = json_object_get(before->run, "host"), *is = json_object_get(after->run, "host");
    forbids[0] = notes[0] = '\0';
    for (size_t i = 0; i < sizeof host_fields / sizeof host_fields[0]; i++) {
        char what[64];
        snprintf(what, sizeof what, "host.%s", host_fields[i]);
        field_compare(what, json_object_get(was, host_fields[i]), json_object_get(is, host_fields[i]),
                      forbids);
    }
    for (size_t i = 0; i < sizeof build_fields / sizeof build_fields[0]; i++)
        field_compare(build_fields[i], json_object_get(before->run, build_fields[i]),
                      json_object_get(after->run, build_fields[i]), forbids);
    plans_compare(before, after, forbids, notes);
}
