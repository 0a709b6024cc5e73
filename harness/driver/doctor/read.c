/* read.c - see doctor_read.h. */
#include "harness/driver/doctor/read.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static FILE *open_below(const char *root, const char *path)
{
    char whole[DOCTOR_PATH_BYTES];
    int length = snprintf(whole, sizeof whole, "%s%s", root, path);
    if (length < 0 || (size_t)length >= sizeof whole)
        return NULL;
    return fopen(whole, "re");
}

static void copy_trimmed(const char *text, char *out, size_t size)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++)
        out[i] = isspace((unsigned char)text[i]) ? ' ' : text[i] > ' ' && text[i] <= '~' ? text[i] : '?';
    out[length] = '\0';
}

bool doctor_read_after(const char *root, const char *path, const char *prefix, char *out, size_t size)
{
    FILE *file = open_below(root, path);
    if (file == NULL)
        return false;
    char line[DOCTOR_LINE_BYTES];
    size_t skip = strlen(prefix);
    bool found = false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strncmp(line, prefix, skip) == 0;
    fclose(file);
    if (found)
        copy_trimmed(line + skip, out, size);
    return found;
}

bool doctor_read_text(const char *root, const char *path, char *out, size_t size)
{
    return doctor_read_after(root, path, "", out, size);
}

bool doctor_parse_number(const char *text, uint64_t *value)
{
    if (!isdigit((unsigned char)*text))
        return false;
    uint64_t sum = 0;
    for (; isdigit((unsigned char)*text); text++)
        if (__builtin_mul_overflow(sum, (uint64_t)10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum))
            return false;
    *value = sum;
    return true;
}

bool doctor_read_number(const char *root, const char *path, uint64_t *value)
{
    char text[64];
    if (!doctor_read_text(root, path, text, sizeof text) || text[strspn(text, "0123456789")] != '\0')
        return false;
    return doctor_parse_number(text, value);
}

bool cpu_list_has(const struct cpu_list *list, unsigned cpu)
{
    return cpu < DOCTOR_CPUS_MAX && (list->bits[cpu / 64] >> (cpu % 64) & 1) != 0;
}

static void cpu_list_add(struct cpu_list *list, unsigned cpu)
{
    if (!cpu_list_has(list, cpu))
        list->count++;
    list->bits[cpu / 64] |= UINT64_C(1) << (cpu % 64);
}

/* Reads "3" or "0-3" at *at and moves behind it. */
static bool range_parse(const char **at, uint64_t *first, uint64_t *last)
{
    if (!doctor_parse_number(*at, first))
        return false;
    *at += strspn(*at, "0123456789");
    *last = *first;
    if (**at == '-') {
        ++*at;
        if (!doctor_parse_number(*at, last))
            return false;
        *at += strspn(*at, "0123456789");
    }
    return *first <= *last && *last < DOCTOR_CPUS_MAX;
}

bool cpu_list_parse(const char *text, struct cpu_list *list)
{
    struct cpu_list read = {0};
    for (const char *at = text;; at++) {
        uint64_t first, last;
        if (!range_parse(&at, &first, &last))
            return false;
        for (uint64_t cpu = first; cpu <= last; cpu++)
            cpu_list_add(&read, (unsigned)cpu);
        if (*at == '\0')
            break;
        if (*at != ',')
            return false;
    }
    *list = read;
    return true;
}
