/* criteria.c - see criteria.h. */
#include "harness/driver/criteria.h"

#include "harness/driver/limits.h"

#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A value: a count or a real, and what it may be. */
struct field {
    const char *name;
    bool count;
    size_t offset;
    double min, max;
};

static const struct field fields[] = {
    {"trials_min", true, offsetof(struct criteria, trials_min), 1, 1e9},
    {"margin", false, offsetof(struct criteria, margin), 0, 10},
    {"speedup_min", false, offsetof(struct criteria, speedup_min), 0, 1e6},
    {"speedup_from", true, offsetof(struct criteria, speedup_from), 0, LIMIT_BATCH},
    {"memory_factor_max", false, offsetof(struct criteria, memory_factor_max), 0, 1e6},
    {"alpha", false, offsetof(struct criteria, alpha), 1e-6, 0.5},
};

enum { FIELDS = sizeof fields / sizeof fields[0], VALUE_BYTES = 64, ALL_BYTES = FIELDS * VALUE_BYTES };

static void *at(struct criteria *criteria, const struct field *field)
{
    return (char *)criteria + field->offset;
}

/* FNV-1a of "name=value" lines, so that neither blanks nor the order in the file count. */
static void hash_make(struct criteria *criteria)
{
    char text[ALL_BYTES];
    int used = snprintf(text, sizeof text,
                        "trials_min=%" PRIu64 "\nmargin=%.9g\nspeedup_min=%.9g\nspeedup_from=%" PRIu64
                        "\nmemory_factor_max=%.9g\nalpha=%.9g\n",
                        criteria->trials_min, criteria->margin, criteria->speedup_min, criteria->speedup_from,
                        criteria->memory_factor_max, criteria->alpha);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int i = 0; i < used; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    (void)snprintf(criteria->hash, sizeof criteria->hash, "%016" PRIx64, hash);
}

void criteria_defaults(struct criteria *criteria)
{
    *criteria = (struct criteria){.trials_min = 30,
                                  .margin = 0.03,
                                  .speedup_min = 1.05,
                                  .speedup_from = 1000,
                                  .memory_factor_max = 2,
                                  .alpha = 0.05};
    hash_make(criteria);
}

static bool value_read(const struct field *field, const json_t *value, struct criteria *criteria,
                       struct error *error)
{
    double number = json_number_value(value);
    bool off = json_is_null(value) && field->offset == offsetof(struct criteria, memory_factor_max);
    if (!off && (field->count ? !json_is_integer(value) : !json_is_number(value)))
        return error_set(error, "'%s' is no %s", field->name, field->count ? "whole number" : "number");
    if (!off && !(number >= field->min && number <= field->max))
        return error_set(error, "'%s' lies outside %g .. %g", field->name, field->min, field->max);
    if (field->count)
        *(uint64_t *)at(criteria, field) = (uint64_t)json_integer_value(value);
    else
        *(double *)at(criteria, field) = number;
    return true;
}

static const struct field *field_find(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    }
    return NULL;
}

static bool object_read(json_t *object, struct criteria *criteria, struct error *error)
{
    const char *name;
    json_t *value;
    if (!json_is_object(object))
        return error_set(error, "it holds no object");
    json_object_foreach(object, name, value)
    {
        const struct field *field = field_find(name);
        if (field == NULL)
            return error_set(error, "there is no criterion '%.60s'", name);
        if (!value_read(field, value, criteria, error))
            return false;
    }
    return true;
}

bool criteria_read(const char *path, struct criteria *criteria, struct error *error)
{
    json_error_t cause;
    criteria_defaults(criteria);
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &cause);
    if (object == NULL)
        return error_set(error, "criteria %.200s: %.200s", path, cause.text);
    bool good = object_read(object, criteria, error);
    json_decref(object);
    hash_make(criteria);
    return good || error_context(error, "criteria %.200s", path);
}
