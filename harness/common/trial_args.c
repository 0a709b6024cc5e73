/* trial_args.c - see trial_args.h. */
#include "harness/common/trial_args.h"

#include "harness/common/trial_page.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_DAY UINT64_C(86400000000000)

/*
 * Every option, once: writing, reading and --help come from here.
 * A WORD stands for false, then true; "[...]" in the help is the default.
 */
#define OPTION_LIST                                                                                          \
    TEXT(workload, "workload", "SPEC", "facts", "what to insert, NAME[:option=value...]")                    \
    TEXT(strategy, "strategy", "SPEC", "sequential", "how, NAME[:option=value...] or a path to a plug-in")   \
    TEXT(allocator, "allocator", "SPEC", "glibc", "the allocator this process must prove to be running on")  \
    TEXT(bind, "bind", "POLICY", "core", "core, compact, scatter, none, or processors such as 0-3,8-16:2")   \
    NUMBER(batch, "batch", "N", 1000, 0, 100000000, "items a sample")                                        \
    NUMBER(threads, "threads", "N", 1, 1, PAGE_THREADS_MAX - 1, "workers, the main thread included")         \
    WORD(interned, "symbols", "inline", "interned", true, "whether keys hold symbols or their ids")          \
    WORD(encoded, "keys", "expressions", "encoded", false, "insert terms, or keys made beforehand")          \
    FLAG(replay, "replay", "insert the same slice in every sample")                                          \
    NUMBER(seed, "seed", "N", 1, 0, UINT64_MAX, "of the workload")                                           \
    NUMBER(round, "round", "N", 0, 0, 1000000000, "chooses the slices to begin with")                        \
    NUMBER(warmup, "warmup", "N", 10, 0, PAGE_SAMPLES_MAX, "samples before those that count")                \
    NUMBER(samples_min, "samples-min", "N", 30, 1, PAGE_SAMPLES_MAX, "samples that count, at least")         \
    NUMBER(samples_max, "samples-max", "N", 2000, 1, PAGE_SAMPLES_MAX, "samples that count, at most")        \
    NUMBER(time_ns, "time-ns", "NS", 200000000, 0, NS_PER_DAY, "sampling ends when this is spent")           \
    SHARE(precision, "precision", "SHARE", "or when the median is known this well, 0 .. 1; 0: never")        \
    FLAG(alone, "alone", "run every worker's part of a job by itself; time what they would take at once")    \
    FLAG(search, "search", "look for crashes: time nothing, count failed checks and go on")                  \
    NUMBER(perturb_seed, "perturb-seed", "N", 1, 0, UINT64_MAX, "of the yields of --perturb-one-in")         \
    NUMBER(perturb_one_in, "perturb-one-in", "N", 0, 0, UINT32_MAX,                                          \
           "with --search: yield at one memory access in N; 0: never")                                       \
    NUMBER(preempt_us, "preempt-us", "N", 0, 0, 1000000,                                                     \
           "with --search: make each thread yield every so many microseconds; 0: never")                     \
    HANDLE(page_fd, "page-fd", "FD", "memory file for the results; without it a summary is printed")         \
    HANDLE(report_fd, "report-fd", "FD", "pipe on which \"done\" is said")

enum option_kind { KIND_TEXT, KIND_NUMBER, KIND_WORD, KIND_FLAG, KIND_SHARE, KIND_HANDLE };

struct option_row {
    const char *name;
    enum option_kind kind;
    size_t offset; /* of the field in struct trial_args */
    uint64_t preset, min, max;
    const char *text[2]; /* a text's default, or a word for false and for true */
};

#define FIELD(field) offsetof(struct trial_args, field)
#define TEXT(field, name, argument, preset, sentence)                                                        \
    {name, KIND_TEXT, FIELD(field), 0, 0, 0, {preset, NULL}},
#define NUMBER(field, name, argument, preset, min, max, sentence)                                            \
    {name, KIND_NUMBER, FIELD(field), preset, min, max, {NULL, NULL}},
#define WORD(field, name, no, yes, preset, sentence) {name, KIND_WORD, FIELD(field), preset, 0, 1, {no, yes}},
#define FLAG(field, name, sentence)                  {name, KIND_FLAG, FIELD(field), 0, 0, 1, {NULL, NULL}},
#define SHARE(field, name, argument, sentence)       {name, KIND_SHARE, FIELD(field), 0, 0, 1, {NULL, NULL}},
#define HANDLE(field, name, argument, sentence)                                                              \
    {name, KIND_HANDLE, FIELD(field), 0, 0, INT_MAX, {NULL, NULL}},
