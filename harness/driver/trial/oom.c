/* oom.c - see oom.h. Where the counters lie: the kernel's Documentation/admin-guide/cgroup-v2.rst,
 * cgroups(7). */
#include "harness/driver/trial/oom.h"

#include "harness/driver/doctor/read.h"

#include <stdio.h>

enum { GROUP_BYTES = 512, HIERARCHIES_MAX = 64 };

/* The counter of one group; inside a container the hierarchy may be mounted at the group itself. */
static bool count_group(const char *mount, const char *group, const char *name, uint64_t *count)
{
    const char *const folders[] = {group, ""};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[2 * GROUP_BYTES], text[32];
        (void)snprintf(path, sizeof path, "%s%s/%s", mount, folders[i], name);
        if (doctor_read_after("", path, "oom_kill ", text, sizeof text) && doctor_parse_number(text, count))
            return true;
    }
    return false;
}

uint64_t oom_kills(void)
{
    uint64_t count = 0;
    char group[GROUP_BYTES];
    if (doctor_read_after("", "/proc/self/cgroup", "0::", group, sizeof group) &&
        count_group("/sys/fs/cgroup", group, "memory.events", &count))
        return count;
    for (unsigned id = 1; id < HIERARCHIES_MAX; id++) {
        char prefix[32];
        (void)snprintf(prefix, sizeof prefix, "%u:memory:", id);
        if (doctor_read_after("", "/proc/self/cgroup", prefix, group, sizeof group))
            return count_group("/sys/fs/cgroup/memory", group, "memory.oom_control", &count) ? count
                                                                                             : UINT64_MAX;
    }
    return UINT64_MAX;
}
