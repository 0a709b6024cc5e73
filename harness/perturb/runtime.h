/*
 * runtime.h - perturbation: seeded yields at the memory accesses of trie and strategies, so that a race that
 * needs a thread to be stopped at the one wrong place shows within seconds instead of days.
 *
 * The code under test is compiled with gcc's -fsanitize=thread, whose calls end here and not in libtsan
 * (README.md). Without the worker of VARIANT=perturb these functions do not exist; code that must link either
 * way says
 *
 *     #pragma weak perturb_arm
 *
 * and asks whether perturb_arm is NULL. All may be called from any thread; none allocates.
 * Source of the idea: random delays at instrumented accesses, as in O. Edelstein et al., "Multithreaded Java
 * program test generation" (IBM Systems Journal 41, 2002).
 */
#ifndef HARNESS_PERTURB_RUNTIME_H
#define HARNESS_PERTURB_RUNTIME_H

#include <stdint.h>

/* One access in so many gives way, unless asked otherwise. */
enum { PERTURB_ONE_IN = 200 };

/*
 * From now on each access of each thread gives way with a probability of 1 in one_in (1: always; 0: never).
 * A thread draws from a stream of its own, made of the seed and its number; arming again starts every stream
 * anew, so give each sample its own seed, else all of them meet the same draws. Threads take notice at their
 * next access.
 */
void perturb_arm(uint64_t seed, uint32_t one_in);

/* Nothing gives way any more; the state in which the process starts. */
void perturb_disarm(void);

/*
 * Gives the calling thread its number, which chooses its stream; call it before the thread's first access.
 * Threads that do not are numbered from 0 in the order of their first access under arms, as chance would have
 * it.
 */
void perturb_number_thread(uint32_t number);

/* How often the calling thread gave way since it took notice of the last perturb_arm(). */
uint64_t perturb_yields(void);

#endif
