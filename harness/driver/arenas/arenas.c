/* arenas.c - see arenas.h: the doses, their verdict, and the exhaustions, each a run of its own. */
#include "harness/driver/arenas/arenas.h"

#include "harness/driver/arenas/dose.h"
#include "harness/driver/arenas/exhaustion.h"
#include "harness/driver/arenas/options.h"
#include "harness/driver/arenas/print.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/rundir.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALLOCATORS_BYTES = 2048 };

/* Everything of one invocation. All zero bytes hold nothing. */
struct arenas {
    const char *program;
    struct arenas_options options;
    struct arenas_bases bases;
    struct arenas_doses doses;
    char folder[PATH_MAX];
    bool interrupted;
};

static bool dose_options(const struct arenas *arenas, struct run_options *run, struct error *error)
{
    const struct arenas_options *given = &arenas->options;
    if (!arenas_options_common(given, run, error) ||
        !number_list_set(&run->batches, given->batches.items, given->batches.count, error) ||
        !number_list_set(&run->threads, given->threads.items, given->threads.count, error) ||
        !text_list_add(&run->strategies, "churn", error) ||
        !text_list_add(&run->strategies, "thread-local", error))
        return false;
    for (size_t i = 0; i < arenas->bases.count; i++) {
        for (size_t j = 0; j < arenas->bases.items[i].limit_count; j++) {
            if (!text_list_add(&run->allocators, arenas->bases.items[i].variants[j], error))
                return false;
        }
    }
    run->rounds = (struct cli_number){.value = given->rounds.value, .given = true};
    run->budget_s = (struct cli_real){.value = given->budget_s.value, .given = true};
    return true;
}

static bool doses_measure(struct arenas *arenas, struct error *error)
{
    struct run_options options;
    struct results results;
    options_init(&options);
    if (!dose_options(arenas, &options, error)) {
        options_free(&options);
        return false;
    }
    if (!experiment_measure(arenas->program, arenas->folder, "doses", &options, &results,
                            &arenas->interrupted, error))
        return false;
    bool good = arenas_doses_make(&results, &arenas->bases, &arenas->doses, error);
    if (good) {
        arenas_print_doses(&arenas->doses, stdout);
        arenas_print_verdict(&arenas->doses, stdout);
    }
    results_free(&results);
    return good;
}

/* One that cannot be run here (no perturbed worker, say) is told and left out. */
static bool exhaust(struct arenas *arenas, const struct exhaustion *what, struct error *error)
{
    char allocators[ALLOCATORS_BYTES];
    struct results results;
    struct error why = {.text = ""};
    if (!exhaustion_allocators(what, &arenas->options.allocators, allocators, sizeof allocators, error))
        return false;
    if (allocators[0] == '\0')
        return true;
    if (!experiment_run(arenas->program, arenas->folder, &what->experiment, allocators, true, &results,
                        &arenas->interrupted, &why)) {
        printf("\n  %s\n    left out: %s\n", what->sentence, why.text);
        return true;
    }
    exhaustion_print(what, &results, stdout);
    results_free(&results);
    return true;
}

static bool exhaust_all(struct arenas *arenas, struct error *error)
{
    printf("\nExhaustion\n");
    for (size_t i = 0; i < EXHAUSTIONS && !arenas->interrupted; i++) {
        if (!exhaust(arenas, &exhaustions[i], error))
            return false;
        fflush(stdout);
    }
    if (!arenas->interrupted)
        exhaustion_print_end(stdout);
    return true;
}

static bool prepare(struct arenas *arenas, struct error *error)
{
    char id[RUN_ID_BYTES];
    rundir_id(id);
    return rundir_choose(arenas->options.out, id, arenas->folder, sizeof arenas->folder, error) &&
           arenas_options_complete(&arenas->options, error) &&
           arenas_bases_make(&arenas->options.allocators, &arenas->options.limits, &arenas->bases, error) &&
           rundir_make(arenas->folder, error);
}

static int finish(const struct arenas *arenas)
{
    printf("\nresults: %s\n", arenas->folder);
    if (arenas->interrupted) {
        fputs("interrupted\n", stderr);
        return EXIT_INTERRUPTED;
    }
    return arenas_worst(&arenas->doses) == ARENAS_INCONCLUSIVE ? EXIT_INCONCLUSIVE : EXIT_PASS;
}

static int arenas_go(struct arenas *arenas, int argc, char **argv)
{
    struct error error = {.text = ""};
    bool help = false;
    bool good = arenas_options_read(&arenas->options, argc, argv, &help, &error);
    if (good && help) {
        arenas_options_help(stdout);
        return EXIT_PASS;
    }
    good = good && prepare(arenas, &error) &&
           (arenas->options.exhaust_only || doses_measure(arenas, &error)) &&
           (arenas->options.dose_only || arenas->interrupted || exhaust_all(arenas, &error));
    if (!good) {
        fprintf(stderr, "triebench arenas: %s\n", error.text);
        return EXIT_USAGE;
    }
    return finish(arenas);
}

int arenas_main(const char *program, int argc, char **argv)
{
    struct arenas *arenas = calloc(1, sizeof *arenas);
    if (arenas == NULL) {
        fputs("triebench arenas: no memory\n", stderr);
        return EXIT_USAGE;
    }
    arenas->program = program;
    int status = arenas_go(arenas, argc - 1, argv + 1);
    arenas_options_free(&arenas->options);
    free(arenas);
    return status;
}
