/* host.c - see host.h. */
#include "harness/driver/host.h"

#include "harness/driver/doctor/read.h"
#include "harness/driver/trial/launch.h"

#include <gnu/libc-version.h>
#include <hwloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

enum { CLOCK_BATCHES = 20, CLOCK_READS = 500 };

static uint64_t count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = hwloc_get_nbobjs_by_type(topology, type);
    return count < 0 ? 0 : (uint64_t)count;
}

/* Of one cache, as a core sees it, not the sum over packages. */
static uint64_t largest_l3(hwloc_topology_t topology)
{
    uint64_t largest = 0;
    hwloc_obj_t cache = NULL;
    while ((cache = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_L3CACHE, cache)) != NULL) {
        if (cache->attr->cache.size > largest)
            largest = cache->attr->cache.size;
    }
    return largest;
}

static bool topology_facts(struct host *host, struct error *error)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) != 0)
        return error_set(error, "hwloc cannot be started");
    bool loaded = hwloc_topology_load(topology) == 0;
    if (loaded) {
        host->cores = count_of(topology, HWLOC_OBJ_CORE);
        host->threads = count_of(topology, HWLOC_OBJ_PU);
        host->numa_nodes = count_of(topology, HWLOC_OBJ_NUMANODE);
        host->l3_bytes = largest_l3(topology);
        host->memory_bytes = hwloc_get_root_obj(topology)->total_memory;
    }
    hwloc_topology_destroy(topology);
    return loaded || error_set(error, "hwloc cannot read the topology of this machine");
}

/* A field of /proc/cpuinfo, "model name\t: AMD ..."; empty if there is none. */
static void cpuinfo_field(const char *name, char *out, size_t size)
{
    char line[DOCTOR_LINE_BYTES] = "";
    if (!doctor_read_after("", "/proc/cpuinfo", name, line, sizeof line))
        return;
    const char *value = line + strspn(line, " \t:");
    (void)snprintf(out, size, "%s", value);
}

static void processor_facts(struct host *host)
{
    char flags[DOCTOR_LINE_BYTES] = "";
    cpuinfo_field("model name", host->cpu, sizeof host->cpu);
    cpuinfo_field("flags", flags, sizeof flags);
    host->virtual_machine = strstr(flags, "hypervisor") != NULL;
}

/* "always [madvise] never" has the word in brackets for its value. */
static void transparent_pages(char *out, size_t size)
{
    char line[128] = "";
    if (!doctor_read_text("", "/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof line))
        return;
    const char *begin = strchr(line, '[');
    const char *end = begin == NULL ? NULL : strchr(begin, ']');
    if (end != NULL)
        (void)snprintf(out, size, "%.*s", (int)(end - begin - 1), begin + 1);
}

static void system_facts(struct host *host)
{
    struct utsname name;
    if (uname(&name) == 0)
        (void)snprintf(host->kernel, sizeof host->kernel, "%s", name.release);
    (void)snprintf(host->libc, sizeof host->libc, "glibc %s", gnu_get_libc_version());
    (void)doctor_read_text("", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", host->governor,
                           sizeof host->governor);
    transparent_pages(host->thp, sizeof host->thp);
    uint64_t randomised = 0;
    if (doctor_read_number("", "/proc/sys/kernel/randomize_va_space", &randomised) && randomised <= 2)
        host->aslr = (int)randomised;
    (void)doctor_read_text("", "/sys/devices/system/clocksource/clocksource0/current_clocksource",
                           host->clock, sizeof host->clock);
}

/* The least of several batches: whatever else the machine does can only add. */
static void clock_facts(struct host *host)
{
    uint64_t step = UINT64_MAX, cost = UINT64_MAX;
    for (int batch = 0; batch < CLOCK_BATCHES; batch++) {
        uint64_t first = monotonic_ns(), last = first;
        for (int i = 0; i < CLOCK_READS; i++) {
            uint64_t now = monotonic_ns();
            if (now != last && now - last < step)
                step = now - last;
            last = now;
        }
        uint64_t each = (last - first) / CLOCK_READS;
        cost = each < cost ? each : cost;
    }
    host->clock_step_ns = step == UINT64_MAX ? 0 : step;
    host->clock_cost_ns = cost;
}

bool host_facts(struct host *host, struct error *error)
{
    *host = (struct host){.aslr = -1};
    if (!topology_facts(host, error))
        return false;
    processor_facts(host);
    system_facts(host);
    clock_facts(host);
    return true;
}
