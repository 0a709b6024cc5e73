/* cli.c - see cli.h. */
#include "harness/driver/cli.h"

#include "harness/common/trial_args.h"
#include "harness/driver/number.h"
#include "harness/driver/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 64, NAMES_MAX = 64, HELP_COLUMN = 30, HELP_WIDTH = 100 };

static bool choices_read(const char *what, const char *text, const char *const *choices, unsigned *set,
                         struct error *error)
{
    struct text_list items = {0};
    if (!text_list_read(what, text, NAME_BYTES, &items, error))
        return false;
    unsigned read = 0;
    bool good = true;
    for (size_t i = 0; good && i < items.count; i++) {
        size_t at = 0;
        while (choices[at] != NULL && strcmp(choices[at], items.items[i]) != 0)
            at++;
        if (choices[at] == NULL) {
            good = error_set(error, "%s: '%s' is none of:", what, items.items[i]);
            for (size_t j = 0; choices[j] != NULL; j++) {
                struct error before = *error;
                error_set(error, "%s %s", before.text, choices[j]);
            }
        } else {
            read |= 1u << at;
        }
    }
    if (good)
        *set = read;
    text_list_free(&items);
    return good;
}

static bool text_read(const char *what, const char *text, char **field, struct error *error)
{
    if (text[0] == '\0' || strlen(text) >= 4096 || !text_plain(text))
        return error_set(error, "%s: wants 1 to 4095 bytes of UTF-8 without control characters", what);
    char *copy = text_copy(text);
    if (copy == NULL)
        return error_set(error, "%s: no memory", what);
    free(*field);
    *field = copy;
    return true;
}

static bool number_field_read(const struct cli_option *option, const char *what, const char *text,
                              struct cli_number *field, struct error *error)
{
    bool good = option->kind == CLI_BYTES
                    ? number_read_bytes(what, text, option->min, option->max, &field->value, error)
                    : number_read(what, text, option->min, option->max, &field->value, error);
    field->given = field->given || good;
    return good;
}

static bool real_field_read(const struct cli_option *option, const char *what, const char *text,
                            struct cli_real *field, struct error *error)
{
    bool good = number_read_real(what, text, (double)option->min, (double)option->max, &field->value, error);
    field->given = field->given || good;
    return good;
}

static bool value_read(const struct cli_option *option, const char *text, void *target, struct error *error)
{
    char what[NAME_BYTES];
    snprintf(what, sizeof what, "--%s", option->name);
    void *field = (char *)target + option->offset;
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)field = true;
        return true;
    case CLI_TEXT:
        return text_read(what, text, field, error);
    case CLI_NUMBER:
    case CLI_BYTES:
        return number_field_read(option, what, text, field, error);
    case CLI_REAL:
        return real_field_read(option, what, text, field, error);
    case CLI_TEXTS:
        return text_list_read(what, text, TRIAL_TEXT_BYTES, field, error);
    case CLI_NUMBERS:
        return number_list_read(what, text, option->min, option->max, field, error);
    case CLI_CHOICES:
        return choices_read(what, text, option->choices, field, error);
    }
    return error_set(error, "%s: option of no kind", what);
}

static const struct cli_option *option_find(const struct cli_option *options, size_t count, const char *name,
                                            struct error *error)
{
    const char *names[NAMES_MAX] = {"help"};
    size_t known = 1;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
        if (known < NAMES_MAX)
            names[known++] = options[i].name;
    }
    const char *near = suggest(name, names, known);
    if (near != NULL)
        error_set(error, "unknown option --%.60s; did you mean --%s?", name, near);
    else
        error_set(error, "unknown option --%.60s; --help lists what there is", name);
    return NULL;
}

/* Splits "--name=value"; *value is NULL if there is no '='. */
static bool word_split(const char *word, char name[NAME_BYTES], const char **value, struct error *error)
{
    if (word[0] != '-')
        return error_set(error, "unexpected argument '%.100s'", word);
    if (word[1] != '-' || word[2] == '\0' || word[2] == '=')
        return error_set(error, "unknown option %.60s; --help lists what there is", word);
    size_t length = strcspn(word + 2, "=");
    *value = word[2 + length] == '=' ? word + 2 + length + 1 : NULL;
    snprintf(name, NAME_BYTES, "%.*s", (int)(length < NAME_BYTES ? length : NAME_BYTES - 1), word + 2);
    return true;
}

bool cli_read(const struct cli_option *options, size_t count, int argc, char *const argv[], void *target,
              bool *help, struct error *error)
{
    *help = false;
    for (int i = 0; i < argc; i++) {
        char name[NAME_BYTES];
        const char *value = NULL;
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            *help = true;
            return true;
        }
        if (!word_split(argv[i], name, &value, error))
            return false;
        const struct cli_option *option = option_find(options, count, name, error);
        if (option == NULL)
            return false;
        if (option->kind == CLI_FLAG && value != NULL)
            return error_set(error, "--%s takes no value", name);
        if (option->kind != CLI_FLAG && value == NULL) {
            if (i + 1 == argc)
                return error_set(error, "--%s wants %s", name, option->argument);
            value = argv[++i];
        }
        if (!value_read(option, value, target, error))
            return false;
    }
    return true;
}

bool cli_read_behind_run(const struct cli_option *options, size_t count, int argc, char *const argv[],
                         void *target, const char **run, bool *help, struct error *error)
{
    bool named = argc > 1 && argv[1][0] != '-';
    int skip = named ? 2 : 1;
    *run = NULL;
    if (!cli_read(options, count, argc - skip, argv + skip, target, help, error))
        return false;
    if (!*help && !named)
        return error_set(error, "wants a run in front of its options");
    *run = *help ? NULL : argv[1];
    return true;
}

static void wrapped_print(FILE *out, const char *text)
{
    int column = HELP_COLUMN;
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            column += fprintf(out, " ");
        }
        column += fprintf(out, "%.*s", length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void cli_help(FILE *out, const struct cli_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char head[NAME_BYTES * 2];
        const char *argument = options[i].argument == NULL ? "" : options[i].argument;
        int used = snprintf(head, sizeof head, "  --%s %s", options[i].name, argument);
        if (used + 1 > HELP_COLUMN)
            fprintf(out, "%s\n%*s", head, HELP_COLUMN, "");
        else
            fprintf(out, "%-*s", HELP_COLUMN, head);
        wrapped_print(out, options[i].sentence);
    }
    fprintf(out, "%-*s%s\n", HELP_COLUMN, "  --help", "this text");
}
