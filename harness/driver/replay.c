/* replay.c - see replay.h. */
#include "harness/driver/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line that grows; too long a one is marked and checked once, at the end. */
struct line {
    char *text;
    size_t length, size;
    bool cut;
};

static void put_byte(struct line *line, char byte)
{
    if (line->length + 1 >= line->size) {
        line->cut = true;
        return;
    }
    line->text[line->length++] = byte;
    line->text[line->length] = '\0';
}

/* A word as the shell will read it back: bare if all its bytes are harmless, else in single quotes. */
static void put_word(struct line *line, const char *word)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";
    bool bare = word[0] != '\0' && word[strspn(word, harmless)] == '\0';
    if (line->length > 0)
        put_byte(line, ' ');
    if (!bare)
        put_byte(line, '\'');
    for (; *word != '\0'; word++) {
        if (*word != '\'') {
            put_byte(line, *word);
            continue;
        }
        for (const char *escape = "'\\''"; *escape != '\0'; escape++)
            put_byte(line, *escape);
    }
    if (!bare)
        put_byte(line, '\'');
}

static void put_number(struct line *line, const char *option, uint64_t number)
{
    char value[32];
    snprintf(value, sizeof value, "%" PRIu64, number);
    put_word(line, option);
    put_word(line, value);
}

/* With the fewest digits that read back as the same number. */
static void put_real(struct line *line, const char *option, double number)
{
    char value[64];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(value, sizeof value, "%.*g", digits, number);
        if (strtod(value, NULL) == number)
            break;
    }
    put_word(line, option);
    put_word(line, value);
}

/* Puts items as one list: commas and backslashes inside an item get a backslash in front. */
static void put_list(struct line *line, const char *option, const char *const *items, size_t count)
{
    char list[16 * 1024];
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && length < sizeof list)
            list[length++] = ',';
        for (const char *at = items[i]; *at != '\0'; at++) {
            if (length + 3 > sizeof list) {
                line->cut = true;
                return;
            }
            if (*at == ',' || *at == '\\')
                list[length++] = '\\';
            list[length++] = *at;
        }
    }
    if (length >= sizeof list) {
        line->cut = true;
        return;
    }
    list[length] = '\0';
    put_word(line, option);
    put_word(line, list);
}

static void put_numbers(struct line *line, const char *option, const struct number_list *list)
{
    char text[16 * 1024];
    size_t length = 0;
    for (size_t i = 0; i < list->count && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%" PRIu64, i == 0 ? "" : ",",
                                   list->items[i]);
    line->cut = line->cut || length >= sizeof text;
    put_word(line, option);
    put_word(line, text);
}

static void put_choices(struct line *line, const char *option, const char *const *names, unsigned set)
{
    const char *chosen[2];
    size_t count = 0;
    for (unsigned i = 0; i < 2; i++) {
        if ((set & (1u << i)) != 0)
            chosen[count++] = names[i];
    }
    put_list(line, option, chosen, count);
}

/* What bears on every trial alike. */
static void put_common(struct line *line, const struct run_options *options)
{
    put_real(line, "--timeout", options->timeout_s.value);
    if (options->memory_limit_bytes.given)
        put_number(line, "--memory-limit", options->memory_limit_bytes.value);
    if (options->stack_bytes.given)
        put_number(line, "--stack-size", options->stack_bytes.value);
    if (options->replay)
        put_word(line, "--replay");
    if (options->alone)
        put_word(line, "--alone");
    if (options->perturb_seed.given)
        put_number(line, "--perturb", options->perturb_seed.value);
    if (options->preempt_us.given)
        put_number(line, "--preempt", options->preempt_us.value);
    if (options->until_crash)
        put_word(line, "--until-crash");
}

static bool line_end(const struct line *line, struct error *error)
{
    return line->cut
               ? error_set(error, "the command line is too long to be recorded (%zu bytes)", line->size - 1)
               : true;
}

static void put_texts(struct line *line, const char *option, const struct text_list *list)
{
    put_list(line, option, (const char *const *)list->items, list->count);
}

bool replay_run(const char *program, const struct run_options *options, char *text, size_t size,
                struct error *error)
{
    return replay_command(program, "run", options, text, size, error);
}

