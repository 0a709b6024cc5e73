/* facts.c - see doctor_facts.h. */
#include "harness/driver/doctor/facts.h"

#include "harness/driver/doctor/cgroup.h"
#include "harness/driver/doctor/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The processors that share a core with cpu, as text; false where the machine does not tell. */
static bool siblings_of(const char *root, unsigned cpu, char *out, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
    return doctor_read_text(root, path, out, size);
}

/* Whether cpu is the first of the allowed processors on its core; then it stands for that core. */
static bool leads_core(const char *root, const struct cpu_list *allowed, unsigned cpu)
{
    char text[256];
    struct cpu_list siblings;
    if (!siblings_of(root, cpu, text, sizeof text) || !cpu_list_parse(text, &siblings))
        return true;
    for (unsigned other = 0; other < cpu; other++)
        if (cpu_list_has(&siblings, other) && cpu_list_has(allowed, other))
            return false;
    return true;
}

static void read_cores(const char *root, const struct cpu_list *allowed, struct doctor_facts *facts)
{
    int spare = -1;
    for (unsigned cpu = 0; cpu < DOCTOR_CPUS_MAX; cpu++) {
        if (!cpu_list_has(allowed, cpu))
            continue;
        if (leads_core(root, allowed, cpu)) {
            if (facts->cores_allowed < 2)
                facts->pin[facts->cores_allowed] = (int)cpu;
            facts->cores_allowed++;
        } else if (spare < 0) {
            spare = (int)cpu;
        }
    }
    if (facts->pin[1] < 0)
        facts->pin[1] = spare;
}

static void read_processors(const char *root, struct doctor_facts *facts)
{
    char text[1024];
    struct cpu_list list;
    facts->pin[0] = facts->pin[1] = -1;
    if (doctor_read_text(root, "/sys/devices/system/cpu/online", text, sizeof text) &&
        cpu_list_parse(text, &list))
        facts->cpus_online = list.count;
    if (doctor_read_after(root, "/proc/self/status", "Cpus_allowed_list:", text, sizeof text) &&
        cpu_list_parse(text, &list)) {
        facts->cpus_allowed = list.count;
        read_cores(root, &list, facts);
    }
    doctor_read_text(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", facts->governor,
                     sizeof facts->governor);
    uint64_t value;
    if (doctor_read_number(root, "/sys/devices/system/cpu/cpufreq/boost", &value))
        facts->boost = value != 0 ? SWITCH_ON : SWITCH_OFF;
    else if (doctor_read_number(root, "/sys/devices/system/cpu/intel_pstate/no_turbo", &value))
        facts->boost = value == 0 ? SWITCH_ON : SWITCH_OFF;
}

/* Whether word stands in text between blanks. */
static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void read_machine(const char *root, struct doctor_facts *facts)
{
    char flags[DOCTOR_LINE_BYTES];
    char vendor[60] = "", product[60] = "";
    if (doctor_read_after(root, "/proc/cpuinfo", "flags", flags, sizeof flags))
        facts->virtual_machine = has_word(flags, "hypervisor");
    if (doctor_read_text(root, "/sys/hypervisor/type", vendor, sizeof vendor))
        facts->virtual_machine = true;
    else
        doctor_read_text(root, "/sys/class/dmi/id/sys_vendor", vendor, sizeof vendor);
    doctor_read_text(root, "/sys/class/dmi/id/product_name", product, sizeof product);
    snprintf(facts->machine, sizeof facts->machine, "%s%s%s", vendor,
             vendor[0] != '\0' && product[0] != '\0' ? " " : "", product);

    char line[DOCTOR_LINE_BYTES];
    if (doctor_read_text(root, "/proc/cmdline", line, sizeof line)) {
        const char *name = "sched_vcpu_pack=";
        const char *at = strstr(line, name);
        if (at != NULL)
            doctor_parse_number(at + strlen(name), &facts->vcpu_pack);
    }
}

/* Fields of the line "cpu" of /proc/stat, in ticks; proc(5). */
enum {
    STAT_USER,
    STAT_NICE,
    STAT_SYSTEM,
    STAT_IDLE,
    STAT_IOWAIT,
    STAT_IRQ,
    STAT_SOFTIRQ,
    STAT_STEAL,
    STAT_FIELDS
};

