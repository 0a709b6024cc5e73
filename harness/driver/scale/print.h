/* print.h - a curve, for people. */
#ifndef HARNESS_DRIVER_SCALE_PRINT_H
#define HARNESS_DRIVER_SCALE_PRINT_H

#include "harness/driver/scale/curve.h"

#include <stdio.h>

void scale_print(const struct scale_curve *curve, uint64_t cores, FILE *out);

/* What the columns mean. */
void scale_print_legend(double handoff_ns, FILE *out);

#endif
