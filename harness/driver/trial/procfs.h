/* procfs.h - what /proc tells about one process that runs. */
#ifndef HARNESS_DRIVER_TRIAL_PROCFS_H
#define HARNESS_DRIVER_TRIAL_PROCFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Whether the process is gone or on its way out. Between the closing of its descriptors and the end that a
 * parent can see lies a moment, in which it looks like one that closed them and lives on; the kernel's flags
 * tell the two apart.
 */
bool process_exiting(pid_t pid);

/* Resident memory; 0 where it cannot be told. */
uint64_t process_resident_bytes(pid_t pid);

#endif
