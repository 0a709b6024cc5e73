/* run.c - see run.h: from the command line to a session, from its results to the table. */
#include "harness/driver/run.h"

#include "harness/driver/exit_status.h"
#include "harness/driver/rundir.h"
#include "harness/driver/session.h"
#include "harness/driver/show.h"

#include <stdio.h>
#include <stdlib.h>

/* The options of the command line; when resuming, on top of those that the run was started with. */
static bool options_gather(struct session *session, int argc, char **argv, bool *help, struct error *error)
{
    if (!options_read(&session->options, argc, argv, help, error))
        return false;
    if (*help || session->options.resume == NULL)
        return true;
    if (session->options.criteria != NULL)
        return error_set(error, "--criteria: a run that is resumed keeps those that it was started with");
    if (!rundir_file(session->options.resume, session->file, sizeof session->file, error) ||
        !results_read(session->file, &session->earlier, error))
        return error_context(error, "--resume");
    session->resuming = true;
    options_free(&session->options);
    return resume_options(&session->earlier, &session->options, error) &&
           options_read(&session->options, argc, argv, help, error);
}

static int status_of(const uint64_t outcomes[OUTCOME_COUNT], bool expect_crash)
{
    uint64_t trials = 0;
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        trials += outcomes[i];
    if (trials > 0 && outcomes[OUTCOME_REFUSED] == trials)
        return EXIT_UNFIT;
    bool failed = trials > outcomes[OUTCOME_OK] + outcomes[OUTCOME_REFUSED];
    return failed && !expect_crash ? EXIT_CRASHED : EXIT_PASS;
}

static int finish(const struct session *session, bool interrupted, struct error *error)
{
    struct table_style style = table_style_of(stdout);
    uint64_t outcomes[OUTCOME_COUNT];
    if (!show_results(session->file, session->program, &style, stdout, outcomes, error)) {
        fprintf(stderr, "triebench run: %s\n", error->text);
        return EXIT_USAGE;
    }
    if (session->searches != NULL)
        search_print(&session->plan, session->searches, stdout);
    printf("\nresults: %s\n", session->file);
    if (interrupted) {
        fflush(stdout);
        fprintf(stderr, "interrupted; go on with: %s run --resume %s\n", session->program, session->folder);
        return EXIT_INTERRUPTED;
    }
    return status_of(outcomes, session->options.expect_crash);
}

/* Everything up to the table. False where there is nothing to show: *status is how to end then. */
static bool measure(struct session *session, int argc, char **argv, bool *interrupted, int *status)
{
    struct error error = {.text = ""};
    bool help;
    *status = EXIT_USAGE;
    if (!options_gather(session, argc, argv, &help, &error)) {
        fprintf(stderr, "triebench run: %s\n", error.text);
        return false;
    }
    if (help) {
        options_help(stdout);
        *status = EXIT_PASS;
        return false;
    }
    bool planned = session_prepare(session, &error);
    if (planned && session->options.dry_run) {
        plan_print(&session->plan, true, stdout);
        *status = EXIT_PASS;
        return false;
    }
    if (planned && !session->options.quiet)
        plan_print(&session->plan, false, stderr);
    if (planned && session_run(session, interrupted, &error))
        return true;
    fprintf(stderr, "triebench run: %s\n", error.text);
    return false;
}

/* NULL, and told, without memory. */
static struct session *session_new(const char *program)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        fputs("triebench run: no memory\n", stderr);
    else
        session_init(session, program);
    return session;
}

int run_main(const char *program, int argc, char **argv)
{
    struct error error = {.text = ""};
    struct session *session = session_new(program);
    int status = EXIT_USAGE;
    bool interrupted = false;
    if (session == NULL)
        return status;
    if (measure(session, argc - 1, argv + 1, &interrupted, &status))
        status = finish(session, interrupted, &error);
    session_free(session);
    free(session);
    return status;
}

bool run_measure(const char *program, int argc, char **argv, char *file, size_t size, int *status)
{
    struct session *session = session_new(program);
    bool interrupted = false;
    *status = EXIT_USAGE;
    if (session == NULL)
        return false;
    bool good = measure(session, argc, argv, &interrupted, status);
    if (good)
        snprintf(file, size, "%s", session->file);
    if (good && interrupted) {
        fprintf(stderr, "interrupted; what was run: %s\n", session->file);
        *status = EXIT_INTERRUPTED;
    }
    session_free(session);
    free(session);
    return good && !interrupted;
}
