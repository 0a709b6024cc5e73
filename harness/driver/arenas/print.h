/* print.h - the doses and their verdict, for people. */
#ifndef HARNESS_DRIVER_ARENAS_PRINT_H
#define HARNESS_DRIVER_ARENAS_PRINT_H

#include "harness/driver/arenas/dose.h"

#include <stdio.h>

/* A table for each allocator and strategy, a line a number of threads. */
void arenas_print_doses(const struct arenas_doses *doses, FILE *out);

/* What they say together: a line an allocator and strategy on speed, one line on crashes. */
void arenas_print_verdict(const struct arenas_doses *doses, FILE *out);

/* The worst of the verdicts on speed: inconclusive before supported before refuted. */
enum arenas_verdict arenas_worst(const struct arenas_doses *doses);

#endif