static const struct option_row rows[] = {OPTION_LIST};
#undef TEXT
#undef NUMBER
#undef WORD
#undef FLAG
#undef SHARE
#undef HANDLE

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert(2 + 2 * ROWS <= TRIAL_ARGV_MAX, "a full command line must fit");

#define TEXT(field, name, argument, preset, sentence)                                                        \
    "  --" name " " argument "\n        " sentence " [" preset "]\n"
#define NUMBER(field, name, argument, preset, min, max, sentence)                                            \
    "  --" name " " argument "\n        " sentence " [" #preset "]\n"
#define WORD(field, name, no, yes, preset, sentence) "  --" name " " yes "|" no "\n        " sentence "\n"
#define FLAG(field, name, sentence)                  "  --" name "\n        " sentence "\n"
#define SHARE(field, name, argument, sentence)       "  --" name " " argument "\n        " sentence "\n"
#define HANDLE(field, name, argument, sentence)      "  --" name " " argument "\n        " sentence "\n"
static const char help_text[] = OPTION_LIST "  --help\n        this text\n";

const char *trial_args_help(void)
{
    return help_text;
}

static void *field_of(struct trial_args *args, const struct option_row *row)
{
    return (char *)args + row->offset;
}

static const void *field_read(const struct trial_args *args, const struct option_row *row)
{
    return (const char *)args + row->offset;
}

void trial_args_init(struct trial_args *args)
{
    memset(args, 0, sizeof *args);
    for (size_t i = 0; i < ROWS; i++) {
        void *field = field_of(args, &rows[i]);
        switch (rows[i].kind) {
        case KIND_TEXT:
            snprintf(field, TRIAL_TEXT_BYTES, "%s", rows[i].text[0]);
            break;
        case KIND_NUMBER:
            *(uint64_t *)field = rows[i].preset;
            break;
        case KIND_WORD:
        case KIND_FLAG:
            *(bool *)field = rows[i].preset != 0;
            break;
        case KIND_SHARE:
            *(double *)field = 0;
            break;
        case KIND_HANDLE:
            *(int *)field = -1;
            break;
        }
    }
}

/* Decimal digits and nothing else: strtoull() alone would take "-1", " 7" and "+7". */
static bool parse_number(const char *text, uint64_t *value)
{
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, NULL, 10);
    *value = number;
    return errno == 0;
}

/* 0 .. 1, also "2e-2"; refuses what strtod() knows beyond that: "nan", "inf", "0x1p-3". */
static bool parse_share(const char *text, double *value)
{
    if (text[0] == '\0' || text[strspn(text, "0123456789.e-")] != '\0' || text[0] == '-')
        return false;
    char *end = NULL;
    double number = strtod(text, &end);
    if (*end != '\0' || !(number >= 0 && number <= 1))
        return false;
    *value = number;
    return true;
}

static bool set_number(const struct option_row *row, const char *value, uint64_t *number, struct error *error)
{
    if (!parse_number(value, number) || *number < row->min || *number > row->max)
        return error_set(error, "--%s: '%s' is no number from %" PRIu64 " to %" PRIu64, row->name, value,
                         row->min, row->max);
    return true;
}

static bool set_text(const struct option_row *row, const char *value, char *text, struct error *error)
{
    size_t length = strlen(value);
    if (length == 0 || length >= TRIAL_TEXT_BYTES)
        return error_set(error, "--%s: its text is %s", row->name, length == 0 ? "empty" : "too long");
    memcpy(text, value, length + 1);
    return true;
}

static bool set_word(const struct option_row *row, const char *value, bool *word, struct error *error)
{
    bool yes = strcmp(value, row->text[1]) == 0;
    if (!yes && strcmp(value, row->text[0]) != 0)
        return error_set(error, "--%s: '%s' is neither %s nor %s", row->name, value, row->text[1],
                         row->text[0]);
    *word = yes;
    return true;
}

