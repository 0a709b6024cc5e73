/* oom.h - what the kernel tells about its killings for want of memory. */
#ifndef HARNESS_DRIVER_TRIAL_OOM_H
#define HARNESS_DRIVER_TRIAL_OOM_H

#include <stdint.h>

/*
 * Processes of this process's control group that the kernel has killed for want of memory so far
 * (memory.events, or memory.oom_control where control groups are of the first version); UINT64_MAX where that
 * cannot be read.
 */
uint64_t oom_kills(void);

#endif
