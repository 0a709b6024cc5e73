/* experiment.c - see experiment.h. */
#include "harness/driver/experiment.h"

#include "harness/driver/replay.h"
#include "harness/driver/session.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 4096 };

/* A copy of out/folder takes the place of what --out said. */
static bool out_set(struct run_options *options, const char *out, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    int used = snprintf(path, sizeof path, "%s/%s", out, folder);
    if (used < 0 || (size_t)used >= sizeof path)
        return error_set(error, "--out: too long a path");
    free(options->out);
    options->out = text_copy(path);
    return options->out != NULL || error_set(error, "no memory");
}

bool experiment_measure(const char *program, const char *out, const char *folder, struct run_options *options,
                        struct results *results, bool *interrupted, struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        options_free(options);
        return error_set(error, "no memory");
    }
    session_init(session, program);
    session->options = *options;
    options_init(options);
    bool good = out_set(&session->options, out, folder, error) && session_prepare(session, error);
    if (good && !session->options.quiet)
        plan_print(&session->plan, false, stderr);
    good = good && session_run(session, interrupted, error) && results_read(session->file, results, error);
    session_free(session);
    free(session);
    return good;
}

/* The options as if they had been typed: its own, then extra. */
static bool options_of(const struct experiment *experiment, const char *extra, struct run_options *options,
                       struct error *error)
{
    char line[LINE_BYTES];
    char **words;
    int count;
    bool help;
    int used = snprintf(line, sizeof line, "%s%s%s", experiment->options, extra != NULL ? " " : "",
                        extra != NULL ? extra : "");
    if (used < 0 || (size_t)used >= sizeof line)
        return error_set(error, "too many options");
    if (!replay_words(line, &words, &count, error))
        return false;
    bool good = options_read(options, count, words, &help, error);
    free(words);
    return good;
}

bool experiment_run(const char *program, const char *out, const struct experiment *experiment,
                    const char *extra, bool quiet, struct results *results, bool *interrupted,
                    struct error *error)
{
    struct run_options options;
    options_init(&options);
    if (!options_of(experiment, extra, &options, error)) {
        options_free(&options);
        return false;
    }
    options.quiet = options.quiet || quiet;
    return experiment_measure(program, out, experiment->folder, &options, results, interrupted, error);
}
