/* parse.c - reads what a variant is called: `jemalloc:narenas=1:tcache=false`, or the path of a library. */
#include "allocators/allocator.h"
#include "allocators/knobs.h"
#include "allocators/registry.h"

#include <stdio.h>
#include <string.h>

/* A piece of somebody's text, fit to be shown: cut, and with '?' for what does not print. */
struct shown {
    char text[64];
};

static struct shown show(const char *text, size_t length)
{
    struct shown shown = {""};
    size_t room = sizeof shown.text - sizeof "...";
    bool cut = length > room;
    size_t kept = cut ? room : length;
    for (size_t i = 0; i < kept; i++)
        shown.text[i] = (char)(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
    if (cut)
        memcpy(shown.text + kept, "...", sizeof "...");
    return shown;
}

/* Appends to a sentence as far as there is room. */
static void append(char *reason, size_t size, const char *separator, const char *text)
{
    size_t used = strnlen(reason, size);
    if (used < size)
        snprintf(reason + used, size - used, "%s%s", separator, text);
}

static bool fail_name(struct shown name, char *reason, size_t size)
{
    allocator_fail(reason, size, "there is no allocator '%s'; known are", name.text);
    size_t count;
    const struct allocator *const *table = allocator_registry(&count);
    for (size_t i = 0; i < count; i++)
        append(reason, size, i == 0 ? " " : ", ", table[i]->name);
    append(reason, size, "; ", "any other is named by its path, with a slash in it");
    return false;
}

static bool fail_knob(const struct allocator *allocator, struct shown name, char *reason, size_t size)
{
    allocator_fail(reason, size, "%s has no knob '%s'; known are", allocator->name, name.text);
    for (size_t i = 0; i < allocator->knob_count; i++)
        append(reason, size, i == 0 ? " " : ", ", allocator->knobs[i].name);
    return false;
}

static const struct allocator_knob *find_knob(const struct allocator *allocator, const char *name,
                                              size_t length)
{
    for (size_t i = 0; i < allocator->knob_count; i++) {
        const struct allocator_knob *knob = &allocator->knobs[i];
        if (strlen(knob->name) == length && memcmp(knob->name, name, length) == 0)
            return knob;
    }
    return NULL;
}

static bool is_set(const struct allocator_variant *variant, const struct allocator_knob *knob)
{
    for (size_t i = 0; i < variant->setting_count; i++)
        if (variant->settings[i].knob == knob)
            return true;
    return false;
}

/* One `knob=value` of the given length. */
static bool read_setting(const char *text, size_t length, struct allocator_variant *variant, char *reason,
                         size_t size)
{
    const struct allocator *allocator = variant->allocator;
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals != NULL ? (size_t)(equals - text) : length;
    if (length == 0)
        return allocator_fail(reason, size, "a colon after %s must be followed by knob=value",
                              allocator->name);
    const struct allocator_knob *knob = find_knob(allocator, text, name_length);
    if (knob == NULL)
        return fail_knob(allocator, show(text, name_length), reason, size);
    if (equals == NULL)
        return allocator_fail(reason, size, "knob %s of %s needs a value: %s=%s", knob->name, allocator->name,
                              knob->name, knob->values);
    if (is_set(variant, knob))
        return allocator_fail(reason, size, "knob %s of %s is given twice", knob->name, allocator->name);
    if (variant->setting_count == ALLOCATOR_KNOBS_MAX)
        return allocator_fail(reason, size, "more than %d knobs of %s", ALLOCATOR_KNOBS_MAX, allocator->name);

    struct allocator_setting *setting = &variant->settings[variant->setting_count];
    size_t value_length = length - name_length - 1;
    if (value_length < sizeof setting->value) {
        memcpy(setting->value, equals + 1, value_length);
        setting->value[value_length] = '\0';
    }
    if (value_length >= sizeof setting->value || !knob->valid(setting->value))
        return allocator_fail(reason, size, "knob %s of %s takes %s, not '%s'", knob->name, allocator->name,
                              knob->values, show(equals + 1, value_length).text);
    setting->knob = knob;
    variant->setting_count++;
    return true;
}

static bool read_path(const char *text, struct allocator_variant *variant, char *reason, size_t size)
{
    size_t length = strlen(text);
    struct shown shown = show(text, length);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == ':')
            return allocator_fail(reason, size, "an allocator named by its path takes no knobs: '%s'",
                                  shown.text);
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return allocator_fail(reason, size, "the loader cannot preload a path with a blank in it: '%s'",
                                  shown.text);
    }
    if (length >= sizeof variant->object)
        return allocator_fail(reason, size, "the path '%s' is longer than %zu bytes", shown.text,
                              sizeof variant->object - 1);
    variant->allocator = &allocator_other;
    memcpy(variant->object, text, length + 1);
    return true;
}

bool allocator_parse(const char *text, struct allocator_variant *variant, char *reason, size_t size)
{
    *variant = (struct allocator_variant){0};
    size_t name_length = strcspn(text, ":");
    if (memchr(text, '/', name_length) != NULL)
        return read_path(text, variant, reason, size);

    char name[32] = "";
    if (name_length < sizeof name)
        memcpy(name, text, name_length);
    variant->allocator = allocator_find(name);
    if (variant->allocator == NULL)
        return fail_name(show(text, name_length), reason, size);

    for (const char *at = text + name_length; *at == ':';) {
        size_t length = strcspn(at + 1, ":");
        if (!read_setting(at + 1, length, variant, reason, size))
            return false;
        at += 1 + length;
    }
    return true;
}
