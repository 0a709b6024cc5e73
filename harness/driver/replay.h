/* replay.h - command lines that do it again, quoted for the shell; and their words, unquoted. */
#ifndef HARNESS_DRIVER_REPLAY_H
#define HARNESS_DRIVER_REPLAY_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"
#include "harness/driver/options.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The line that runs the whole of completed options again, with everything that was decided written out; what
 * only concerns this invocation (--out, --resume, --quiet, --dry-run) is left out. program is how triebench
 * was called. Errors: false if line[size] is too small.
 */
bool replay_run(const char *program, const struct run_options *options, char *line, size_t size,
                struct error *error);

/* The same for another command than `run` that takes the same options. */
bool replay_command(const char *program, const char *command, const struct run_options *options, char *line,
                    size_t size, struct error *error);

/* The line that runs one trial again, with exactly so many samples. Errors: as above. */
bool replay_trial(const char *program, const struct run_options *options, const struct trial_request *request,
                  uint64_t samples, char *line, size_t size, struct error *error);

/*
 * Splits a line made by the above into its words; free() *words, which holds their bytes too.
 * Errors: false: a quote is open, or no memory.
 */
bool replay_words(const char *line, char ***words, int *count, struct error *error);

#endif
