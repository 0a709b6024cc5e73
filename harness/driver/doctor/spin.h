/* spin.h - arithmetic that needs nothing but a processor, to see how much of one there is. */
#ifndef HARNESS_DRIVER_DOCTOR_SPIN_H
#define HARNESS_DRIVER_DOCTOR_SPIN_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
uint64_t spin_clock_ns(void);

/*
 * How many times as much two threads get done as one in the same time, left to the scheduler (*unbound), and
 * each pinned to one of two processors (*pinned): 2 is perfect, 1 means that they took turns. 0 if it could
 * not be tried: no two processors (an entry of pin is negative), or no thread. Each thread spins for about 20
 * ms; the better of two tries.
 */
void spin_speedups(const int pin[2], double *unbound, double *pinned);

/* Times 60 equal pieces of about 1 ms; the 90th over the 10th percentile of their times. */
double spin_unsteadiness(void);

#endif
