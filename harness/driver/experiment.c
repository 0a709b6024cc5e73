/* experiment.c - see experiment.h. */
#include "harness/driver/experiment.h"

#include "harness/driver/replay.h"
#include "harness/driver/session.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 4096 };

/* The options as if they had been typed: its own, then extra, then where to. */
static bool options_of(const struct experiment *experiment, const char *out, const char *extra,
                       struct run_options *options, struct error *error)
{
    char line[LINE_BYTES], folder[PATH_MAX];
    char **words;
    int count;
    bool help;
    int used = snprintf(folder, sizeof folder, "%s/%s", out, experiment->folder);
    if (used < 0 || (size_t)used >= sizeof folder)
        return error_set(error, "--out: too long a path");
    used = snprintf(line, sizeof line, "%s%s%s", experiment->options, extra != NULL ? " " : "",
                    extra != NULL ? extra : "");
    if (used < 0 || (size_t)used >= sizeof line)
        return error_set(error, "too many options");
    if (!replay_words(line, &words, &count, error))
        return false;
    bool good = options_read(options, count, words, &help, error);
    free(words);
    if (!good)
        return false;
    free(options->out);
    options->out = text_copy(folder);
    return options->out != NULL || error_set(error, "no memory");
}

bool experiment_run(const char *program, const char *out, const struct experiment *experiment,
                    const char *extra, bool quiet, struct results *results, bool *interrupted,
                    struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return error_set(error, "no memory");
    session_init(session, program);
    bool good = options_of(experiment, out, extra, &session->options, error);
    session->options.quiet = session->options.quiet || quiet;
    good = good && session_prepare(session, error);
    if (good && !session->options.quiet)
        plan_print(&session->plan, false, stderr);
    good = good && session_run(session, interrupted, error) && results_read(session->file, results, error);
    session_free(session);
    free(session);
    return good;
}
