/* again.c - see compare_again.h. */
#include "harness/driver/compare/again.h"

#include "harness/driver/limits.h"
#include "harness/driver/resume.h"
#include "harness/driver/session.h"
#include "harness/stats/signed_rank.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    BUILDS = 2,
    ROUNDS_TIMES = 4,
    CELLS_MAX = 256, /* so that their numbers fit the command line that is recorded */
    CELLS_BYTES = 8 * CELLS_MAX,
};

static int nearest_first(const void *a, const void *b)
{
    const struct pair *left = *(const struct pair *const *)a, *right = *(const struct pair *const *)b;
    if (left->p != right->p)
        return left->p < right->p ? -1 : 1;
    return (left > right) - (left < right);
}

static size_t fitting(double seconds, double each_s, size_t most)
{
    double fit = floor(seconds / fmax(each_s, 1e-9));
    return fit >= (double)most ? most : fit > 0 ? (size_t)fit : 0;
}

bool again_choose(const struct comparison *first, double level, double seconds, double trial_s,
                  struct again *again, struct error *error)
{
    size_t rounds = first->rounds;
    *again = (struct again){0};
    again->pairs = calloc(first->pairs.count + 1, sizeof(const struct pair *));
    if (again->pairs == NULL)
        return error_set(error, "no memory to look again");
    for (size_t i = 0; i < first->pairs.count; i++) {
        const struct pair *pair = &first->pairs.items[i];
        if (pair_is_open(pair) && pair->pairs > 0)
            again->pairs[again->count++] = pair;
    }
    if (again->count == 0 || rounds < signed_rank_needed(first->criteria.level)) {
        again->count = 0; /* floors of so few rounds are nothing to judge by */
        return true;
    }
    qsort(again->pairs, again->count, sizeof(const struct pair *), nearest_first);
    size_t most = again->count < CELLS_MAX ? again->count : CELLS_MAX;
    again->count = fitting(seconds, BUILDS * trial_s * (double)rounds, most);
    if (again->count == 0)
        return true;
    again->rounds = fitting(seconds, BUILDS * trial_s * (double)again->count, ROUNDS_TIMES * rounds);
    if (again->rounds > LIMIT_ROUNDS)
        again->rounds = LIMIT_ROUNDS;
    if (again->rounds < signed_rank_needed(level))
        again->count = 0;
    return true;
}

void again_free(struct again *again)
{
    free(again->pairs);
    *again = (struct again){0};
}

bool again_folder(const char *folder_or_file, char *path, size_t size, struct error *error)
{
    struct stat info;
    const char *slash = strrchr(folder_or_file, '/');
    int length = (int)strlen(folder_or_file), used = 0;
    if (stat(folder_or_file, &info) == 0 && !S_ISDIR(info.st_mode))
        length = slash == NULL ? 0 : (int)(slash - folder_or_file);
    if (length == 0)
        used = snprintf(path, size, slash == NULL ? "again" : "/again");
    else
        used = snprintf(path, size, "%.*s/again", length, folder_or_file);
    return (used >= 0 && (size_t)used < size) || error_set(error, "too long a path");
}

/* Which cell of the plan a trial was of; SIZE_MAX: none. */
static bool cell_find(const struct run_plan *plan, const char *key, size_t *cell, struct error *error)
{
    for (*cell = 0; *cell < plan->cell_count; ++*cell) {
        char *own = cell_key(&plan->cells[*cell]);
        if (own == NULL)
            return error_set(error, "no memory");
        bool found = strcmp(own, key) == 0;
        free(own);
        if (found)
            return true;
    }
    return error_set(error, "a trial of the first look is not of its plan");
}

/* The numbers of what was chosen, as --cells takes them, in list[CELLS_BYTES]. */
static bool cells_list(const struct run_plan *plan, const struct again *again, char *list,
                       struct error *error)
{
    size_t length = 0;
    for (size_t i = 0; i < again->count; i++) {
        size_t cell;
        if (!cell_find(plan, again->pairs[i]->before.row->key, &cell, error))
            return false;
        length += (size_t)snprintf(list + length, CELLS_BYTES - length, "%s%zu", i == 0 ? "" : ",", cell + 1);
    }
    return true;
}

/* A session with the options of the first look, and argv[argc] on top of them. */
static bool session_start(const char *program, const struct results *first, int argc, char *const argv[],
                          struct session *session, struct error *error)
{
    bool help;
    session_init(session, program);
    return resume_options(first, &session->options, error) &&
           options_read(&session->options, argc, argv, &help, error) && session_prepare(session, error);
}

/* The whole matrix of the first look is planned once more, to learn the numbers of its cells. */
static bool cells_number(const char *program, const struct results *first, const struct again *again,
                         char *list, struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return error_set(error, "no memory");
    bool good = session_start(program, first, 0, NULL, session, error) &&
                cells_list(&session->plan, again, list, error);
    session_free(session);
    free(session);
    return good;
}

/* Other slices and another order than the first look's. */
static uint64_t seed_next(const struct results *first)
{
    json_int_t seed = json_integer_value(json_object_get(first->run, "seed"));
    return ((uint64_t)seed + 1) & LIMIT_SEED;
}

bool again_measure(const char *program, const struct results *first, const struct again *again,
                   double seconds, bool quiet, const char *folder, char *file, size_t size, bool *interrupted,
                   struct error *error)
{
    char cells[CELLS_BYTES], rounds[32], budget[32], seed[32];
    if (!cells_number(program, first, again, cells, error))
        return false;
    snprintf(rounds, sizeof rounds, "%zu", again->rounds);
    snprintf(budget, sizeof budget, "%.15g", fmax(1, seconds));
    snprintf(seed, sizeof seed, "%" PRIu64, seed_next(first));
    char *const words[] = {(char[]){"--cells"},  cells,         (char[]){"--rounds"}, rounds,
                           (char[]){"--budget"}, budget,        (char[]){"--seed"},   seed,
                           (char[]){"--out"},    (char *)folder}; /* which nobody writes to */
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return error_set(error, "no memory");
    bool good = session_start(program, first, sizeof words / sizeof words[0], words, session, error);
    session->options.quiet = quiet;
    if (good && !quiet) {
        fprintf(stderr, "looking again at %zu cell%s that the first look left open\n", again->count,
                again->count == 1 ? "" : "s");
        plan_print(&session->plan, false, stderr);
    }
    good = good && session_run(session, interrupted, error);
    if (good)
        snprintf(file, size, "%s", session->file);
    session_free(session);
    free(session);
    return good;
}
