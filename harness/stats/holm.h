/* holm.h - what is left of many probabilities that are looked at together. */
#ifndef HARNESS_STATS_HOLM_H
#define HARNESS_STATS_HOLM_H

#include <stddef.h>

/*
 * Replaces p[count] by what they are worth together: the chance of even one false alarm among them stays
 * below the level that they are compared with. The order is kept; a p that is no number stays one, and counts
 * for nothing.
 * Errors:  without memory every p becomes 1, which raises no alarm
 * Source:  Holm 1979, the step-down procedure
 */
void holm_correct(double *p, size_t count);

#endif
