/* name.c - the part of export_formats.h that names cells. */
#include "harness/driver/export/formats.h"

#include <inttypes.h>
#include <string.h>

/* A name in the making; length counts what did not fit, too. */
struct name {
    char *text;
    size_t length;
    uint64_t hash; /* FNV-1a, 64 bits, of all of it */
};

static void name_byte(struct name *name, char byte)
{
    name->hash = (name->hash ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
    if (name->length + 1 < EXPORT_NAME_BYTES)
        name->text[name->length] = byte;
    name->length++;
}

static void name_text(struct name *name, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte > ' ' && byte != 0x7f && strchr("/%\"\\", byte) == NULL) {
            name_byte(name, *text);
            continue;
        }
        name_byte(name, '%');
        name_byte(name, hex[byte >> 4]);
        name_byte(name, hex[byte & 15]);
    }
}

/* "/key=value"; nothing for an empty value. */
static void name_part(struct name *name, const char *key, const char *value)
{
    if (value[0] == '\0')
        return;
    if (name->length > 0)
        name_byte(name, '/');
    name_text(name, key);
    name_byte(name, '=');
    name_text(name, value);
}

static void name_number(struct name *name, const char *key, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    name_part(name, key, text);
}

void export_name(const struct result_row *row, char text[EXPORT_NAME_BYTES])
{
    struct name name = {.text = text, .hash = UINT64_C(0xcbf29ce484222325)};
    name_part(&name, "workload", row->workload);
    name_number(&name, "batch", row->batch);
    name_part(&name, "strategy", row->strategy);
    name_part(&name, "options", row->options);
    name_part(&name, "alloc", row->allocator);
    name_part(&name, "knobs", row->knobs);
    name_number(&name, "threads", row->threads);
    name_part(&name, "bind", row->bind);
    name_part(&name, "build", row->build);
    name_part(&name, "twin", row->twin ? "1" : "");
    name_part(&name, "symbols", row->symbols);
    /* Last, as it never ends like "-4", which benchstat takes for a number of processors. */
    name_part(&name, "keys", row->keys);
    if (name.length < EXPORT_NAME_BYTES)
        text[name.length] = '\0';
    else
        snprintf(text + EXPORT_NAME_BYTES - 18, 18, "~%016" PRIx64, name.hash);
}
