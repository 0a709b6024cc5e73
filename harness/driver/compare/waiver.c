/* waiver.c - see waiver.h. */
#include "harness/driver/compare/waiver.h"

#include "harness/driver/line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const field_names[WAIVER_FIELDS] = {
    "strategy", "options", "allocator", "knobs", "workload", "symbols", "keys", "bind", "batch", "threads"};
static const char blanks[] = " \t\r\n";

/* "2026-12-31", so that days compare as texts. */
static bool is_day(const char *text)
{
    static const char shape[] = "dddd-dd-dd";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i])
            return false;
    }
    return text[sizeof shape - 1] == '\0' && strncmp(text + 5, "01", 2) >= 0 &&
           strncmp(text + 5, "12", 2) <= 0 && strcmp(text + 8, "01") >= 0 && strcmp(text + 8, "31") <= 0;
}

/* Takes "name=value" into the waiver. */
static bool word_take(struct waiver *waiver, char *word, struct error *error)
{
    char *value = strchr(word, '=');
    if (value == NULL)
        return error_set(error, "'%.60s' is no name=value", word);
    *value++ = '\0';
    if (strcmp(word, "until") == 0) {
        if (!is_day(value))
            return error_set(error, "until: '%.20s' is no day like 2026-12-31", value);
        memcpy(waiver->until, value, WAIVER_DAY_BYTES);
        return true;
    }
    for (size_t i = 0; i < WAIVER_FIELDS; i++) {
        if (strcmp(word, field_names[i]) == 0) {
            waiver->fields[i] = value;
            return true;
        }
    }
    return error_set(error, "unknown field '%.40s'", word);
}

/* Takes the text of a line, which the waiver then owns, apart. */
static bool waiver_parse(struct waiver *waiver, const char *today, struct error *error)
{
    char *reason = strchr(waiver->text, '#'), *rest = NULL;
    if (reason != NULL)
        *reason++ = '\0';
    for (char *word = strtok_r(waiver->text, blanks, &rest); word != NULL;
         word = strtok_r(NULL, blanks, &rest)) {
        if (!word_take(waiver, word, error))
            return false;
    }
    if (waiver->until[0] == '\0')
        return error_set(error, "until=DAY is missing");
    waiver->why = reason == NULL ? "" : reason + strspn(reason, blanks);
    if (waiver->why[0] == '\0')
        return error_set(error, "a reason is missing; put it behind a #");
    waiver->expired = strcmp(waiver->until, today) < 0;
    return true;
}

static bool line_take(struct waivers *waivers, const struct line *line, size_t number, const char *today,
                      struct error *error)
{
    size_t start = strspn(line->text, blanks);
    if (line->text[start] == '\0' || line->text[start] == '#')
        return true;
    if (waivers->count == WAIVERS_MAX)
        return error_set(error, "more than %d waivers", WAIVERS_MAX);
    struct waiver *waiver = &waivers->items[waivers->count];
    *waiver = (struct waiver){.line = number, .text = strdup(line->text)};
    if (waiver->text == NULL)
        return error_set(error, "no memory");
    waivers->count++;
    size_t length = strlen(waiver->text);
    while (length > 0 && strchr(blanks, waiver->text[length - 1]) != NULL)
        waiver->text[--length] = '\0';
    return waiver_parse(waiver, today, error) || error_context(error, "line %zu", number);
}

bool waivers_read(const char *path, const char *today, struct waivers *waivers, struct error *error)
{
    struct line line = {0};
    bool good = true, end = false;
    *waivers = (struct waivers){0};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_errno(error, "%s", path);
    for (size_t number = 1; good; number++) {
        good = line_next(file, &line, &end, error);
        if (!good || end)
            break;
        good = line_take(waivers, &line, number, today, error);
    }
    line_free(&line);
    fclose(file);
    if (good)
        return true;
    waivers_free(waivers);
    return error_context(error, "%s", path);
}

static bool fits(const struct waiver *waiver, const struct result_row *row)
{
    char batch[32], threads[32];
    snprintf(batch, sizeof batch, "%" PRIu64, row->batch);
    snprintf(threads, sizeof threads, "%" PRIu64, row->threads);
    const char *const cell[WAIVER_FIELDS] = {row->strategy, row->options, row->allocator, row->knobs,
                                             row->workload, row->symbols, row->keys,      row->bind,
                                             batch,         threads};
    for (size_t i = 0; i < WAIVER_FIELDS; i++) {
        if (waiver->fields[i] != NULL && strcmp(waiver->fields[i], cell[i]) != 0)
            return false;
    }
    return true;
}

const struct waiver *waivers_find(const struct waivers *waivers, const struct result_row *row)
{
    for (size_t i = 0; i < waivers->count; i++) {
        if (!waivers->items[i].expired && fits(&waivers->items[i], row))
            return &waivers->items[i];
    }
    return NULL;
}

void waivers_free(struct waivers *waivers)
{
    for (size_t i = 0; i < waivers->count; i++)
        free(waivers->items[i].text);
    *waivers = (struct waivers){0};
}
