/* rows.c - see explain_rows.h. */
#include "harness/driver/explain/rows.h"

#include "allocators/allocator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for what a worker needs that runs at all, and too little for an arena of 64 MiB a thread. */
#define MEMORY_LIMIT_BYTES (UINT64_C(1) << 30)
#define STACK_BYTES        (UINT64_C(1) << 18)

struct making {
    const struct run_options *given;
    const struct catalogue *catalogue;
    const char *perturb_missing;
    struct explain_rows *rows;
    struct error *error;
};

static bool same_list(const struct text_list *a, const struct text_list *b)
{
    return strcmp(a->items[0], b->items[0]) == 0;
}

static bool same_number(const struct number_list *a, const struct number_list *b)
{
    return a->items[0] == b->items[0];
}

/* A new row that is still the given cell; NULL with the error set. */
static struct explain_row *row_add(struct making *making, const char *factor, const char *value)
{
    struct explain_rows *rows = making->rows;
    if (rows->count == EXPLAIN_ROWS_MAX) {
        error_set(making->error, "there are more than %d things to change", EXPLAIN_ROWS_MAX - 1);
        return NULL;
    }
    struct explain_row *row = &rows->rows[rows->count++];
    row->p = 1;
    snprintf(row->factor, sizeof row->factor, "%s", factor);
    snprintf(row->value, sizeof row->value, "%s", value);
    if (!options_copy(&row->options, making->given, making->error))
        return NULL;
    row->options.until_crash = true;
    return row;
}

static bool text_replace(struct text_list *list, const char *text, struct error *error)
{
    text_list_free(list);
    return text_list_add(list, text, error);
}

/* The value that a spec gives a setting, or preset, in value[size]; what is left of the spec in rest. */
static void setting_take(const char *spec, const char *name, const char *preset, char *value, size_t size,
                         char rest[CELL_TEXT_BYTES])
{
    size_t used = catalogue_name_bytes(spec), wanted = strlen(name);
    const char *at = spec + used;
    snprintf(rest, CELL_TEXT_BYTES, "%.*s", (int)used, spec);
    snprintf(value, size, "%s", preset);
    while (*at == ':') {
        const char *setting = at + 1;
        size_t length = strcspn(setting, ":");
        if (length > wanted && strncmp(setting, name, wanted) == 0 && setting[wanted] == '=')
            snprintf(value, size, "%.*s", (int)(length - wanted - 1), setting + wanted + 1);
        else if (used < CELL_TEXT_BYTES)
            used += (size_t)snprintf(rest + used, CELL_TEXT_BYTES - used, ":%.*s", (int)length, setting);
        at = setting + length;
    }
}

/* rest with a setting more, in spec. Errors: too long. */
static bool setting_put(const char *rest, const char *name, const char *value, char spec[CELL_TEXT_BYTES],
                        struct error *error)
{
    int length = snprintf(spec, CELL_TEXT_BYTES, "%s:%s=%s", rest, name, value);
    return (length >= 0 && length < CELL_TEXT_BYTES) || error_set(error, "'%.100s' is too long", rest);
}

static bool allocator_row(struct making *making, const char *factor, const char *value, const char *allocator)
{
    struct explain_row *row = row_add(making, factor, value);
    if (row == NULL || !text_replace(&row->options.allocators, allocator, making->error))
        return false;
    struct allocator_variant variant;
    char reason[sizeof row->missing];
    if (!allocator_parse(allocator, &variant, reason, sizeof reason) ||
        !allocator_locate(&variant, reason, sizeof reason))
        snprintf(row->missing, sizeof row->missing, "%s", reason);
    return true;
}

static bool names(const char *spec, const char *name)
{
    size_t length = catalogue_name_bytes(spec);
    return strlen(name) == length && strncmp(spec, name, length) == 0;
}

/* The given allocator with a single arena, and with as many as it makes by itself, where it has such a limit.
 * Another allocator's limit would change two things at once. */
static bool arena_rows(struct making *making)
{
    const char *given = making->given->allocators.items[0], *knob = allocator_arena_limit_knob(given);
    char value[CELL_TEXT_BYTES], rest[CELL_TEXT_BYTES], single[CELL_TEXT_BYTES];
    if (knob == NULL)
        return true;
    setting_take(given, knob, "", value, sizeof value, rest);
    if (strcmp(value, "1") != 0 && (!setting_put(rest, knob, "1", single, making->error) ||
                                    !allocator_row(making, "arena limit", "1", single)))
        return false;
    return value[0] == '\0' || allocator_row(making, "arena limit", "default", rest);
}

static bool allocator_rows(struct making *making)
{
    for (const char *const *other = options_allocators_all; *other != NULL; other++) {
        if (!names(making->given->allocators.items[0], *other) &&
            !allocator_row(making, "allocator", *other, *other))
            return false;
    }
    return arena_rows(making);
}

