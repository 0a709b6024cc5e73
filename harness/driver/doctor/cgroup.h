/* cgroup.h - the limits that control groups, version 1 or 2, set to this process (what a container
 * grants). */
#ifndef HARNESS_DRIVER_DOCTOR_CGROUP_H
#define HARNESS_DRIVER_DOCTOR_CGROUP_H

#include <stdint.h>

struct cgroup_limits {
    double cpus;           /* processors' worth of time; 0: no limit */
    uint64_t memory_bytes; /* UINT64_MAX: no limit */
};

/* The narrowest limits of this process's groups and of those above them, below root ("" for the running
 * machine). */
void cgroup_limits_read(const char *root, struct cgroup_limits *limits);

#endif
