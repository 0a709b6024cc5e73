/* hypotheses.h - what the strategies of a run are expected to do, in their own words. */
#ifndef HARNESS_DRIVER_HYPOTHESES_H
#define HARNESS_DRIVER_HYPOTHESES_H

#include "harness/driver/catalogue.h"
#include "harness/driver/text.h"

#include <jansson.h>

/*
 * {"thread-local":"...", ...} of the strategies that specs name; one that states none is left out. The caller
 * owns it. NULL: no memory.
 */
json_t *hypotheses_json(const struct catalogue *catalogue, const struct text_list *specs);

#endif
