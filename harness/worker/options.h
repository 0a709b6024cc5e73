/* options.h - the options of a strategy as they stand behind its name: `thread-local:pool=spin:merge=tree`.
 */
#ifndef HARNESS_WORKER_OPTIONS_H
#define HARNESS_WORKER_OPTIONS_H

#include "harness/common/error.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRATEGY_OPTIONS_MAX = 32 };

/* Bytes of a spec before its options: those of the name, or of the path. */
size_t options_name_length(const char *spec);

/*
 * Sets values[] to the defaults, then to what stands behind the name in spec. The strategy has been vetted,
 * so it has STRATEGY_OPTIONS_MAX options at most. Errors: false, with a sentence that lists the options or
 * the values that there are.
 */
bool options_read(const struct strategy *strategy, const char *spec, int64_t values[STRATEGY_OPTIONS_MAX],
                  struct error *error);

/* The values that an option takes, as people write them: "spawn|park|spin", "1..64". Cut if it does not fit.
 */
void options_values_text(const struct strategy_option *option, char *text, size_t size);

#endif
