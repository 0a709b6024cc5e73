/* resume.c - see resume.h. */
#include "harness/driver/resume.h"

#include "harness/driver/replay.h"

#include <stdlib.h>
#include <string.h>

bool resume_options(const struct results *results, struct run_options *options, struct error *error)
{
    const char *command = json_string_value(json_object_get(results->run, "command"));
    if (command == NULL)
        return error_set(error, "the results do not say with which command they were made");
    char **words;
    int count;
    if (!replay_words(command, &words, &count, error))
        return error_context(error, "the command in the results");
    bool help = false;
    bool good = count >= 2 && strcmp(words[1], "run") == 0;
    if (!good)
        error_set(error, "is not of `triebench run`");
    good = good && options_read(options, count - 2, words + 2, &help, error);
    free(words);
    return good ? true : error_context(error, "the command in the results");
}

bool done_make(const struct run_plan *plan, struct done *done, struct error *error)
{
    *done = (struct done){.trials = calloc(plan_trials(plan) + 1, sizeof *done->trials)};
    return done->trials != NULL ? true : error_set(error, "no memory for the plan");
}

void done_free(struct done *done)
{
    free(done->trials);
    *done = (struct done){0};
}

bool done_has(const struct done *done, const struct run_plan *plan, uint64_t round, size_t cell)
{
    return done->trials[(round - plan->round_first) * plan->cell_count + cell];
}

/* A cell of the plan under its key, to be found by it. */
struct keyed {
    char *key;
    size_t cell;
};

static int keyed_order(const void *a, const void *b)
{
    return strcmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

static void keyed_free(struct keyed *keyed, size_t count)
{
    for (size_t i = 0; keyed != NULL && i < count; i++)
        free(keyed[i].key);
    free(keyed);
}

static struct keyed *keyed_make(const struct run_plan *plan)
{
    struct keyed *keyed = calloc(plan->cell_count + 1, sizeof *keyed);
    for (size_t i = 0; keyed != NULL && i < plan->cell_count; i++) {
        keyed[i] = (struct keyed){.key = cell_key(&plan->cells[i]), .cell = i};
        if (keyed[i].key == NULL) {
            keyed_free(keyed, i);
            return NULL;
        }
    }
    if (keyed != NULL)
        qsort(keyed, plan->cell_count, sizeof *keyed, keyed_order);
    return keyed;
}

static void row_mark(const struct result_row *row, const struct keyed *keyed, const struct run_plan *plan,
                     struct done *done)
{
    struct keyed wanted = {.key = row->key};
    const struct keyed *found = bsearch(&wanted, keyed, plan->cell_count, sizeof *keyed, keyed_order);
    uint64_t round = row->round - plan->round_first;
    if (found == NULL || row->round < plan->round_first || round >= plan->round_count)
        return;
    bool *trial = &done->trials[round * plan->cell_count + found->cell];
    if (*trial)
        return;
    *trial = true;
    done->count++;
    done->outcomes[row->outcome]++;
}

/* Says where two command lines part: the option that stood last, and both values. */
static void difference_tell(char *const *then, char *const *now, struct error *error)
{
    const char *option = "the command";
    size_t i = 1; /* how triebench was called does not matter */
    for (; then[i] != NULL && now[i] != NULL && strcmp(then[i], now[i]) == 0; i++) {
        if (then[i][0] == '-')
            option = then[i];
    }
    const char *was = then[i] == NULL ? "nothing more" : then[i],
               *is = now[i] == NULL ? "nothing more" : now[i];
    if (then[i] == NULL && now[i] == NULL)
        error_set(error, "the options are the same, so the worker or the machine is another");
    else if (was[0] == '-' || is[0] == '-')
        error_set(error, "it was started with %.100s where this has %.100s", was, is);
    else
        error_set(error, "%.100s was %.300s, and is %.300s", option, was, is);
}

static bool plan_differs(const struct results *results, const char *command, struct error *error)
{
    const char *recorded = json_string_value(json_object_get(results->run, "command"));
    char **then = NULL, **now = NULL;
    int count = 0;
    if (recorded == NULL || !replay_words(recorded, &then, &count, error) || count < 1 ||
        !replay_words(command, &now, &count, error) || count < 1)
        error_set(error, "the command cannot be compared");
    else
        difference_tell(then, now, error);
    free(then);
    free(now);
    return error_context(error, "this is not the plan of the results");
}

bool resume_done(const struct results *results, const struct run_plan *plan, const char *command,
                 struct done *done, struct error *error)
{
    const char *hash = json_string_value(json_object_get(results->run, "plan_hash"));
    if (hash == NULL || strcmp(hash, plan->hash) != 0)
        return plan_differs(results, command, error);
    struct keyed *keyed = keyed_make(plan);
    if (keyed == NULL)
        return error_set(error, "no memory");
    for (size_t i = 0; i < results->row_count; i++)
        row_mark(&results->rows[i], keyed, plan, done);
    keyed_free(keyed, plan->cell_count);
    return true;
}
