/* json_build.c - see json_build.h. */
#include "harness/driver/json_build.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void build_begin(struct build *build)
{
    build->object = json_object();
    build->failed = build->object == NULL;
}

json_t *build_end(struct build *build)
{
    json_t *object = build->object;
    build->object = NULL;
    if (!build->failed)
        return object;
    json_decref(object);
    return NULL;
}

void build_json(struct build *build, const char *key, json_t *value)
{
    if (json_object_set_new(build->object, key, value) != 0)
        build->failed = true;
}

json_t *json_count(uint64_t value)
{
    return value > INT64_MAX ? json_null() : json_integer((json_int_t)value);
}

void build_count(struct build *build, const char *key, uint64_t value)
{
    build_json(build, key, json_count(value));
}

void build_count_known(struct build *build, const char *key, uint64_t value)
{
    build_json(build, key, value == 0 ? json_null() : json_count(value));
}

void build_real(struct build *build, const char *key, double value)
{
    build_json(build, key, isfinite(value) ? json_real(value) : json_null());
}

void build_bool(struct build *build, const char *key, bool value)
{
    build_json(build, key, json_boolean(value));
}

void build_null(struct build *build, const char *key)
{
    build_json(build, key, json_null());
}

/*
 * Bytes of the UTF-8 sequence at the start of text[length], or 0 if there is none: overlong forms, surrogates
 * and points beyond U+10FFFF are none (the Unicode standard, table 3-7).
 */
static size_t utf8_length(const unsigned char *text, size_t length)
{
    unsigned char first = text[0];
    if (first < 0x80)
        return 1;
    size_t need = first >= 0xc2 && first < 0xe0   ? 2
                  : first >= 0xe0 && first < 0xf0 ? 3
                  : first >= 0xf0 && first < 0xf5 ? 4
                                                  : 0;
    if (need == 0 || need > length)
        return 0;
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return need;
}

json_t *json_text(const char *text, size_t length)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *clean = malloc(3 * length + 1);
    if (clean == NULL)
        return NULL;
    size_t out = 0;
    for (size_t in = 0; in < length;) {
        size_t valid = utf8_length((const unsigned char *)text + in, length - in);
        memcpy(clean + out, valid != 0 ? text + in : replacement, valid != 0 ? valid : 3);
        out += valid != 0 ? valid : 3;
        in += valid != 0 ? valid : 1;
    }
    json_t *value = json_stringn_nocheck(clean, out);
    free(clean);
    return value;
}

void build_text(struct build *build, const char *key, const char *value)
{
    build_json(build, key, json_text(value, strlen(value)));
}

void build_text_known(struct build *build, const char *key, const char *value)
{
    if (value[0] == '\0')
        build_null(build, key);
    else
        build_text(build, key, value);
}

void build_hash(struct build *build, const char *key, uint64_t value)
{
    char digits[17];
    (void)snprintf(digits, sizeof digits, "%016" PRIx64, value);
    build_text(build, key, digits);
}

char *json_print(const json_t *value, size_t flags, size_t *length)
{
    size_t need = json_dumpb(value, NULL, 0, flags);
    char *text = need == 0 ? NULL : malloc(need + 1);
    if (text == NULL)
        return NULL;
    if (json_dumpb(value, text, need, flags) != need) {
        free(text);
        return NULL;
    }
    text[need] = '\0';
    if (length != NULL)
        *length = need;
    return text;
}
