/*
 * fault.h - allocation faults for tests: every test program is linked so that malloc and its kin come through
 * here.
 *
 * Not for several threads at once where a fault is armed (the counts are atomic, the fault is not per
 * thread).
 */
#ifndef TESTS_SUPPORT_FAULT_H
#define TESTS_SUPPORT_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the call number `after` (counted from 0) fails, and every later one too if `forever`. */
void fault_arm(size_t after, bool forever);

/* No call fails any more. Returns whether one did since fault_arm(). */
bool fault_disarm(void);

/* Blocks allocated through the wrapped calls and not yet freed. */
long fault_live(void);

#endif
