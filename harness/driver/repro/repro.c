/* repro.c - see repro.h: runs the experiments, holds the claims against them, writes both down. */
#include "harness/driver/repro/repro.h"

#include "harness/driver/cli.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/host.h"
#include "harness/driver/limits.h"
#include "harness/driver/option_rows.h"
#include "harness/driver/repro/claims.h"
#include "harness/driver/repro/write.h"
#include "harness/driver/rundir.h"

#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>

struct repro_options {
    struct cli_number rounds, seed;
    struct cli_real budget_s;
    bool quiet;
    char *out, *from;
};

/* Everything of one invocation. All zero bytes hold nothing. */
struct repro {
    const char *program;
    struct repro_options options;
    struct host host;
    struct repro_runs runs;
    struct claim_finding *findings; /* claim_count */
    char folder[PATH_MAX];
    bool interrupted;
};

#define AT(field) .offset = offsetof(struct repro_options, field)

static const struct cli_option table[] = {
    {.name = "rounds",
     .argument = "N",
     .sentence = "Rounds of each experiment. Default: as each needs; a ratio has no interval below 6.",
     .kind = CLI_NUMBER,
     .min = 1,
     .max = LIMIT_ROUNDS,
     AT(rounds)},
    {.name = "budget",
     .argument = "SECONDS",
     .sentence = "For each experiment. Default: as each needs, about seven minutes in all.",
     .kind = CLI_REAL,
     .min = 0,
     .max = LIMIT_BUDGET_S,
     AT(budget_s)},
    OPTION_SEED(seed),
    OPTION_OUT(out),
    {.name = "from",
     .argument = "DIR",
     .sentence = "Measure nothing: judge again what an earlier `repro` left in that folder.",
     .kind = CLI_TEXT,
     AT(from)},
    OPTION_QUIET(quiet),
};

enum { TABLE_ROWS = sizeof table / sizeof table[0], EXTRA_BYTES = 256, STUDY_CPUS = 18 };

static void help_print(void)
{
    fputs("Usage: triebench repro [OPTION...]\n\n"
          "The earlier study, claim by claim: runs its approaches at its sizes with its 18 workers, and what "
          "else\n"
          "its claims take to be tested; then tells of each what was said, what was measured here, and "
          "whether\n"
          "it was reproduced or refuted, or why that cannot be told here. Needs `make perturb` for the "
          "crashes.\n\n",
          stdout);
    cli_help(stdout, table, TABLE_ROWS);
    fputs("\nExit status: 0 the claims were judged; 2 usage, or this program failed; 130 interrupted.\n",
          stdout);
}

/* Whether this process may use processors 0 to 17, as the study did. */
static bool has_the_studys_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return false;
    for (int cpu = 0; cpu < STUDY_CPUS; cpu++) {
        if (!CPU_ISSET(cpu, &set))
            return false;
    }
    return true;
}

/* Options behind those of an experiment: the last of two counts. */
static void extra_make(const struct repro *repro, bool bound, char extra[EXTRA_BYTES])
{
    const struct repro_options *options = &repro->options;
    size_t used = 0;
    extra[0] = '\0';
    if (bound && has_the_studys_processors())
        used += (size_t)snprintf(extra + used, EXTRA_BYTES - used, " --bind 0-%d", STUDY_CPUS - 1);
    if (options->rounds.given)
        used +=
            (size_t)snprintf(extra + used, EXTRA_BYTES - used, " --rounds %" PRIu64, options->rounds.value);
    if (options->budget_s.given)
        used += (size_t)snprintf(extra + used, EXTRA_BYTES - used, " --budget %g", options->budget_s.value);
    if (options->seed.given)
        (void)snprintf(extra + used, EXTRA_BYTES - used, " --seed %" PRIu64, options->seed.value);
}

/* What an earlier invocation measured. */
static bool experiment_read(const struct repro *repro, const struct experiment *experiment,
                            struct results *results, struct error *error)
{
    char folder[PATH_MAX], path[PATH_MAX];
    int used = snprintf(folder, sizeof folder, "%s/%s", repro->options.from, experiment->folder);
    if (used < 0 || (size_t)used >= sizeof folder)
        return error_set(error, "--from: too long a path");
    return rundir_file(folder, path, sizeof path, error) && results_read(path, results, error);
}

/* One that cannot be run here is told, and its claims are not testable. */
static void experiment_do(struct repro *repro, size_t i)
{
    const struct repro_experiment *experiment = &repro_experiments[i];
    struct repro_runs *runs = &repro->runs;
    char extra[EXTRA_BYTES];
    extra_make(repro, experiment->bound, extra);
    if (!repro->options.quiet && repro->options.from == NULL)
        fprintf(stderr, "\n%zu of %d: %s\n", i + 1, REPRO_EXPERIMENTS, experiment->sentence);
    runs->ran[i] =
        repro->options.from != NULL
            ? experiment_read(repro, &experiment->experiment, &runs->results[i], &runs->missing[i])
            : experiment_run(repro->program, repro->folder, &experiment->experiment, extra,
                             repro->options.quiet, &runs->results[i], &repro->interrupted, &runs->missing[i]);
    if (!runs->ran[i])
        fprintf(stderr, "triebench repro: left out: %s: %s\n", experiment->sentence, runs->missing[i].text);
}

static bool prepare(struct repro *repro, struct error *error)
{
    char id[RUN_ID_BYTES];
    rundir_id(id);
    if (!rundir_choose(repro->options.out, id, repro->folder, sizeof repro->folder, error))
        return false;
    repro->findings = calloc(claim_count, sizeof *repro->findings);
    if (repro->findings == NULL)
        return error_set(error, "no memory");
    return host_facts(&repro->host, error) && rundir_make(repro->folder, error);
}

static bool measure(struct repro *repro, struct error *error)
{
    repro->runs.cores = repro->host.cores;
    for (size_t i = 0; i < REPRO_EXPERIMENTS && !repro->interrupted; i++)
        experiment_do(repro, i);
    if (repro->interrupted)
        return true;
    for (size_t i = 0; i < claim_count; i++)
        claim_judge(&claims[i], &repro->runs, &repro->findings[i]);
    repro_write_table(repro->findings, &repro->host, stdout);
    return repro_write_files(repro->findings, &repro->host, repro->folder, error);
}

static int repro_go(struct repro *repro, int argc, char **argv)
{
    struct error error = {.text = ""};
    bool help = false;
    bool good = cli_read(table, TABLE_ROWS, argc, argv, &repro->options, &help, &error);
    if (good && help) {
        help_print();
        return EXIT_PASS;
    }
    if (!good || !prepare(repro, &error) || !measure(repro, &error)) {
        fprintf(stderr, "triebench repro: %s\n", error.text);
        return EXIT_USAGE;
    }
    printf("\nresults: %s\n", repro->folder);
    if (repro->interrupted)
        fputs("interrupted\n", stderr);
    return repro->interrupted ? EXIT_INTERRUPTED : EXIT_PASS;
}

int repro_main(const char *program, int argc, char **argv)
{
    struct repro *repro = calloc(1, sizeof *repro);
    if (repro == NULL) {
        fputs("triebench repro: no memory\n", stderr);
        return EXIT_USAGE;
    }
    repro->program = program;
    int status = repro_go(repro, argc - 1, argv + 1);
    for (size_t i = 0; i < REPRO_EXPERIMENTS; i++) {
        if (repro->runs.ran[i])
            results_free(&repro->runs.results[i]);
    }
    free(repro->findings);
    free(repro->options.out);
    free(repro->options.from);
    free(repro);
    return status;
}
