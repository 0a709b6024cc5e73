/* workload_spec.c - NAME[:option=value...], and file:PATH[:option=value...], taken apart. */
#include "harness/worker/workload_private.h"

#include <stdio.h>
#include <string.h>

#define KNOWN_OPTIONS "order=given|shuffled, duplicates=0..99"

enum part { PART_TAKEN, PART_FOREIGN, PART_BAD };

static enum part take_order(struct spec *spec, const char *value, struct error *error)
{
    spec->shuffled = strcmp(value, "shuffled") == 0;
    if (spec->shuffled || strcmp(value, "given") == 0)
        return PART_TAKEN;
    error_set(error, "order=%s: no such order; known: given, shuffled", value);
    return PART_BAD;
}

static enum part take_duplicates(struct spec *spec, const char *value, struct error *error)
{
    size_t digits = strspn(value, "0123456789");
    if (digits == 0 || digits > 2 || value[digits] != '\0') {
        error_set(error, "duplicates=%s: not a whole number from 0 to 99", value);
        return PART_BAD;
    }
    spec->duplicates_percent = 0;
    for (const char *digit = value; *digit != '\0'; digit++)
        spec->duplicates_percent = spec->duplicates_percent * 10 + (unsigned)(*digit - '0');
    return PART_TAKEN;
}

static const struct {
    const char *prefix;
    enum part (*take)(struct spec *spec, const char *value, struct error *error);
} options[] = {{"order=", take_order}, {"duplicates=", take_duplicates}};

enum { OPTIONS = sizeof options / sizeof options[0] };

/* seen[] has one flag an option. */
static enum part take_part(struct spec *spec, const char *part, bool *seen, struct error *error)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        size_t length = strlen(options[i].prefix);
        if (strncmp(part, options[i].prefix, length) != 0)
            continue;
        if (seen[i]) {
            error_set(error, "option %s stands there twice", part);
            return PART_BAD;
        }
        seen[i] = true;
        return options[i].take(spec, part + length, error);
    }
    return PART_FOREIGN;
}

/* Options are cut off the end of text, which starts with a colon or is empty. What is left may be a path. */
static bool take_options(struct spec *spec, char *text, struct error *error)
{
    bool seen[OPTIONS] = {false};
    for (char *colon; (colon = strrchr(text, ':')) != NULL; *colon = '\0') {
        enum part part = take_part(spec, colon + 1, seen, error);
        if (part == PART_BAD)
            return false;
        if (part == PART_TAKEN)
            continue;
        if (strcmp(spec->name, "file") == 0)
            break;
        return error_set(error, "unknown option \"%s\"; known: " KNOWN_OPTIONS, colon + 1);
    }
    return true;
}

bool spec_parse(const char *text, struct spec *spec, struct error *error)
{
    *spec = (struct spec){.shuffled = false};
    size_t name = strcspn(text, ":");
    if (name >= sizeof spec->name || strlen(text) >= sizeof spec->path)
        return error_set(error, "workload \"%.40s...\": too long", text);
    memcpy(spec->name, text, name);
    char rest[SPEC_BYTES];
    snprintf(rest, sizeof rest, "%s", text + name);
    if (!take_options(spec, rest, error))
        return error_context(error, "workload %s", spec->name);
    if (strcmp(spec->name, "file") != 0)
        return true;
    if (rest[0] == '\0' || rest[1] == '\0')
        return error_set(error, "workload file: no path; write file:PATH");
    snprintf(spec->path, sizeof spec->path, "%s", rest + 1);
    return true;
}