static double steal_share(const char *line)
{
    double ticks[STAT_FIELDS] = {0};
    for (unsigned i = 0; i < STAT_FIELDS; i++) {
        uint64_t value;
        line += strspn(line, " ");
        if (!doctor_parse_number(line, &value))
            return -1;
        ticks[i] = (double)value;
        line += strspn(line, "0123456789");
    }
    double busy = ticks[STAT_USER] + ticks[STAT_NICE] + ticks[STAT_SYSTEM] + ticks[STAT_IRQ] +
                  ticks[STAT_SOFTIRQ] + ticks[STAT_STEAL];
    return busy > 0 ? ticks[STAT_STEAL] / busy : 0;
}

static void read_load(const char *root, struct doctor_facts *facts)
{
    char text[512];
    facts->steal_share = -1;
    facts->load = -1;
    if (doctor_read_after(root, "/proc/stat", "cpu ", text, sizeof text))
        facts->steal_share = steal_share(text);
    if (doctor_read_text(root, "/proc/loadavg", text, sizeof text)) {
        char *end;
        double load = strtod(text, &end);
        /* The comparison is false for what is not a number. */
        if (end != text && load >= 0 && load < 1e9)
            facts->load = load;
    }
}

static uint64_t meminfo_bytes(const char *root, const char *field)
{
    char text[64];
    uint64_t kib;
    if (!doctor_read_after(root, "/proc/meminfo", field, text, sizeof text) ||
        !doctor_parse_number(text, &kib) || kib > UINT64_MAX / 1024)
        return 0;
    return kib * 1024;
}

/* The chosen one of a list such as "always [madvise] never". */
static void read_chosen(const char *root, const char *path, char *out, size_t size)
{
    char text[256];
    if (!doctor_read_text(root, path, text, sizeof text))
        return;
    const char *open = strchr(text, '[');
    const char *close = open == NULL ? NULL : strchr(open, ']');
    if (close != NULL)
        snprintf(out, size, "%.*s", (int)(close - open - 1), open + 1);
}

static int64_t small_number(const char *root, const char *path, int64_t unknown)
{
    uint64_t value;
    return doctor_read_number(root, path, &value) && value < 1000 ? (int64_t)value : unknown;
}

static void read_memory(const char *root, struct doctor_facts *facts)
{
    facts->memory_bytes = meminfo_bytes(root, "MemTotal:");
    facts->memory_available_bytes = meminfo_bytes(root, "MemAvailable:");
    facts->swap_bytes = meminfo_bytes(root, "SwapTotal:");
    uint64_t swap_free_bytes = meminfo_bytes(root, "SwapFree:");
    if (swap_free_bytes < facts->swap_bytes)
        facts->swap_used_bytes = facts->swap_bytes - swap_free_bytes;
    doctor_read_number(root, "/proc/sys/vm/max_map_count", &facts->map_count_max);
    facts->overcommit = small_number(root, "/proc/sys/vm/overcommit_memory", -1);
    facts->randomized = small_number(root, "/proc/sys/kernel/randomize_va_space", -1);
    read_chosen(root, "/sys/kernel/mm/transparent_hugepage/enabled", facts->huge_pages,
                sizeof facts->huge_pages);
}

static void read_instruments(const char *root, struct doctor_facts *facts)
{
    doctor_read_text(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
                     facts->clock_source, sizeof facts->clock_source);
    char text[32];
    facts->perf_paranoid = -2;
    if (doctor_read_text(root, "/proc/sys/kernel/perf_event_paranoid", text, sizeof text))
        facts->perf_paranoid =
            strcmp(text, "-1") == 0 ? -1 : small_number(root, "/proc/sys/kernel/perf_event_paranoid", -2);
}

void doctor_facts_read(const char *root, struct doctor_facts *facts)
{
    *facts = (struct doctor_facts){0};
    read_processors(root, facts);
    read_machine(root, facts);
    read_load(root, facts);
    read_memory(root, facts);
    read_instruments(root, facts);

    struct cgroup_limits limits;
    cgroup_limits_read(root, &limits);
    facts->quota_cpus = limits.cpus;
    if (limits.memory_bytes < facts->memory_bytes)
        facts->memory_limit_bytes = limits.memory_bytes;
}
