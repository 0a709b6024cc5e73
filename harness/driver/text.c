/* text.c - see text.h. */
#include "harness/driver/text.h"

#include "harness/driver/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 sequence at text, or 0 if there is none (overlong forms, surrogates and cut ones are
 * none). */
static size_t utf8_length(const unsigned char *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (text[0] < 0x80)
        return 1;
    size_t length = text[0] >= 0xf0 && text[0] < 0xf5 ? 4 : text[0] >= 0xe0 ? 3 : text[0] >= 0xc2 ? 2 : 0;
    if (length == 0 || text[0] >= 0xf5)
        return 0;
    uint32_t point = text[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (text[i] & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point < 0xe000;
    return point < least[length] || point > 0x10ffff || surrogate ? 0 : length;
}

/* Bytes of the character at text, or 0 if it is a control or none. */
static size_t plain_length(const unsigned char *text)
{
    size_t length = utf8_length(text);
    bool control = *text < 0x20 || *text == 0x7f || (text[0] == 0xc2 && length == 2 && text[1] < 0xa0);
    return control ? 0 : length;
}

bool text_plain(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (size_t length; *at != '\0'; at += length) {
        length = plain_length(at);
        if (length == 0)
            return false;
    }
    return true;
}

void text_make_plain(char *text)
{
    unsigned char *at = (unsigned char *)text;
    while (*at != '\0') {
        size_t length = plain_length(at);
        if (length == 0)
            *at = '?';
        at += length == 0 ? 1 : length;
    }
}

char *text_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

bool text_list_add(struct text_list *list, const char *item, struct error *error)
{
    if (list->count == TEXT_LIST_MAX)
        return error_set(error, "more than %d items in one list", TEXT_LIST_MAX);
    char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (grown == NULL)
        return error_set(error, "no memory");
    list->items = grown;
    list->items[list->count] = text_copy(item);
    if (list->items[list->count] == NULL)
        return error_set(error, "no memory");
    list->count++;
    return true;
}

bool text_list_has(const struct text_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], item) == 0)
            return true;
    }
    return false;
}

void text_list_free(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}

/* Copies one item, unescaped, into item[] and returns where it ended: at a comma or at the end. */
static const char *item_take(const char *from, char *item)
{
    size_t length = 0;
    while (*from != '\0' && *from != ',') {
        if (*from == '\\' && from[1] != '\0')
            from++;
        item[length++] = *from++;
    }
    item[length] = '\0';
    return from;
}

static bool item_check(const char *what, const char *item, size_t item_bytes, const struct text_list *before,
                       struct error *error)
{
    if (item[0] == '\0')
        return error_set(error, "%s: empty item in the list", what);
    if (strlen(item) >= item_bytes)
        return error_set(error, "%s: item of more than %zu bytes: '%.40s...'", what, item_bytes - 1, item);
    if (!text_plain(item))
        return error_set(error, "%s: an item holds control characters or is not UTF-8", what);
    if (text_list_has(before, item))
        return error_set(error, "%s: '%.100s' stands there twice", what, item);
    return true;
}

bool text_list_read(const char *what, const char *text, size_t item_bytes, struct text_list *list,
                    struct error *error)
{
    struct text_list read = {0};
    char *item = malloc(strlen(text) + 1);
    if (item == NULL)
        return error_set(error, "%s: no memory", what);
    bool good = true;
    for (const char *at = text;; at++) {
        at = item_take(at, item);
        good = item_check(what, item, item_bytes, &read, error);
        if (good && !text_list_add(&read, item, error))
            good = error_context(error, "%s", what);
        if (!good || *at == '\0')
            break;
    }
    free(item);
    if (!good) {
        text_list_free(&read);
        return false;
    }
    text_list_free(list);
    *list = read;
    return true;
}

bool number_list_set(struct number_list *list, const uint64_t *items, size_t count, struct error *error)
{
    uint64_t *copy = malloc((count == 0 ? 1 : count) * sizeof *copy);
    if (copy == NULL)
        return error_set(error, "no memory");
    memcpy(copy, items, count * sizeof *copy);
    free(list->items);
    *list = (struct number_list){.items = copy, .count = count};
    return true;
}

static bool numbers_of(const char *what, const struct text_list *texts, uint64_t min, uint64_t max,
                       struct number_list *list, struct error *error)
{
    uint64_t items[TEXT_LIST_MAX];
    for (size_t i = 0; i < texts->count; i++) {
        if (!number_read(what, texts->items[i], min, max, &items[i], error))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (items[j] == items[i])
                return error_set(error, "%s: '%s' stands there twice", what, texts->items[i]);
        }
    }
    return number_list_set(list, items, texts->count, error);
}

bool number_list_read(const char *what, const char *text, uint64_t min, uint64_t max,
                      struct number_list *list, struct error *error)
{
    struct text_list texts = {0};
    bool good =
        text_list_read(what, text, 64, &texts, error) && numbers_of(what, &texts, min, max, list, error);
    text_list_free(&texts);
    return good;
}

void number_list_free(struct number_list *list)
{
    free(list->items);
    *list = (struct number_list){0};
}

const char *text_last_line(const char *text, size_t *length)
{
    size_t end = strlen(text);
    while (end > 0 && isspace((unsigned char)text[end - 1]))
        end--;
    size_t begin = end;
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    *length = end - begin;
    return text + begin;
}
