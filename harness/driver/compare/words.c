/* words.c - see compare_words.h. */
#include "harness/driver/compare/words.h"

#include "harness/driver/compare/again.h"
#include "harness/driver/limits.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Rounds in which a few dozen cells can be told apart: 2 / 2^15 is below 0.05 in a hundred. */
#define ROUNDS "15"

/* As of run. */
#define BUDGET_S 150

#define AT(field) .offset = offsetof(struct compare_options, field)

static const struct cli_option table[] = {
    {.name = "margin",
     .argument = "PERCENT",
     .sentence = "A change of less does not matter. Default: 3.",
     .kind = CLI_REAL,
     .min = 0,
     .max = 100,
     AT(margin_percent)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "With --build: time for all that is measured. Default: 150.",
     .kind = CLI_REAL,
     .min = 1,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    {.name = "looks",
     .argument = "1|2",
     .sentence =
         "With --build: whether the cells that are inconclusive are measured again by themselves, for which "
         "part of the budget and of the level is kept back. Default: 2.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = 2,
     AT(looks)},
    {.name = "waive",
     .argument = "FILE",
     .sentence = "Regressions to put up with: lines \"until=2026-12-31 strategy=text batch=1000 # why\".",
     .kind = CLI_TEXT,
     AT(waive)},
    {.name = "force",
     .sentence = "Compare what must not be compared; the output says so.",
     .kind = CLI_FLAG,
     AT(force)},
    {.name = "json", .sentence = "One JSON object instead of text.", .kind = CLI_FLAG, AT(json)},
};

#undef AT

enum { TABLE_ROWS = sizeof table / sizeof table[0], BUDGET_WORD = 4, RUN_WORDS_FIRST = 7 };

void compare_help(FILE *out)
{
    fputs("Usage: triebench compare BEFORE AFTER [OPTION...]\n"
          "       triebench compare RUN [OPTION...]\n"
          "       triebench compare --build DIR --build DIR [OPTION...] [OPTION OF run...]\n\n"
          "Tells what changed between two runs, each a folder or its run.jsonl, or between the two builds of "
          "one. "
          "With\n--build, the workers of two build folders are measured first, in the rounds of one run: the "
          "only "
          "comparison that\ndoes not take the machine's mood for a change. Options of run choose what is "
          "measured; 15 "
          "rounds unless told.\n\n",
          out);
    cli_help(out, table, TABLE_ROWS);
    fputs("\nExit status: 0 nothing got worse; 1 a regression; 2 usage, or this program failed; 3 a crash "
          "appeared;\n"
          "4 it cannot be told; 5 these must not be compared.\n",
          out);
}

/* Whether word is the option, "--name" or "--name=value". */
static bool is_option(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

static const struct cli_option *own_option(const char *word)
{
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        if (is_option(word, table[i].name))
            return &table[i];
    }
    return NULL;
}

/* Takes --build off argv[*at]. */
static bool build_take(int argc, char **argv, int *at, struct compare_words *words, struct error *error)
{
    const char *value = strchr(argv[*at], '=');
    if (value != NULL)
        value++;
    else if (++*at < argc)
        value = argv[*at];
    if (value == NULL || value[0] == '\0')
        return error_set(error, "--build wants DIR");
    if (words->build_count == COMPARE_BUILDS_MAX)
        return error_set(error, "--build: there can be but two");
    words->builds[words->build_count++] = value;
    return true;
}

/* Both builds as a list of `run`: commas and backslashes in them get a backslash in front. */
static bool build_list_make(struct compare_words *words, struct error *error)
{
    size_t room = 2;
    for (size_t i = 0; i < words->build_count; i++)
        room += 2 * strlen(words->builds[i]);
    char *to = words->build_list = malloc(room);
    if (to == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < words->build_count; i++) {
        for (const char *from = words->builds[i]; *from != '\0'; from++) {
            if (*from == ',' || *from == '\\')
                *to++ = '\\';
            *to++ = *from;
        }
        *to++ = i + 1 < words->build_count ? ',' : '\0';
    }
    return true;
}

/* Sorts argv into what is ours (own[*own_count]) and what is for `run`. */
static bool words_sort(int argc, char **argv, struct compare_words *words, char **own, int *own_count,
                       struct error *error)
{
    for (int i = 0; i < argc; i++) {
        const struct cli_option *option = own_option(argv[i]);
        if (is_option(argv[i], "build")) {
            if (!build_take(argc, argv, &i, words, error))
                return false;
        } else if (option != NULL || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            bool value_follows = option != NULL && option->kind != CLI_FLAG && strchr(argv[i], '=') == NULL;
            own[(*own_count)++] = argv[i];
            if (value_follows && i + 1 < argc)
                own[(*own_count)++] = argv[++i];
        } else {
            words->quiet = words->quiet || strcmp(argv[i], "--quiet") == 0;
            words->run_words[words->run_word_count++] = argv[i];
        }
    }
    return true;
}

static bool words_make(int argc, char **argv, struct compare_words *words, char **own, struct error *error)
{
    static const char *const asked[RUN_WORDS_FIRST] = {"--aa", "--rounds", ROUNDS, "--budget",
                                                       "",     "--build",  ""};
    int own_count = 0;
    for (size_t i = 0; i < RUN_WORDS_FIRST; i++)
        words->run_words[i] = (char *)asked[i]; /* as argv is typed; nobody writes to its words */
    words->run_word_count = RUN_WORDS_FIRST;
    if (!words_sort(argc, argv, words, own, &own_count, error))
        return false;
    if (words->build_count == 0) { /* then nothing is for `run`, and what is unknown shall be told as ours */
        memcpy(own, argv, (size_t)argc * sizeof *own);
        own_count = argc;
    }
    return cli_read(table, TABLE_ROWS, own_count, own, &words->options, &words->help, error);
}

bool compare_words_read(int argc, char **argv, struct compare_words *words, struct error *error)
{
    *words = (struct compare_words){0};
    while (argc > 0 && argv[0][0] != '-') {
        if (words->operand_count == COMPARE_OPERANDS_MAX)
            return error_set(error, "there can be but two results; options go behind them");
        words->operands[words->operand_count++] = *argv++;
        argc--;
    }
    char **own = calloc((size_t)argc + 1, sizeof(char *));
    words->run_words = calloc((size_t)argc + RUN_WORDS_FIRST + 1, sizeof(char *));
    bool good = own != NULL && words->run_words != NULL;
    if (!good)
        error_set(error, "no memory");
    good = good && words_make(argc, argv, words, own, error);
    free(own);
    if (!good || words->help)
        return good;
    struct compare_options *options = &words->options;
    if (words->build_count == 0 && (options->budget_s.given || options->looks.given))
        return error_set(error, "--budget and --looks want two --build, which are measured");
    if (words->build_count == 0)
        return words->operand_count > 0 ||
               error_set(error, "wants two results, or two --build; --help tells more");
    if (words->build_count != COMPARE_BUILDS_MAX || words->operand_count > 0)
        return error_set(error, "--build: wants two of them, and no results");
    if (!build_list_make(words, error))
        return false;
    if (!options->budget_s.given)
        options->budget_s.value = BUDGET_S;
    if (!options->looks.given)
        options->looks.value = 2;
    double share = options->looks.value == 2 ? LOOK_FIRST_BUDGET : 1;
    snprintf(words->budget, sizeof words->budget, "%.15g", fmax(1, share * options->budget_s.value));
    words->run_words[BUDGET_WORD] = words->budget;
    words->run_words[RUN_WORDS_FIRST - 1] = words->build_list;
    return true;
}

void compare_words_free(struct compare_words *words)
{
    free(words->run_words);
    free(words->build_list);
    free(words->options.waive);
    *words = (struct compare_words){0};
}
