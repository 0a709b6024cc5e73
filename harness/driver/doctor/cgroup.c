/*
 * cgroup.c - see doctor_cgroup.h.
 *
 * /proc/self/cgroup has a line "id:controllers:path" a hierarchy; version 2 is the one with no controllers. A
 * limit further up holds too, so each path is walked to its root. Inside a container the path may not exist,
 * but the root then is the container's own group. Source: cgroups(7).
 */
#include "harness/driver/doctor/cgroup.h"

#include "harness/driver/doctor/read.h"

#include <stdio.h>
#include <string.h>

enum { GROUP_BYTES = 512 };

static void narrow_cpus(struct cgroup_limits *limits, uint64_t quota_us, uint64_t period_us)
{
    if (quota_us == 0 || period_us == 0)
        return;
    double cpus = (double)quota_us / (double)period_us;
    if (limits->cpus <= 0 || cpus < limits->cpus)
        limits->cpus = cpus;
}

static void narrow_memory(struct cgroup_limits *limits, uint64_t bytes)
{
    if (bytes < limits->memory_bytes)
        limits->memory_bytes = bytes;
}

static bool group_number(const char *root, const char *group, const char *file, uint64_t *value)
{
    char path[GROUP_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s", group, file);
    return doctor_read_number(root, path, value);
}

/* Reads the limits of one group's folder; a file that only the other version has is simply not there. */
static void read_group(const char *root, const char *group, struct cgroup_limits *limits)
{
    char path[GROUP_BYTES + 64], text[64];
    uint64_t quota_us, period_us, bytes;
    snprintf(path, sizeof path, "%s/cpu.max", group);
    if (doctor_read_text(root, path, text, sizeof text) && doctor_parse_number(text, &quota_us) &&
        strchr(text, ' ') != NULL && doctor_parse_number(strchr(text, ' ') + 1, &period_us))
        narrow_cpus(limits, quota_us, period_us);
    if (group_number(root, group, "cpu.cfs_quota_us", &quota_us) &&
        group_number(root, group, "cpu.cfs_period_us", &period_us))
        narrow_cpus(limits, quota_us, period_us);
    if (group_number(root, group, "memory.max", &bytes) ||
        group_number(root, group, "memory.limit_in_bytes", &bytes))
        narrow_memory(limits, bytes);
}

static void read_upwards(const char *root, const char *mount, const char *below, struct cgroup_limits *limits)
{
    char group[GROUP_BYTES];
    size_t stem = strlen(mount);
    int length = snprintf(group, sizeof group, "%s%s", mount, below);
    if (length < 0 || (size_t)length >= sizeof group)
        return;
    for (;;) {
        read_group(root, group, limits);
        char *slash = strrchr(group, '/');
        if (slash == NULL || slash < group + stem)
            return;
        *slash = '\0';
    }
}

void cgroup_limits_read(const char *root, struct cgroup_limits *limits)
{
    *limits = (struct cgroup_limits){.memory_bytes = UINT64_MAX};
    char line[GROUP_BYTES];
    if (doctor_read_after(root, "/proc/self/cgroup", "0::", line, sizeof line))
        read_upwards(root, "/sys/fs/cgroup", line, limits);
    /* Version 1: the hierarchy's number is not known beforehand, so each is tried. */
    for (unsigned id = 1; id < 32; id++) {
        char prefix[16], mount[GROUP_BYTES + 32];
        snprintf(prefix, sizeof prefix, "%u:", id);
        if (!doctor_read_after(root, "/proc/self/cgroup", prefix, line, sizeof line))
            continue;
        char *path = strchr(line, ':');
        if (path == NULL)
            continue;
        *path++ = '\0';
        snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", line);
        read_upwards(root, mount, path, limits);
    }
}