bool replay_command(const char *program, const char *command, const struct run_options *options, char *text,
                    size_t size, struct error *error)
{
    struct line line = {.text = text, .size = size};
    put_word(&line, program);
    put_word(&line, command);
    put_texts(&line, "--alloc", &options->allocators);
    put_texts(&line, "--strategy", &options->strategies);
    put_texts(&line, "--workload", &options->workloads);
    put_numbers(&line, "--batch", &options->batches);
    put_numbers(&line, "--threads", &options->threads);
    put_choices(&line, "--symbols", options_symbols, options->symbols);
    put_choices(&line, "--keys", options_keys, options->keys);
    put_texts(&line, "--bind", &options->binds);
    if (options->builds.count > 0)
        put_texts(&line, "--build", &options->builds);
    if (options->cells.count > 0)
        put_numbers(&line, "--cells", &options->cells);
    put_number(&line, "--rounds", options->rounds.value);
    put_real(&line, "--budget", options->budget_s.value);
    if (options->precision_percent.given)
        put_real(&line, "--precision", options->precision_percent.value);
    if (options->samples.given)
        put_number(&line, "--samples", options->samples.value);
    if (options->only_round.given)
        put_number(&line, "--only-round", options->only_round.value);
    put_number(&line, "--seed", options->seed.value);
    put_common(&line, options);
    if (options->criteria != NULL) {
        put_word(&line, "--criteria");
        put_word(&line, options->criteria);
    }
    if (options->twin)
        put_word(&line, "--aa");
    if (options->expect_crash)
        put_word(&line, "--expect-crash");
    return line_end(&line, error);
}

static void put_item(struct line *line, const char *option, const char *item)
{
    put_list(line, option, &item, 1);
}

bool replay_trial(const char *program, const struct run_options *options, const struct trial_request *request,
                  uint64_t samples, char *text, size_t size, struct error *error)
{
    const struct cell *cell = &request->cell;
    struct line line = {.text = text, .size = size};
    put_word(&line, program);
    put_word(&line, "run");
    put_item(&line, "--alloc", cell->allocator);
    put_item(&line, "--strategy", cell->strategy);
    put_item(&line, "--workload", cell->workload);
    put_number(&line, "--batch", cell->batch);
    put_number(&line, "--threads", cell->threads);
    put_item(&line, "--symbols", options_symbols[cell->interned ? 0 : 1]);
    put_item(&line, "--keys", options_keys[cell->encoded ? 1 : 0]);
    put_item(&line, "--bind", cell->bind);
    if (cell->build[0] != '\0')
        put_item(&line, "--build", cell->build);
    put_common(&line, options);
    put_number(&line, "--seed", request->args.seed);
    put_number(&line, "--only-round", request->round);
    put_number(&line, "--samples", samples);
    return line_end(&line, error);
}

/* Copies the word at `from`, unquoted, to *to; returns where it ended, or NULL if a quote is open. */
static const char *word_take(const char *from, char **to)
{
    bool quoted = false;
    for (; *from != '\0' && (quoted || *from != ' '); from++) {
        if (*from == '\'')
            quoted = !quoted;
        else if (!quoted && *from == '\\' && from[1] != '\0')
            *(*to)++ = *++from;
        else
            *(*to)++ = *from;
    }
    *(*to)++ = '\0';
    return quoted ? NULL : from;
}

bool replay_words(const char *line, char ***words, int *count, struct error *error)
{
    /* Every word but the last has a blank behind it, so half the bytes bound their number. */
    size_t length = strlen(line), most = length / 2 + 2;
    char **found = malloc(most * sizeof *found + length + 1);
    if (found == NULL)
        return error_set(error, "no memory");
    char *to = (char *)(found + most);
    int read = 0;
    for (const char *at = line + strspn(line, " "); *at != '\0'; at += strspn(at, " ")) {
        found[read++] = to;
        at = word_take(at, &to);
        if (at == NULL) {
            free(found);
            return error_set(error, "a quote is not closed");
        }
    }
    found[read] = NULL;
    *words = found;
    *count = read;
    return true;
}