static bool set_value(struct trial_args *args, const struct option_row *row, const char *value,
                      struct error *error)
{
    void *field = field_of(args, row);
    uint64_t number = 0;
    switch (row->kind) {
    case KIND_TEXT:
        return set_text(row, value, field, error);
    case KIND_NUMBER:
        return set_number(row, value, field, error);
    case KIND_WORD:
        return set_word(row, value, field, error);
    case KIND_SHARE:
        return parse_share(value, field) ||
               error_set(error, "--%s: '%s' is no share from 0 to 1", row->name, value);
    case KIND_HANDLE:
        if (!set_number(row, value, &number, error))
            return false;
        *(int *)field = (int)number;
        return true;
    case KIND_FLAG:
        break;
    }
    return error_set(error, "--%s takes no value", row->name);
}

/* The row of an argument "--name" or "--name=value"; *value is NULL in the first case. */
static const struct option_row *find_row(const char *argument, const char **value)
{
    if (strncmp(argument, "--", 2) != 0)
        return NULL;
    const char *name = argument + 2;
    size_t length = strcspn(name, "=");
    *value = name[length] == '=' ? name + length + 1 : NULL;
    for (size_t i = 0; i < ROWS; i++)
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
            return &rows[i];
    return NULL;
}

static bool read_option(struct trial_args *args, int argc, char *const argv[], int *at, struct error *error)
{
    const char *argument = argv[*at];
    const char *value = NULL;
    const struct option_row *row = find_row(argument, &value);
    if (row == NULL)
        return error_set(error, "unknown option '%.200s'", argument);
    *at += 1;
    if (row->kind == KIND_FLAG && value == NULL) {
        *(bool *)field_of(args, row) = true;
        return true;
    }
    if (value == NULL) {
        if (*at >= argc)
            return error_set(error, "--%s needs a value", row->name);
        value = argv[(*at)++];
    }
    return set_value(args, row, value, error);
}

bool trial_args_read(struct trial_args *args, int argc, char *const argv[], bool *help, struct error *error)
{
    *help = false;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            *help = true;
            return true;
        }
    trial_args_init(args);
    for (int at = 1; at < argc;)
        if (!read_option(args, argc, argv, &at, error))
            return false;
    if (args->samples_min > args->samples_max)
        return error_set(error, "--samples-min %" PRIu64 " is above --samples-max %" PRIu64,
                         args->samples_min, args->samples_max);
    return true;
}

/* Text that grows into a buffer; what was written stays where it is. */
struct writer {
    char *at;
    size_t left;
};

__attribute__((format(printf, 2, 3))) static const char *put(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(writer->at, writer->left, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= writer->left)
        return NULL;
    const char *text = writer->at;
    writer->at += length + 1;
    writer->left -= (size_t)length + 1;
    return text;
}

/* The value of a row as text; NULL if there is no room. */
static const char *value_text(const struct option_row *row, const void *field, struct writer *writer)
{
    switch (row->kind) {
    case KIND_NUMBER:
        return put(writer, "%" PRIu64, *(const uint64_t *)field);
    case KIND_SHARE:
        return put(writer, "%.17g", *(const double *)field);
    case KIND_HANDLE:
        return put(writer, "%d", *(const int *)field);
    case KIND_WORD:
        return row->text[*(const bool *)field];
    case KIND_TEXT:
    case KIND_FLAG:
        break;
    }
    return field;
}

/* Whether a row need not stand on the line: a flag that is off, a descriptor that there is not. */
static bool is_silent(const struct option_row *row, const void *field)
{
    return (row->kind == KIND_FLAG && !*(const bool *)field) ||
           (row->kind == KIND_HANDLE && *(const int *)field < 0);
}

bool trial_args_write(const struct trial_args *args, const char *program, char *buffer, size_t size,
                      const char *argv[TRIAL_ARGV_MAX], struct error *error)
{
    struct writer writer = {buffer, size};
    size_t argc = 0;
    argv[argc++] = program;
    for (size_t i = 0; i < ROWS; i++) {
        const void *field = field_read(args, &rows[i]);
        if (is_silent(&rows[i], field))
            continue;
        argv[argc] = put(&writer, "--%s", rows[i].name);
        if (argv[argc++] == NULL)
            return error_set(error, "no room for the worker's command line");
        if (rows[i].kind == KIND_FLAG)
            continue;
        argv[argc] = value_text(&rows[i], field, &writer);
        if (argv[argc++] == NULL)
            return error_set(error, "no room for the worker's command line");
    }
    argv[argc] = NULL;
    return true;
}
