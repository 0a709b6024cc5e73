/* cpu_list.h - lists of processors in taskset's notation: "0-3,5,8-16:2". */
#ifndef HARNESS_WORKER_CPU_LIST_H
#define HARNESS_WORKER_CPU_LIST_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a list: numbers, ranges `first-last`, and ranges with a step `first-last:step`, in the order given.
 * *count of cpus[capacity] are set; every number is below capacity. Errors: false, with a sentence: not of
 * this form, a number out of bounds, one that stands twice.
 */
bool cpu_list_read(const char *text, uint32_t *cpus, unsigned capacity, unsigned *count, struct error *error);

#endif