static bool number_row(struct making *making, const char *factor, size_t list_offset, uint64_t number)
{
    const struct number_list *given = (const struct number_list *)((const char *)making->given + list_offset);
    if (given->items[0] == number)
        return true;
    char value[32];
    snprintf(value, sizeof value, "%" PRIu64, number);
    struct explain_row *row = row_add(making, factor, value);
    return row != NULL && number_list_set((struct number_list *)((char *)&row->options + list_offset),
                                          &number, 1, making->error);
}

static bool size_rows(struct making *making, const struct catalogue_strategy *strategy)
{
    size_t threads = offsetof(struct run_options, threads), batches = offsetof(struct run_options, batches);
    /* A serial strategy has one thread whatever is asked for. */
    if (strategy->parallel &&
        (!number_row(making, "threads", threads, 1) || !number_row(making, "threads", threads, 2)))
        return false;
    return number_row(making, "batch", batches, 10);
}

static bool option_rows(struct making *making, const struct catalogue_option *option)
{
    const char *spec = making->given->strategies.items[0];
    char value[CELL_TEXT_BYTES], rest[CELL_TEXT_BYTES], changed[CELL_TEXT_BYTES];
    setting_take(spec, option->name, option->preset, value, sizeof value, rest);
    for (size_t i = 0; i < option->value_count; i++) {
        if (strcmp(option->values[i], value) == 0)
            continue;
        struct explain_row *row = row_add(making, option->name, option->values[i]);
        if (row == NULL || !setting_put(rest, option->name, option->values[i], changed, making->error) ||
            !text_replace(&row->options.strategies, changed, making->error))
            return false;
    }
    return true;
}

static bool strategy_rows(struct making *making, const struct catalogue_strategy *strategy)
{
    bool interned = making->given->symbols == SYMBOLS_INTERNED;
    struct explain_row *row = row_add(making, "symbols", options_symbols[interned ? 1 : 0]);
    if (row == NULL)
        return false;
    row->options.symbols = interned ? SYMBOLS_INLINE : SYMBOLS_INTERNED;
    for (size_t i = 0; i < strategy->option_count; i++) {
        if (!option_rows(making, &strategy->options[i]))
            return false;
    }
    return true;
}

static bool binding_row(struct making *making)
{
    const char *other = strcmp(making->given->binds.items[0], "none") == 0 ? "core" : "none";
    struct explain_row *row = row_add(making, "binding", other);
    return row != NULL && text_replace(&row->options.binds, other, making->error);
}

static bool memory_row(struct making *making)
{
    bool limited = making->given->memory_limit_bytes.given;
    struct explain_row *row = row_add(making, "memory limit", limited ? "none" : "1 GiB");
    if (row == NULL)
        return false;
    row->options.memory_limit_bytes =
        (struct cli_number){.value = limited ? 0 : MEMORY_LIMIT_BYTES, .given = !limited};
    return true;
}

static bool stack_row(struct making *making)
{
    bool sized = making->given->stack_bytes.given;
    struct explain_row *row = row_add(making, "stack size", sized ? "the system's" : "256 KiB");
    if (row == NULL)
        return false;
    row->options.stack_bytes = (struct cli_number){.value = sized ? 0 : STACK_BYTES, .given = !sized};
    return true;
}

static bool disturbance_rows(struct making *making)
{
    bool perturbed = making->given->perturb_seed.given;
    struct explain_row *row = row_add(making, "perturbation", perturbed ? "off" : "on");
    if (row == NULL)
        return false;
    row->options.perturb_seed = (struct cli_number){.value = perturbed ? 0 : 1, .given = !perturbed};
    if (!perturbed && making->perturb_missing != NULL)
        snprintf(row->missing, sizeof row->missing, "%s", making->perturb_missing);
    if (!making->given->preempt_us.given)
        return true;
    row = row_add(making, "preemption", "off");
    if (row != NULL)
        row->options.preempt_us = (struct cli_number){0};
    return row != NULL;
}

bool explain_rows_make(const struct run_options *given, const struct catalogue *catalogue,
                       const char *perturb_missing, struct explain_rows *rows, struct error *error)
{
    *rows = (struct explain_rows){.rows = calloc(EXPLAIN_ROWS_MAX, sizeof *rows->rows)};
    if (rows->rows == NULL)
        return error_set(error, "no memory");
    const struct catalogue_strategy *strategy = catalogue_find(catalogue, given->strategies.items[0]);
    if (strategy == NULL)
        return error_set(error, "unknown strategy '%.100s'", given->strategies.items[0]);
    struct making making = {.given = given,
                            .catalogue = catalogue,
                            .perturb_missing = perturb_missing,
                            .rows = rows,
                            .error = error};
    return row_add(&making, "", "") != NULL && allocator_rows(&making) && size_rows(&making, strategy) &&
           strategy_rows(&making, strategy) && binding_row(&making) && memory_row(&making) &&
           stack_row(&making) && disturbance_rows(&making);
}

/* Takes over what a row changed in a list of one text. false with nothing in *error: to has changed it too.
 */
static bool text_take(struct text_list *to, const struct text_list *row, const struct text_list *given,
                      struct error *error)
{
    if (same_list(row, given))
        return true;
    return same_list(to, given) && text_replace(to, row->items[0], error);
}

/* Two options of the same strategy may be changed together, by the name of the second. */
static bool strategy_take(struct run_options *to, const struct explain_row *row,
                          const struct run_options *given, struct error *error)
{
    char value[CELL_TEXT_BYTES], rest[CELL_TEXT_BYTES], changed[CELL_TEXT_BYTES];
    if (same_list(&row->options.strategies, &given->strategies))
        return true;
    setting_take(to->strategies.items[0], row->factor, "", value, sizeof value, rest);
    return setting_put(rest, row->factor, row->value, changed, error) &&
           text_replace(&to->strategies, changed, error);
}

static bool number_take(struct number_list *to, const struct number_list *row,
                        const struct number_list *given, struct error *error)
{
    if (same_number(row, given))
        return true;
    return same_number(to, given) && number_list_set(to, row->items, 1, error);
}

static void scalar_take(struct cli_number *to, const struct cli_number *row, const struct cli_number *given)
{
    if (row->given != given->given || row->value != given->value)
        *to = *row;
}

/* What a row changed in the given options is changed in *to as well. */
static bool change_take(struct run_options *to, const struct explain_row *row,
                        const struct run_options *given, struct error *error)
{
    const struct run_options *changed = &row->options;
    scalar_take(&to->memory_limit_bytes, &changed->memory_limit_bytes, &given->memory_limit_bytes);
    scalar_take(&to->stack_bytes, &changed->stack_bytes, &given->stack_bytes);
    scalar_take(&to->perturb_seed, &changed->perturb_seed, &given->perturb_seed);
    scalar_take(&to->preempt_us, &changed->preempt_us, &given->preempt_us);
    if (changed->symbols != given->symbols)
        to->symbols = changed->symbols;
    return text_take(&to->allocators, &changed->allocators, &given->allocators, error) &&
           strategy_take(to, row, given, error) &&
           text_take(&to->binds, &changed->binds, &given->binds, error) &&
           number_take(&to->batches, &changed->batches, &given->batches, error) &&
           number_take(&to->threads, &changed->threads, &given->threads, error);
}

/* The row of two changes; leaves it out where both change the same thing. */
static bool pair_add(struct making *making, const struct explain_row *a, const struct explain_row *b)
{
    char factor[sizeof a->factor], value[sizeof a->value];
    int length = snprintf(factor, sizeof factor, "%s, %s", a->factor, b->factor);
    int used = snprintf(value, sizeof value, "%s, %s", a->value, b->value);
    if (length < 0 || (size_t)length >= sizeof factor || used < 0 || (size_t)used >= sizeof value)
        return true;
    struct explain_row *row = row_add(making, factor, value);
    if (row == NULL)
        return false;
    making->error->text[0] = '\0';
    if (change_take(&row->options, a, making->given, making->error) &&
        change_take(&row->options, b, making->given, making->error))
        return true;
    options_free(&row->options);
    *row = (struct explain_row){.p = 1};
    making->rows->count--;
    return making->error->text[0] == '\0';
}

/* The first row of a factor that the crash is known not to follow. */
static bool stands_for_factor(const struct explain_rows *rows, size_t i)
{
    const struct explain_row *row = &rows->rows[i];
    return row->verdict == EXPLAIN_FOLLOWS_NOT && (i == 1 || strcmp(row->factor, row[-1].factor) != 0);
}

bool explain_rows_pair(const struct explain_rows *singles, struct explain_rows *pairs, struct error *error)
{
    *pairs = (struct explain_rows){.rows = calloc(EXPLAIN_ROWS_MAX, sizeof *pairs->rows)};
    if (pairs->rows == NULL)
        return error_set(error, "no memory");
    struct making making = {.given = &singles->rows[0].options, .rows = pairs, .error = error};
    if (row_add(&making, "", "") == NULL)
        return false;
    for (size_t i = 1; i < singles->count; i++) {
        for (size_t j = i + 1; stands_for_factor(singles, i) && j < singles->count; j++) {
            if (stands_for_factor(singles, j) && pairs->count < EXPLAIN_ROWS_MAX &&
                !pair_add(&making, &singles->rows[i], &singles->rows[j]))
                return false;
        }
    }
    return true;
}

void explain_rows_free(struct explain_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        plan_free(&rows->rows[i].plan);
        options_free(&rows->rows[i].options);
    }
    free(rows->rows);
    *rows = (struct explain_rows){0};
}

bool explain_rows_plan(struct explain_rows *rows, const struct catalogue *catalogue, uint64_t samples,
                       uint64_t rounds, struct error *error)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct explain_row *row = &rows->rows[i];
        row->options.samples = (struct cli_number){.value = samples, .given = samples > 0};
        row->options.rounds =
            (struct cli_number){.value = i == 0 ? rounds * EXPLAIN_GIVEN_PER_ROUND : rounds, .given = true};
        plan_free(&row->plan);
        if (!plan_make(&row->options, catalogue, &row->plan, error))
            return false;
    }
    return true;
}
